import type { Duration } from '../../../interfaces/duration.js';
import { durationMs, requireDurationMs } from '../options/duration.js';

/** Reads lives of entries. Callers write the same few texts again and again, so the last one is remembered. */
export class LifeReader {
  #text: string | undefined;
  #textMs = 0;

  /** Milliseconds of a life; `undefined` for a bad one. */
  read(life: Duration): number | undefined {
    if (typeof life !== 'string') return durationMs(life);
    if (life === this.#text) return this.#textMs;
    const ms = durationMs(life);
    if (ms === undefined) return undefined;
    this.#text = life;
    this.#textMs = ms;
    return ms;
  }

  /** Milliseconds of a life. @throws {ArgumentError} that `isDurationRefusal` tells from others. */
  require(life: Duration): number {
    return this.read(life) ?? requireDurationMs(life);
  }
}
