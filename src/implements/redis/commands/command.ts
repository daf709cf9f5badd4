import { ArgumentError } from '../../../interfaces/errors.js';
import type { RedisCommand, RedisWord } from '../../../interfaces/redis-command.js';
import { describe } from '../../foundation/describe.js';

type Special = 'session' | 'waits' | 'own' | 'below' | 'stream';

/**
 * Reason why a command is refused on a shared connection.
 *
 * `session`: it changes the connection for all callers: its database, its user, or that every command has one reply.
 * Afterwards callers would get each other's replies. `waits`: it blocks the connection until something happens, or its
 * time is over. `own`: it refers to what its own connection wrote, which is never the caller's. The others depend on
 * their arguments.
 */
const SPECIAL = new Map<string, Special>([
  ...all(
    'session',
    'MULTI EXEC DISCARD WATCH UNWATCH SELECT AUTH HELLO RESET QUIT MONITOR SYNC PSYNC READONLY',
  ),
  ...all('session', 'READWRITE ASKING SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE'),
  ...all('waits', 'BLPOP BRPOP BRPOPLPUSH BLMOVE BLMPOP BZPOPMIN BZPOPMAX BZMPOP'),
  ...all('own', 'WAIT WAITAOF'),
  ...all('below', 'CLIENT SCRIPT'),
  ...all('stream', 'XREAD XREADGROUP'),
]);
/** Subcommands that count as `session`. */
const BELOW = new Set('REPLY TRACKING CACHING SETNAME SETINFO NO-EVICT NO-TOUCH DEBUG'.split(' '));

function all<Kind extends string>(kind: Kind, names: string): [string, Kind][] {
  return names.split(' ').map((name) => [name, kind]);
}

/**
 * Copies a command and checks that it can be sent. node-redis finds an invalid argument only while it writes, too late
 * to reject just that call.
 *
 * @param kind  `shared`: for a connection that other callers use too. `exclusive`: for a dedicated one.
 * @throws {ArgumentError}
 */
export function checkedCommand(command: RedisCommand, kind: 'shared' | 'exclusive' = 'shared'): RedisWord[] {
  if (!Array.isArray(command) || command.length === 0) {
    throw new ArgumentError(`expected a command as an array of its words, got ${describe(command)}`);
  }
  const copy: RedisWord[] = [];
  for (let index = 0; index < command.length; index++) {
    const word = command[index] as RedisWord;
    if (typeof word !== 'string' && !Buffer.isBuffer(word)) {
      throw new ArgumentError(`expected the words of a command as string or Buffer, got ${describe(word)}`);
    }
    copy.push(word);
  }
  const name = String(copy[0]).toUpperCase();
  const special = SPECIAL.get(name);
  if (special !== undefined) refuseSpecial(special, name, copy, kind);
  return copy;
}

function refuseSpecial(
  special: Special,
  name: string,
  command: readonly RedisWord[],
  kind: 'shared' | 'exclusive',
): void {
  if (special === 'session' || (special === 'below' && BELOW.has(String(command[1]).toUpperCase()))) {
    throw new ArgumentError(`expected a command that does not change a shared connection, got ${name}`);
  }
  if (special === 'own') {
    throw new ArgumentError(`expected a command that does not refer to its own connection, got ${name}`);
  }
  const waits = special === 'waits' || (special === 'stream' && command.some(isBlock));
  if (waits && kind === 'shared') {
    throw new ArgumentError(`expected a command that does not block, got ${name}; use blocking()`);
  }
}

/** Checks a string that becomes part of a command. @throws {ArgumentError} */
export function checkedText(text: string, what: string): string {
  if (typeof text !== 'string')
    throw new ArgumentError(`expected ${what} as a string, got ${describe(text)}`);
  return text;
}

function isBlock(word: RedisWord): boolean {
  return String(word).toUpperCase() === 'BLOCK';
}

/** Copies and checks the keys of a call. @throws {ArgumentError} */
export function checkedWords(list: readonly RedisWord[], what: string): readonly RedisWord[] {
  if (!Array.isArray(list)) throw new ArgumentError(`expected ${what} as an array, got ${describe(list)}`);
  for (const word of list) {
    if (typeof word !== 'string' && !Buffer.isBuffer(word)) {
      throw new ArgumentError(`expected ${what} as strings or Buffers, got ${describe(word)}`);
    }
  }
  return [...list];
}
