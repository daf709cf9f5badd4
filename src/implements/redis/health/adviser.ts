import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import type { ILogger } from '../../../interfaces/logger.js';
import { type Ask, adviceOn, scriptAdvice } from './advice.js';

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
  /** Name of our user, where it is known. */
  readonly user: string | undefined;
}

/** Reports problems in the configuration of a server, once. */
export class Adviser {
  readonly #options: AdviserOptions;
  #texts: readonly string[] = [];
  readonly #noticed: string[] = [];
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

  /** Notes, once, that the server has refused a script to its user. */
  scriptsAreForbidden(): void {
    if (this.#noticed.length > 0) return;
    const { logger, database, user } = this.#options;
    const { text } = scriptAdvice(user);
    this.#noticed.push(text);
    this.#texts = [...this.#texts, text];
    logger.warning(`${database}: ${text}`, {});
  }

  close(): void {
    this.#asking?.cancel();
  }

  async #advise(): Promise<void> {
    const { ask, logger, database, unprotected } = this.#options;
    try {
      const found = await adviceOn(ask, unprotected);
      this.#texts = [...found.map(({ text }) => text), ...this.#noticed];
      for (const { text, severe } of found) logger[severe ? 'warning' : 'info'](`${database}: ${text}`, {});
    } catch {
      this.#asking = undefined; // The server became unreachable; it is asked when it is back.
    }
  }
}
