import { OperationError } from '../../../interfaces/errors.js';

/**
 * Error of a call that its caller aborted; its cause is the reason of the signal.
 *
 * @param outcome  State of the work at the moment of the abort: never sent, or possibly done.
 */
export function abortError(
  signal: AbortSignal | undefined,
  outcome: 'not-sent' | 'unknown' = 'unknown',
): OperationError {
  return new OperationError('E_ABORTED', 'the call was aborted', outcome, { cause: signal?.reason });
}
