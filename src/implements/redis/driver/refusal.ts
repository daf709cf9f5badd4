import { ConnectionError, OperationError } from '../../../interfaces/errors.js';
import { oneLine } from '../../foundation/one-line.js';

/** Explanations of error replies, by their first word. Other error replies are passed on as the server words them. */
const MEANING: Readonly<Record<string, string>> = {
  OOM: 'it is out of memory (maxmemory) and evicts nothing',
  WRONGTYPE: 'the key holds another type of value',
  NOPERM: 'its access rules (ACL) do not allow this user that command or key, which its ACL LOG names',
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

/** Refusals inside of a script that servers word without a code of their own. */
const CODELESS: readonly (readonly [RegExp, string])[] = [
  [/^(?:The user executing the script |ACL failure in script)/, 'NOPERM'],
  [/cript attempted to access keys that (?:do not|don't) hash to the same slot/, 'CROSSSLOT'],
  [/^(?:Lua s|S)cript attempted to execute .* while the cluster is down/, 'CLUSTERDOWN'],
  [/^(?:Can ?not execute the command on a stale replica)/, 'MASTERDOWN'],
];

/** Error reply without what the server adds about the script in which the refused command was. */
interface Refusal {
  /** First word, such as `WRONGTYPE`; `ERR` if it has no special one. */
  readonly reason: string;
  readonly message: string;
}

/**
 * Reads an error reply. Redis 6.2 puts the refusal of a command in a script behind its own words (`ERR Error running
 * script (call to f_…): @user_script:1: …`), later versions put theirs after it (`… script: …, on @user_script:1.`).
 */
function refusalOf(reply: string): Refusal {
  const wrapped = /^ERR Error running script \(call to f_\w+\): (?:@user_script: ?\d+: )+(.*)$/s.exec(reply);
  const bare = (wrapped?.[1] ?? reply).replace(/ script: [^,\s]+, on @?user_script:\d+\.\s*$/, '').trim();
  const [, code = 'ERR', text = bare] = /^-?([A-Z][A-Z0-9_]*)(?: (.*))?$/s.exec(bare) ?? [];
  const reason = CODELESS.find(([pattern]) => pattern.test(text))?.[1] ?? code;
  return { reason, message: text === bare ? bare.replace(/^-/, '') : `${code} ${text}` };
}

/** `true` when an error reply concerns our credentials. */
export function isAuthenticationRefusal(message: string): boolean {
  return (
    AUTHENTICATION.has(refusalOf(message).reason) || /\bAUTH\b.*(without any password|called)/.test(message)
  );
}

/** Error for an error reply of the server. */
export function refusalError(reply: string): ConnectionError | OperationError {
  const { reason, message } = refusalOf(reply);
  if (isAuthenticationRefusal(message)) {
    return new ConnectionError('E_CONNECTION_AUTH', `Redis refused the credentials: ${reason}`, 'refused');
  }
  const known = reason === 'NOPERM' ? forbidden(message) : missing(message);
  const text = oneLine(known ?? MEANING[reason] ?? withoutArguments(message));
  return new OperationError('E_OPERATION_REFUSED', `Redis refused: ${reason}: ${text}`, 'refused', {
    reason,
  });
}

/** Names the user, the command or kind of key, and the rule to add, where the server tells them. */
function forbidden(message: string): string | undefined {
  const user = /[Uu]ser (\S{1,64}) has no permissions/.exec(message)?.[1];
  const who = user === undefined ? 'this user' : `the user ${user}`;
  if (/(?:permissions to|can't) access .*\bkeys?\b/s.test(message)) {
    return `its access rules (ACL) do not allow ${who} a key of this command; add the rule ~ with the prefix of the keys and *`;
  }
  const command = /no permissions to run the '([a-z|_.-]{1,64})' command/.exec(message)?.[1];
  if (command === undefined) return undefined;
  const rule = command.startsWith('eval') ? '+eval +evalsha' : `+${command}`;
  return `its access rules (ACL) do not allow ${who} the command ${command}; add the rule ${rule}`;
}

/** Names the version of the server that has a command, for those of sharded channels. */
function missing(message: string): string | undefined {
  const command = /^ERR unknown command ['`](S(?:SUBSCRIBE|UNSUBSCRIBE|PUBLISH))\b/i.exec(message)?.[1];
  if (command === undefined) return undefined;
  return `sharded channels require Redis 7.0 or later, and it does not know ${command.toUpperCase()}`;
}

/** Removes the arguments of a command (keys and values), which an error reply may repeat. */
function withoutArguments(message: string): string {
  return message.replace(/,? with args beginning with.*$/s, '').replace(/'[^']*'/g, "'…'");
}
