import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import type { ILogger } from '../../../interfaces/logger.js';
import { type Ask, adviceOn } from './advice.js';

/** The first moments belong to the application. */
const AFTER_MS = 1000;

export interface AdviserOptions {
  readonly clock: IClock;
  readonly logger: ILogger;
  readonly ask: Ask;
  /** Name of the target, for messages. */
  readonly database: string;
  /** `true` when we connect as the default user without a password. */
  readonly unprotected: boolean;
}

/** Reports problems in the configuration of a server, once. */
export class Adviser {
  readonly #options: AdviserOptions;
  #texts: readonly string[] = [];
  #asking: ScheduledTask | undefined;

  constructor(options: AdviserOptions) {
    this.#options = options;
  }

  /** Problems that were found; empty until the server has been asked. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  /** Asks the server after a moment, unless it has been asked. */
  askSoon(): void {
    this.#asking ??= this.#options.clock.schedule(AFTER_MS, () => void this.#advise());
  }

  close(): void {
    this.#asking?.cancel();
  }

  async #advise(): Promise<void> {
    const { ask, logger, database, unprotected } = this.#options;
    try {
      const found = await adviceOn(ask, unprotected);
      this.#texts = found.map(({ text }) => text);
      for (const { text, severe } of found) logger[severe ? 'warning' : 'info'](`${database}: ${text}`, {});
    } catch {
      this.#asking = undefined; // The server became unreachable; it is asked when it is back.
    }
  }
}
