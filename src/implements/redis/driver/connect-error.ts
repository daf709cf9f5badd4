import {
  ConnectionError,
  DisposedError,
  OperationError,
  ResolutionError,
} from '../../../interfaces/errors.js';
import { isAuthenticationRefusal, refusalError } from './refusal.js';
import { tlsFault, tlsRemark } from './tls-fault.js';

/** Message of node-redis for an attempt that took too long: minifiers change the names of classes. */
const DRIVER_TIMEOUT = 'Connection timeout';

/** Reason why a link could not be opened. All of them mean that nothing was sent for a caller. */
export type OpenError = ConnectionError | DisposedError | ResolutionError;

/** An attempt to open a link. */
interface Attempt {
  readonly connectTimeoutMs: number;
  readonly isTls: boolean;
}

/**
 * Error for a link that could not be opened. Messages of node-redis are not passed on as they are, because they may
 * repeat what it was given.
 *
 * @param isReply  `true` when the server itself replied with the error.
 */
export function openError(error: unknown, isReply: boolean, how: Attempt): OpenError {
  if (DisposedError.is(error) || ResolutionError.is(error) || ConnectionError.is(error)) return error;
  if (OperationError.is(error)) {
    return error.code === 'E_OPERATION_TIMEOUT'
      ? openTimeout(how.connectTimeoutMs, how.isTls)
      : new ConnectionError('E_CONNECTION_REFUSED', error.message, 'not-sent');
  }
  const message = error instanceof Error ? error.message : '';
  if (isAuthenticationRefusal(message)) {
    return new ConnectionError('E_CONNECTION_AUTH', 'Redis refused the credentials', 'not-sent');
  }
  if (message === DRIVER_TIMEOUT) return openTimeout(how.connectTimeoutMs, how.isTls);
  const text = isReply ? refusalText(message) : faultText(error, message, how.isTls);
  return new ConnectionError('E_CONNECTION_REFUSED', text, 'not-sent');
}

/** `true` when a server or a proxy before it refuses the command that begins RESP3. */
export function isHelloRefusal(error: Error): boolean {
  return /^(?:ERR )?NOPROTO|\bhello\b/i.test(error.message) && !isAuthenticationRefusal(error.message);
}

/** Error of a link that a server refused by RESP2 too, after it had refused HELLO. */
export function helloError(error: Error): Error {
  if (isAuthenticationRefusal(error.message)) return error;
  const text =
    'the server, or a proxy before it, refuses HELLO, which RESP3 requires (Redis 6.0 or later), and RESP2 does not suffice';
  return new ConnectionError('E_CONNECTION_REFUSED', `${text}: ${refusalText(error.message)}`, 'not-sent');
}

/** @param isTls  A server without TLS does not answer its first message either. */
export function openTimeout(connectTimeoutMs: number, isTls = false): ConnectionError {
  const text = `no connection within ${Math.round(connectTimeoutMs)} ms${isTls ? tlsRemark(isTls) : ''}`;
  return new ConnectionError('E_CONNECTION_TIMEOUT', text, 'not-sent');
}

/** Message for an open link that ended. */
export function lossText(error: unknown): string {
  const code = codeOf(error);
  return code === undefined ? 'the connection to Redis broke' : `the connection to Redis broke (${code})`;
}

function refusalText(message: string): string {
  if (/max number of clients/.test(message)) return 'Redis has reached its maxclients';
  if (/DB index is out of range/.test(message)) return 'Redis has no database with that number';
  return refusalError(message).message;
}

function faultText(error: unknown, message: string, isTls: boolean): string {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'nothing listens there (ECONNREFUSED)';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `no such host (${code})`;
  const fault = code === undefined ? undefined : tlsFault(code);
  if (fault !== undefined) return fault;
  if (code === 'ECONNRESET') {
    return `the connection broke before Redis answered (ECONNRESET)${tlsRemark(isTls)}`;
  }
  if (code !== undefined) return code;
  // 21 begins an alert of TLS.
  if (/^Unknown RESP type 21\b/.test(message))
    return `the server is not Redis without TLS${tlsRemark(isTls)}`;
  if (/^Unknown RESP type/.test(message)) return 'the server is not Redis';
  return `the connection broke before Redis answered${tlsRemark(isTls)}`;
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
