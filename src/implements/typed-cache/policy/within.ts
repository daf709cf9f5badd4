import type { IClock } from '../../../interfaces/clock.js';
import { OperationError } from '../../../interfaces/errors.js';
import type { Call } from './policy.js';

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

/** What part of a call's time one step on the way to its load may take: what is left is the load's. */
const STEP_SHARE = 4;

/** How long one step of a call may take: its share, and no longer than the call itself. */
export function stepMs(clock: IClock, { policy }: Call, endsAtMs: number): number {
  const shareMs = policy.hardTimeoutMs / STEP_SHARE;
  return shareMs === Number.POSITIVE_INFINITY
    ? shareMs
    : Math.max(0, Math.min(shareMs, endsAtMs - clock.now()));
}

/** A caller gave up. */
export function abortError(signal: AbortSignal | undefined): OperationError {
  return new OperationError('E_ABORTED', 'the caller aborted', 'unknown', { cause: signal?.reason });
}
