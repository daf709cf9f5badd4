import { ConnectionError, DisposedError } from '../../../interfaces/errors.js';

/**
 * Error of a call for which there is no connection. It keeps the code of its reason.
 *
 * @param database  Name of the target, for messages.
 * @param reason  `undefined` while the first attempt is in progress.
 */
export function unreachable(database: string, reason: Error | undefined): ConnectionError {
  return because(`no connection to ${database}`, reason);
}

/** Error that puts a name in front of its reason, and keeps the code of the reason. */
export function because(what: string, reason: Error | undefined): ConnectionError {
  const code = ConnectionError.is(reason) ? reason.code : 'E_CONNECTION_REFUSED';
  const why = reason === undefined ? 'it is still connecting' : reason.message;
  return new ConnectionError(code, `${what}: ${why}`, 'not-sent');
}

/** Error of work in progress when the owner of a connection closes it. */
export function connectionClosed(): DisposedError {
  return new DisposedError('the connection was closed');
}
