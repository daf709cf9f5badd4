import type { IClock, ScheduledTask } from '../../../../interfaces/clock.js';

/** Interval between two rounds. */
const EVERY_MS = 500;
/** Longest interval, while each round finds a server that refuses writes again. */
const SELDOM_MS = 4000;
/** Time without a refused write after which the search ends, and after which another one begins anew. */
const CALM_MS = 5000;

export interface MasterSearchOptions {
  readonly clock: IClock;
  /** Looks once; `true` when every link leads to a master. */
  readonly look: () => Promise<boolean>;
}

/**
 * Search for the master after a replica has refused a write. The first round follows at once; further ones are paced,
 * and follow only as long as writes are refused: a connection to a server that stays a replica is left in peace.
 */
export class MasterSearch {
  readonly #options: MasterSearchOptions;
  #next: ScheduledTask | undefined;
  #isLooking = false;
  #isClosed = false;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #everyMs = EVERY_MS;

  constructor(options: MasterSearchOptions) {
    this.#options = options;
  }

  /** Reports a write that was refused by a replica. */
  refused(): void {
    this.#refusedAt = this.#options.clock.now();
    if (this.#isLooking || this.#next !== undefined || this.#isClosed) return;
    const calmMs = this.#refusedAt - this.#lookedAt;
    if (calmMs >= CALM_MS) this.#everyMs = EVERY_MS;
    if (calmMs >= this.#everyMs) void this.#look();
    else this.#lookLater(this.#everyMs - calmMs);
  }

  close(): void {
    this.#isClosed = true;
    this.#next?.cancel();
  }

  #lookLater(ms: number): void {
    this.#next = this.#options.clock.schedule(ms, () => {
      this.#next = undefined;
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    const { clock, look } = this.#options;
    this.#isLooking = true;
    const isFound = await look().catch(() => false);
    this.#isLooking = false;
    this.#lookedAt = clock.now();
    if (this.#isClosed) return;
    // A server that does not tell its role may be a replica again: links must not follow each other without end.
    if (isFound) this.#everyMs = Math.min(SELDOM_MS, 2 * this.#everyMs);
    else if (this.#lookedAt - this.#refusedAt < CALM_MS) this.#lookLater(EVERY_MS);
  }
}
