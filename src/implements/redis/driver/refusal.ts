import { ConnectionError, OperationError } from '../../../interfaces/errors.js';

/** What the first word of a server's refusal means to people. Everything else is said as the server says it. */
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

/** First word of what a server said, such as `WRONGTYPE`; `ERR` where it is nothing special. */
function reasonOf(message: string): string {
  return /^[A-Z][A-Z0-9_]*/.exec(message)?.[0] ?? 'ERR';
}

/** Whether a server's refusal is about who we are. */
export function isAuthenticationRefusal(message: string): boolean {
  return AUTHENTICATION.has(reasonOf(message)) || /\bAUTH\b.*(without any password|called)/.test(message);
}

/** The error for what a server refused. */
export function refusal(message: string): ConnectionError | OperationError {
  const reason = reasonOf(message);
  if (isAuthenticationRefusal(message)) {
    return new ConnectionError('E_CONNECTION_AUTH', `Redis refused the credentials: ${reason}`, 'refused');
  }
  const text = MEANING[reason] ?? withoutArguments(message);
  return new OperationError('E_OPERATION_REFUSED', `Redis refused: ${reason}: ${text}`, 'refused', {
    reason,
  });
}

/** What a server says may repeat the arguments of a command, which are keys and values. */
function withoutArguments(message: string): string {
  return message.replace(/,? with args beginning with.*$/s, '').replace(/'[^']*'/g, "'…'");
}
