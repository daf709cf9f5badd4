import { ConnectionError } from '../../../interfaces/errors.js';

/**
 * The error of a call for which there is no connection. It keeps the code of its reason.
 *
 * @param database  What the connection leads to, for people.
 * @param reason    `undefined` while the first attempt goes on.
 */
export function unreachable(database: string, reason: Error | undefined): ConnectionError {
  return because(`no connection to ${database}`, reason);
}

/** The error of something that is away, with what it is called in front of its reason. */
export function because(what: string, reason: Error | undefined): ConnectionError {
  const code = ConnectionError.is(reason) ? reason.code : 'E_CONNECTION_REFUSED';
  const why = reason === undefined ? 'it is still connecting' : reason.message;
  return new ConnectionError(code, `${what}: ${why}`, 'not-sent');
}
