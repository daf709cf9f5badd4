import type { IClock } from '../../../interfaces/clock.js';
import { Wait } from './wait.js';

/** Ends that may come before the result. Each returns a value in its place, or throws. */
export interface EarlyEnds<T> {
  /** End of the time. */
  readonly late: () => T;
  readonly signal?: AbortSignal | undefined;
  /** Abort of the signal. Default: throws `E_ABORTED`. */
  readonly aborted?: ((signal: AbortSignal) => T) | undefined;
}

/**
 * Returns the result of a promise, unless its deadline or an abort comes first. The work itself continues; a result or
 * error that arrives later is ignored.
 *
 * @param ms  `Infinity` for no deadline. Without a signal either, the promise itself is returned.
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

/** Returns the result of a promise, unless a signal aborts first: `within` without a deadline. */
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
