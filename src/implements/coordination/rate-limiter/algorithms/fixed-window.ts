import type { Limit } from '../limits.js';
import type { Algorithm } from './algorithm.js';

interface Window {
  readonly taken: number;
  readonly end: number;
}

/** Windows that open with their first charge, so that keys do not reset at the same moment. */
export class FixedWindow implements Algorithm<Window> {
  readonly empty: Window = { taken: 0, end: 0 };
  readonly #limit: number;
  readonly #perUs: number;

  constructor({ limit, perUs }: Limit) {
    this.#limit = limit;
    this.#perUs = perUs;
  }

  charge(state: Window, now: number, cost: number): Window | undefined {
    const { taken, end } = this.#at(state, now);
    return taken + cost <= this.#limit ? { taken: taken + cost, end } : undefined;
  }

  retryUs(state: Window, now: number): number {
    return this.#at(state, now).end - now;
  }

  remaining(state: Window, now: number): number {
    return Math.max(0, this.#limit - this.#at(state, now).taken);
  }

  resetUs(state: Window, now: number): number {
    const { taken, end } = this.#at(state, now);
    return taken > 0 ? end - now : 0;
  }

  #at(state: Window, now: number): Window {
    return now < state.end ? state : { taken: 0, end: now + this.#perUs };
  }
}
