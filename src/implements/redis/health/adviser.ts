import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import type { OperationError } from '../../../interfaces/errors.js';
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
}

/** Reports problems in the configuration of a server, once. */
export class Adviser {
  readonly #options: AdviserOptions;
  #texts: readonly string[] = [];
  /** Advice on scripts that the server has refused to its user, by their digests. */
  readonly #refused = new Map<string, string>();
  #asking: ScheduledTask | undefined;

  constructor(options: AdviserOptions) {
    this.#options = options;
  }

  /** Problems that were found; empty until the server has been asked. */
  get texts(): readonly string[] {
    return [...new Set([...this.#texts, ...this.#refused.values()])];
  }

  /** Asks the server after a moment, unless it has been asked. */
  askSoon(): void {
    this.#asking ??= this.#options.clock.schedule(AFTER_MS, () => void this.#advise());
  }

  /** Notes that the server has refused a script to its user, until it allows it. */
  refused(digest: string, error: OperationError): void {
    const { logger, database } = this.#options;
    const text = scriptAdvice(error);
    const isNew = ![...this.#refused.values()].includes(text);
    this.#refused.set(digest, text);
    if (isNew) logger.warning(`${database}: ${text}`, {});
  }

  /** Ends the advice on a script that has run. */
  allowed(digest: string): void {
    if (this.#refused.size > 0) this.#refused.delete(digest);
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
