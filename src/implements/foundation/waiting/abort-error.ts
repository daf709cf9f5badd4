import { OperationError } from '../../../interfaces/errors.js';

/**
 * The error of a call that its caller aborted; the reason of the signal is its cause.
 *
 * @param outcome  State of the work at that moment: never sent, or possibly done.
 */
export function abortError(
  signal: AbortSignal | undefined,
  outcome: 'not-sent' | 'unknown' = 'unknown',
): OperationError {
  return new OperationError('E_ABORTED', 'the call was aborted', outcome, { cause: signal?.reason });
}
