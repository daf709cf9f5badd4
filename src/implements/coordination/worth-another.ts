import { ConnectionError, DisposedError, OperationError } from '../../interfaces/errors.js';

/** `true` for a failure that the next attempt may not have: no answer, and not a refusal. */
export function isWorthAnother(error: unknown): boolean {
  if (DisposedError.is(error)) return false;
  return (ConnectionError.is(error) || OperationError.is(error)) && error.outcome !== 'refused';
}
