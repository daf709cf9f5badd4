import { ArgumentError } from '../../interfaces/errors.js';
import type { RedisCommand } from '../../interfaces/redis-connection.js';
import { describe } from '../options/describe.js';

/**
 * Commands that change what the connection is for everybody who shares it: which database and user it has, or whether
 * every command has one reply. After one of them, callers would get each other's answers.
 */
const OF_THE_SESSION = new Set([
  ...[
    'MULTI',
    'EXEC',
    'DISCARD',
    'WATCH',
    'UNWATCH',
    'SELECT',
    'AUTH',
    'HELLO',
    'RESET',
    'QUIT',
    'MONITOR',
    'SYNC',
  ],
  ...[
    'PSYNC',
    'SUBSCRIBE',
    'PSUBSCRIBE',
    'SSUBSCRIBE',
    'UNSUBSCRIBE',
    'PUNSUBSCRIBE',
    'SUNSUBSCRIBE',
    'READONLY',
  ],
  ...['READWRITE', 'ASKING'],
]);
const OF_THE_SESSION_BELOW_CLIENT = new Set(['REPLY', 'TRACKING', 'CACHING']);

/**
 * A copy of a command that is fit to be sent. node-redis finds a wrong argument only while it writes, when it is too
 * late to blame the caller for it.
 *
 * @throws {ArgumentError}
 */
export function checkedCommand(command: RedisCommand): (string | Buffer)[] {
  if (!Array.isArray(command) || command.length === 0) {
    throw new ArgumentError(`expected a command as an array of its words, got ${describe(command)}`);
  }
  const words: (string | Buffer)[] = [...command];
  for (const word of words) {
    if (typeof word !== 'string' && !Buffer.isBuffer(word)) {
      throw new ArgumentError(`expected the words of a command as string or Buffer, got ${describe(word)}`);
    }
  }
  const name = String(words[0]).toUpperCase();
  const isOfTheSession =
    name === 'CLIENT'
      ? OF_THE_SESSION_BELOW_CLIENT.has(String(words[1]).toUpperCase())
      : OF_THE_SESSION.has(name);
  if (isOfTheSession) {
    throw new ArgumentError(`expected a command that leaves a shared connection as it is, got ${name}`);
  }
  return words;
}
