import type { IClock } from '../../../interfaces/clock.js';

const MAX_KEYS = 10_000;

/** Pauses per key: after a failed load, or after a refresh whose value was not stored. */
export class Backoff {
  readonly #loads: Pauses;
  readonly #refreshes: Pauses;

  constructor(clock: IClock) {
    this.#loads = new Pauses(clock);
    this.#refreshes = new Pauses(clock);
  }

  /** Pauses loads of a key. */
  pauseLoads(name: string, ms: number): void {
    this.#loads.begin(name, ms);
  }

  /** Pauses refreshes of a key. */
  pauseRefreshes(name: string, ms: number): void {
    this.#refreshes.begin(name, ms);
  }

  /** Remaining pause of a key's loads, in milliseconds; 0 for none. */
  remainingMs(name: string): number {
    return this.#loads.remainingMs(name);
  }

  allowsRefresh(name: string): boolean {
    return this.#loads.remainingMs(name) === 0 && this.#refreshes.remainingMs(name) === 0;
  }

  /** Ends the pause of a key's loads. */
  end(name: string): void {
    this.#loads.end(name);
  }
}

/** Pauses by key. At most `MAX_KEYS`; the oldest are dropped first. */
class Pauses {
  readonly #clock: IClock;
  readonly #until = new Map<string, number>();

  constructor(clock: IClock) {
    this.#clock = clock;
  }

  begin(name: string, ms: number): void {
    this.#until.delete(name);
    if (this.#until.size >= MAX_KEYS) {
      for (const oldest of this.#until.keys()) {
        this.#until.delete(oldest);
        break;
      }
    }
    this.#until.set(name, this.#clock.now() + ms);
  }

  remainingMs(name: string): number {
    if (this.#until.size === 0) return 0;
    const until = this.#until.get(name);
    if (until === undefined) return 0;
    const ms = until - this.#clock.now();
    if (ms > 0) return ms;
    this.#until.delete(name);
    return 0;
  }

  end(name: string): void {
    this.#until.delete(name);
  }
}
