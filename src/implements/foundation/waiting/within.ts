import type { IClock } from '../../../interfaces/clock.js';
import { Wait } from './wait.js';

/** Ends of a wait that come before the result: each returns a value in its place, or throws. */
export interface EarlyEnds<T> {
  /** The time is over. */
  readonly late: () => T;
  readonly signal?: AbortSignal | undefined;
  /** The signal has aborted. Default: throws `E_ABORTED`. */
  readonly aborted?: ((signal: AbortSignal) => T) | undefined;
}

/**
 * The result of a promise, unless its time is over first or a signal aborts. The work itself goes on; a result or error
 * that arrives later is ignored.
 *
 * @param ms  `Infinity` for no bound: the promise itself is returned where there is no signal either.
 */
export function within<T>(
  clock: IClock,
  ms: number,
  promise: Promise<T>,
  { late, signal, aborted }: EarlyEnds<T>,
): Promise<T> {
  if (ms === Number.POSITIVE_INFINITY && signal === undefined) return promise;
  const wait = new Wait<T>();
  wait.until(promise);
  wait.onAbort(signal, aborted);
  wait.after(clock, ms, late);
  return wait.result;
}

/** The result of a promise, unless a signal aborts first; as `within`, without a bound. */
export function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  aborted?: (signal: AbortSignal) => T,
): Promise<T> {
  if (signal === undefined) return promise;
  const wait = new Wait<T>();
  wait.until(promise);
  wait.onAbort(signal, aborted);
  return wait.result;
}
