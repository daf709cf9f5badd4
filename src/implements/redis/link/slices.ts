/** Calls that are ended in one turn of the event loop at most: what their callers do then takes time too. */
export const SLICE = 500;

/**
 * Ends calls a slice a turn of the event loop: when a link breaks under thousands of them, an application that is told
 * of all at once does nothing else meanwhile.
 */
export class Slices {
  readonly #waiting: (() => void)[] = [];
  #head = 0;
  #ended = 0;

  /** Ends a call: at once while this turn has room, else in a later turn, after those that came before it. */
  end(call: () => void): void {
    if (this.#ended === 0) setImmediate(() => this.#next());
    if (this.#ended >= SLICE || this.#head < this.#waiting.length) {
      this.#waiting.push(call);
      return;
    }
    this.#ended++;
    call();
  }

  #next(): void {
    this.#ended = 0;
    const until = Math.min(this.#head + SLICE, this.#waiting.length);
    if (this.#head < until) setImmediate(() => this.#next());
    for (; this.#head < until; this.#ended++) this.#waiting[this.#head++]?.();
    if (this.#head < this.#waiting.length) return;
    this.#waiting.length = 0;
    this.#head = 0;
  }
}
