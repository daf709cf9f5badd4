/** Maximum number of calls that are ended per turn of the event loop: their callers' reactions take time too. */
export const SLICE = 500;

/**
 * Ends calls in slices, one per turn of the event loop: when a link with thousands of calls breaks, rejecting all of
 * them at once would block the application.
 */
export class Slices {
  readonly #waiting: (() => void)[] = [];
  #head = 0;
  #ended = 0;

  /** Ends a call: at once while this turn has room, otherwise in a later turn, in the order of arrival. */
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
