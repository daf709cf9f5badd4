import { ConnectionError, OperationError } from '../../../interfaces/errors.js';

/** Explanations of error replies, by their first word. Other error replies are passed on as the server words them. */
const MEANING: Readonly<Record<string, string>> = {
  OOM: 'it is out of memory (maxmemory) and evicts nothing',
  WRONGTYPE: 'the key holds another type of value',
  NOPERM: 'its access rules (ACL) do not allow this user that command or key',
  READONLY: 'it is a replica, which takes no writes',
  LOADING: 'it is still loading its data',
  MISCONF: 'it cannot save to disk and therefore takes no writes',
  MASTERDOWN: 'it is a replica without its master',
  NOREPLICAS: 'it has too few replicas to take writes',
  BUSY: 'it is busy with a script',
  CLUSTERDOWN: 'its cluster is down',
  CROSSSLOT: 'the keys are not all in one slot',
};
const AUTHENTICATION = new Set(['WRONGPASS', 'NOAUTH']);

/** First word of an error reply, such as `WRONGTYPE`; `ERR` if it has no special one. */
function reasonOf(message: string): string {
  return /^[A-Z][A-Z0-9_]*/.exec(message)?.[0] ?? 'ERR';
}

/** `true` when an error reply concerns our credentials. */
export function isAuthenticationRefusal(message: string): boolean {
  return AUTHENTICATION.has(reasonOf(message)) || /\bAUTH\b.*(without any password|called)/.test(message);
}

/** Error for an error reply of the server. */
export function refusalError(message: string): ConnectionError | OperationError {
  const reason = reasonOf(message);
  if (isAuthenticationRefusal(message)) {
    return new ConnectionError('E_CONNECTION_AUTH', `Redis refused the credentials: ${reason}`, 'refused');
  }
  const text = MEANING[reason] ?? withoutArguments(message);
  return new OperationError('E_OPERATION_REFUSED', `Redis refused: ${reason}: ${text}`, 'refused', {
    reason,
  });
}

/** Removes the arguments of a command (keys and values), which an error reply may repeat. */
function withoutArguments(message: string): string {
  return message.replace(/,? with args beginning with.*$/s, '').replace(/'[^']*'/g, "'…'");
}
