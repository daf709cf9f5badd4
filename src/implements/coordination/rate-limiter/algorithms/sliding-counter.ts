import type { Limit } from '../limits.js';
import type { Algorithm } from './algorithm.js';

interface Counters {
  /** Number of the window, counted from the beginning of the clock. */
  readonly index: number;
  readonly current: number;
  readonly previous: number;
}

/**
 * Two counters: the window before counts by the part of it that the last `per` still covers, as if its units had been
 * spread evenly.
 *
 * @see https://blog.cloudflare.com/counting-things-a-lot-of-different-things/
 */
export class SlidingCounter implements Algorithm<Counters> {
  readonly empty: Counters = { index: 0, current: 0, previous: 0 };
  readonly #limit: number;
  readonly #perUs: number;

  constructor({ limit, perUs }: Limit) {
    this.#limit = limit;
    this.#perUs = perUs;
  }

  charge(state: Counters, now: number, cost: number): Counters | undefined {
    const counters = this.#at(state, now);
    if (this.#taken(state, now) + cost > this.#limit) return undefined;
    return { ...counters, current: counters.current + cost };
  }

  retryUs(state: Counters, now: number, cost: number): number {
    const isAllowed = (waitUs: number): boolean => this.#taken(state, now + waitUs) + cost <= this.#limit;
    const { current, previous } = this.#at(state, now);
    const elapsed = now % this.#perUs;
    const inThis = current + cost <= this.#limit;
    const [from, falling, room] = inThis
      ? [-elapsed, previous, this.#limit - current - cost]
      : [this.#perUs - elapsed, current, this.#limit - cost];
    // The division rounds: the estimate is then moved to the first moment at which the comparison holds.
    let waitUs = Math.max(0, Math.ceil(from + this.#perUs * (1 - room / falling)));
    while (!isAllowed(waitUs)) waitUs++;
    while (waitUs > 0 && isAllowed(waitUs - 1)) waitUs--;
    return waitUs;
  }

  remaining(state: Counters, now: number): number {
    return Math.max(0, Math.floor(this.#limit - this.#taken(state, now)));
  }

  resetUs(state: Counters, now: number): number {
    const { current, previous } = this.#at(state, now);
    const untilNext = this.#perUs - (now % this.#perUs);
    if (current > 0) return untilNext + this.#perUs;
    return previous > 0 ? untilNext : 0;
  }

  #taken(state: Counters, now: number): number {
    const { current, previous } = this.#at(state, now);
    return previous * (1 - (now % this.#perUs) / this.#perUs) + current;
  }

  #at(state: Counters, now: number): Counters {
    const index = Math.floor(now / this.#perUs);
    if (index === state.index) return state;
    return { index, current: 0, previous: index === state.index + 1 ? state.current : 0 };
  }
}
