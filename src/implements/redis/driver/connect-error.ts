import {
  ConnectionError,
  DisposedError,
  OperationError,
  ResolutionError,
} from '../../../interfaces/errors.js';
import { isAuthenticationRefusal, refusalError } from './refusal.js';

/** Message of node-redis for an attempt that took too long: minifiers change the names of classes. */
const DRIVER_TIMEOUT = 'Connection timeout';

/** Reason why a link could not be opened. All of them mean that nothing was sent for a caller. */
export type OpenError = ConnectionError | DisposedError | ResolutionError;

/**
 * Error for a link that could not be opened. Messages of node-redis are not passed on as they are, because they may
 * repeat what it was given.
 *
 * @param isReply  `true` when the server itself replied with the error.
 */
export function openError(error: unknown, isReply: boolean, connectTimeoutMs: number): OpenError {
  if (DisposedError.is(error) || ResolutionError.is(error) || ConnectionError.is(error)) return error;
  if (OperationError.is(error)) {
    return error.code === 'E_OPERATION_TIMEOUT'
      ? openTimeout(connectTimeoutMs)
      : new ConnectionError('E_CONNECTION_REFUSED', error.message, 'not-sent');
  }
  const message = error instanceof Error ? error.message : '';
  if (isAuthenticationRefusal(message)) {
    return new ConnectionError('E_CONNECTION_AUTH', 'Redis refused the credentials', 'not-sent');
  }
  if (message === DRIVER_TIMEOUT) return openTimeout(connectTimeoutMs);
  const text = isReply ? refusalText(message) : faultText(error, message);
  return new ConnectionError('E_CONNECTION_REFUSED', text, 'not-sent');
}

export function openTimeout(connectTimeoutMs: number): ConnectionError {
  return new ConnectionError(
    'E_CONNECTION_TIMEOUT',
    `no connection within ${Math.round(connectTimeoutMs)} ms`,
    'not-sent',
  );
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

function faultText(error: unknown, message: string): string {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'nothing listens there (ECONNREFUSED)';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `no such host (${code})`;
  if (code?.startsWith('ERR_OSSL_')) {
    return `a certificate or key of tls is malformed or belongs to another, or its passphrase is wrong (${code})`;
  }
  if (code !== undefined) return code;
  if (/^Unknown RESP type/.test(message)) return 'the server is not Redis';
  return 'the connection broke before Redis answered';
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
