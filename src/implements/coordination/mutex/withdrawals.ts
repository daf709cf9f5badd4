import type { IClock } from '../../../interfaces/clock.js';
import type { ILogger } from '../../../interfaces/logger.js';
import { pause } from '../../foundation/waiting/pause.js';
import type { LockRelease, LockStore } from './store/lock-store.js';

const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 400;
/** Time after which a server that refuses a withdrawal is left alone. */
const PATIENCE_MS = 600_000;
/** Maximum number of withdrawals at a time; each is some hundred bytes. */
const MAX_PENDING = 10_000;

/**
 * Requests for locks that nobody wants any more: each is withdrawn again and again until the store has confirmed it. A
 * lock whose grant nobody has heard of would otherwise stay taken for its whole lease.
 */
export class Withdrawals {
  readonly #store: LockStore;
  readonly #clock: IClock;
  readonly #logger: ILogger;
  #isClosed = false;
  #pending = 0;

  constructor(store: LockStore, clock: IClock, logger: ILogger) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Withdraws a request. @returns Settles when the store has confirmed it, or it was given up; never rejects. */
  async withdraw(release: LockRelease): Promise<void> {
    if (this.#pending >= MAX_PENDING) {
      this.#logger.warning('too many locks wait to be given back; this one ends with its lease', {});
      return;
    }
    this.#pending++;
    try {
      const giveUpAt = this.#clock.now() + PATIENCE_MS;
      let pauseMs = FIRST_PAUSE_MS;
      while (!this.#isClosed && this.#clock.now() < giveUpAt) {
        if (await this.#isConfirmed(release)) return;
        await this.#sleep(pauseMs);
        pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
      }
    } finally {
      this.#pending--;
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  async #isConfirmed(release: LockRelease): Promise<boolean> {
    try {
      await this.#store.release(release, {});
      return true;
    } catch {
      return false;
    }
  }

  /** A process that has nothing else to do may exit: the lease ends by itself. */
  #sleep(ms: number): Promise<void> {
    const idle: IClock = {
      now: () => this.#clock.now(),
      schedule: (delayMs, task) => this.#clock.schedule(delayMs, task),
    };
    return pause(idle, ms);
  }
}
