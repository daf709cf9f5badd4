import type { IClock } from '../../interfaces/clock.js';
import { OperationError } from '../../interfaces/errors.js';

/**
 * The result of a promise, unless time is over first or a signal aborts. What the promise comes to later is nobody's
 * any more, its failure too.
 *
 * @throws {OperationError} `E_OPERATION_TIMEOUT`, `E_ABORTED`.
 */
export function within<T>(
  clock: IClock,
  ms: number,
  signal: AbortSignal | undefined,
  promise: Promise<T>,
): Promise<T> {
  if (ms === Number.POSITIVE_INFINITY && signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const end = (): void => {
      timer?.cancel();
      signal?.removeEventListener('abort', abort);
    };
    const abort = (): void => {
      end();
      reject(abortError(signal));
    };
    const late = (): void => {
      end();
      reject(new OperationError('E_OPERATION_TIMEOUT', 'the store did not answer in time', 'unknown'));
    };
    const timer = ms === Number.POSITIVE_INFINITY ? undefined : clock.schedule(ms, late, { keepAlive: true });
    signal?.addEventListener('abort', abort);
    promise.then(
      (value) => {
        end();
        resolve(value);
      },
      (error: unknown) => {
        end();
        reject(error);
      },
    );
    if (signal?.aborted === true) abort();
  });
}

/** A caller gave up. */
export function abortError(signal: AbortSignal | undefined): OperationError {
  return new OperationError('E_ABORTED', 'the caller aborted', 'unknown', { cause: signal?.reason });
}
