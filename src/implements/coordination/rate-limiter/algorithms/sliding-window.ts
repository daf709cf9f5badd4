import type { Limit } from '../limits.js';
import type { Algorithm } from './algorithm.js';

/** Moments of the admitted units, oldest first. */
type Moments = readonly number[];

/** A window that ends now: exact in every interval of its length. */
export class SlidingWindow implements Algorithm<Moments> {
  readonly empty: Moments = [];
  readonly #limit: number;
  readonly #perUs: number;

  constructor({ limit, perUs }: Limit) {
    this.#limit = limit;
    this.#perUs = perUs;
  }

  charge(state: Moments, now: number, cost: number): Moments | undefined {
    const moments = this.#at(state, now);
    if (moments.length + cost > this.#limit) return undefined;
    return [...moments, ...new Array<number>(cost).fill(now)];
  }

  retryUs(state: Moments, now: number, cost: number): number {
    const moments = this.#at(state, now);
    const leaving = moments[moments.length + cost - this.#limit - 1];
    return leaving === undefined ? 0 : leaving + this.#perUs - now;
  }

  remaining(state: Moments, now: number): number {
    return Math.max(0, this.#limit - this.#at(state, now).length);
  }

  resetUs(state: Moments, now: number): number {
    const last = this.#at(state, now).at(-1);
    return last === undefined ? 0 : last + this.#perUs - now;
  }

  /** Moments that still count; a unit counts for less than `per`. */
  #at(state: Moments, now: number): Moments {
    const since = now - this.#perUs;
    let [low, high] = [0, state.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((state[middle] as number) > since) high = middle;
      else low = middle + 1;
    }
    return low === 0 ? state : state.slice(low);
  }
}
