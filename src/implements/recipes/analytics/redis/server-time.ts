import type { IClock } from '../../../../interfaces/clock.js';
import { wallTimeMs } from '../../../foundation/clock/wall-time.js';

/**
 * Time of a server as far as it is known: that of its latest answer, and what has passed since. A guess only: it chooses the
 * keys of a minute, and the server refuses those of another one.
 */
export class ServerTime {
  readonly #clock: IClock;
  #offsetMs: number;

  constructor(clock: IClock) {
    this.#clock = clock;
    this.#offsetMs = wallTimeMs() - clock.now();
  }

  guess(): number {
    return this.#clock.now() + this.#offsetMs;
  }

  /** Takes in the time that a server has told just now. */
  learn(ms: number): void {
    this.#offsetMs = ms - this.#clock.now();
  }
}
