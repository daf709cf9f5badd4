import type { Duration } from '../../interfaces/duration.js';
import { durationMs } from '../foundation/options/duration.js';

/**
 * Converts lives of entries to milliseconds. Callers pass the same few strings repeatedly, so the last one is cached.
 */
export class LifeReader {
  #text: string | undefined;
  #textMs = 0;

  /** Returns the milliseconds of a life; `undefined` for an invalid one. */
  read(life: Duration): number | undefined {
    if (typeof life !== 'string') return durationMs(life);
    if (life === this.#text) return this.#textMs;
    const ms = durationMs(life);
    if (ms === undefined) return undefined;
    this.#text = life;
    this.#textMs = ms;
    return ms;
  }
}
