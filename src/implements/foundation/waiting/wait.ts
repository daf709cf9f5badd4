import type { IClock, ScheduleOptions } from '../../../interfaces/clock.js';
import { abortError } from './abort-error.js';
import { whenAborted } from './abort-listeners.js';

/** A caller awaits the end, so the process must not exit before it. */
const KEEP_ALIVE: ScheduleOptions = { keepAlive: true };

/**
 * One wait with several possible ends: a result, a deadline, an abort. Only the first end counts; it cancels every
 * timer, removes every listener and runs every clean-up. Later ends are ignored, including rejections.
 *
 * Ends are functions: the wait resolves with the value that the function returns, or rejects with the error it throws.
 */
export class Wait<T> {
  /** Settles at the first end. */
  readonly result: Promise<T>;
  #resolve!: (value: T) => void;
  #reject!: (error: unknown) => void;
  #ended = false;
  #cleanUps: (() => void)[] = [];

  constructor() {
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Ends the wait with a value. */
  resolve(value: T): void {
    if (this.#end()) this.#resolve(value);
  }

  /** Ends the wait with an error. */
  reject(error: unknown): void {
    if (this.#end()) this.#reject(error);
  }

  /** Ends the wait with the result of a promise. */
  until(promise: Promise<T>): void {
    promise.then(
      (value) => this.resolve(value),
      (error: unknown) => this.reject(error),
    );
  }

  /** Ends the wait after a time: never for `Infinity`, in the next turn of the event loop for zero or less. */
  after(clock: IClock, ms: number, late: () => T): void {
    if (this.#ended || ms === Number.POSITIVE_INFINITY) return;
    const timer = clock.schedule(Math.max(0, ms), () => this.#endAs(late), KEEP_ALIVE);
    this.onEnd(() => timer.cancel());
  }

  /** Ends the wait when a signal aborts, at once if it has already; by default with `E_ABORTED`. */
  onAbort(signal: AbortSignal | undefined, aborted?: (signal: AbortSignal) => T): void {
    if (this.#ended || signal === undefined) return;
    const abort = (): void => {
      if (aborted === undefined) this.reject(abortError(signal));
      else this.#endAs(() => aborted(signal));
    };
    if (signal.aborted) {
      abort();
      return;
    }
    this.onEnd(whenAborted(signal, abort));
  }

  /** Adds a clean-up that runs at the end, before the result settles; at once if the wait has ended. */
  onEnd(cleanUp: () => void): void {
    if (this.#ended) cleanUp();
    else this.#cleanUps.push(cleanUp);
  }

  #endAs(outcome: () => T): void {
    if (!this.#end()) return;
    try {
      this.#resolve(outcome());
    } catch (error) {
      this.#reject(error);
    }
  }

  /** @returns `true` for the first end. */
  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    for (const cleanUp of this.#cleanUps) cleanUp();
    this.#cleanUps = [];
    return true;
  }
}
