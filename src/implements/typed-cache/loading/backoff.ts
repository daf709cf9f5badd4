import type { IClock } from '../../../interfaces/clock.js';

const MAX_KEYS = 10_000;

/** Keys that are not loaded for a while, each until its moment. Bounded: the oldest are forgotten first. */
export class Backoff {
  readonly #clock: IClock;
  readonly #until = new Map<string, number>();

  constructor(clock: IClock) {
    this.#clock = clock;
  }

  /** From now, for so long. */
  pause(name: string, ms: number): void {
    this.#until.delete(name);
    if (this.#until.size >= MAX_KEYS) {
      for (const oldest of this.#until.keys()) {
        this.#until.delete(oldest);
        break;
      }
    }
    this.#until.set(name, this.#clock.now() + ms);
  }

  /** Milliseconds that remain; 0 for a key that may be loaded. */
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
