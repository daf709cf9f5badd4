import { ConnectionError, OperationError } from '../../interfaces/errors.js';

/**
 * Copy of a failure, which other calls may share.
 *
 * @param text  Message of the copy. Default: that of the failure.
 * @returns `undefined` for an error that is no failure of network or server.
 */
export function failureCopy(
  cause: unknown,
  text?: (message: string) => string,
): ConnectionError | OperationError | undefined {
  if (ConnectionError.is(cause)) {
    return new ConnectionError(cause.code, text?.(cause.message) ?? cause.message, cause.outcome, { cause });
  }
  if (!OperationError.is(cause)) return undefined;
  const { code, message, outcome, reason } = cause;
  return new OperationError(code, text?.(message) ?? message, outcome, {
    cause,
    ...(reason !== undefined && { reason }),
  });
}
