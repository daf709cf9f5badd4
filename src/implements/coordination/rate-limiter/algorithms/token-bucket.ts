import type { Limit } from '../limits.js';
import type { Algorithm } from './algorithm.js';

/** A number of microseconds with a fraction: `rest` of them are a microsecond `limit` times divided. */
interface Exact {
  readonly us: number;
  readonly rest: number;
}

/**
 * A bucket that refills steadily, by the moment at which it will be full again (GCRA). That moment is kept as a whole
 * number and a rest, because `per / limit` is seldom whole and rounding would add up.
 *
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
export class TokenBucket implements Algorithm<Exact> {
  readonly empty: Exact = { us: 0, rest: 0 };
  readonly #limit: number;
  readonly #perUs: number;
  readonly #burst: number;
  readonly #capacity: Exact;

  constructor({ limit, perUs, burst }: Limit) {
    this.#limit = limit;
    this.#perUs = perUs;
    this.#burst = burst;
    this.#capacity = this.#plus({ us: 0, rest: 0 }, burst);
  }

  charge(state: Exact, now: number, cost: number): Exact | undefined {
    const full = this.#plus(this.#at(state, now), cost);
    return this.#waitFor(full, now) > 0 ? undefined : full;
  }

  retryUs(state: Exact, now: number, cost: number): number {
    return this.#waitFor(this.#plus(this.#at(state, now), cost), now);
  }

  remaining(state: Exact, now: number): number {
    const full = this.#at(state, now);
    // The estimate may be one off, because the division rounds.
    const missing = (full.us + full.rest / this.#limit - now) * (this.#limit / this.#perUs);
    let units = Math.max(0, Math.min(this.#burst, Math.ceil(this.#burst - missing) + 1));
    while (units > 0 && this.#waitFor(this.#plus(full, units), now) > 0) units--;
    return units;
  }

  resetUs(state: Exact, now: number): number {
    const { us, rest } = this.#at(state, now);
    return us - now + (rest > 0 ? 1 : 0);
  }

  /** Time until a bucket that is full at a moment may be filled up to there; 0 when it may now. */
  #waitFor(full: Exact, now: number): number {
    const us = full.us - this.#capacity.us - now;
    const wait = full.rest > this.#capacity.rest ? us + 1 : us;
    return Math.max(0, wait);
  }

  #at(state: Exact, now: number): Exact {
    return state.us < now ? { us: now, rest: 0 } : state;
  }

  #plus({ us, rest }: Exact, units: number): Exact {
    const step = Math.floor(this.#perUs / this.#limit);
    const more = rest + units * (this.#perUs % this.#limit);
    return { us: us + units * step + Math.floor(more / this.#limit), rest: more % this.#limit };
  }
}
