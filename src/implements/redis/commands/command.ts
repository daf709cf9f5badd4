import { ArgumentError } from '../../../interfaces/errors.js';
import type { RedisCommand, RedisWord } from '../../../interfaces/redis-connection.js';
import { describe } from '../../foundation/describe.js';

type Special = 'session' | 'waits' | 'own' | 'below' | 'stream';

/**
 * Why a command is not for a connection that others use too.
 *
 * `session`: it changes what the connection is for everybody: which database and user it has, or whether every command
 * has one reply. After it callers would get each other's answers. `waits`: it keeps the connection busy until something
 * happens, or its time is up. `own`: it is about what its own connection wrote, and that is never the caller's. The
 * others depend on what follows.
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
/** Subcommands of the session. */
const BELOW = new Set('REPLY TRACKING CACHING SETNAME SETINFO NO-EVICT NO-TOUCH DEBUG'.split(' '));

function all<Kind extends string>(kind: Kind, names: string): [string, Kind][] {
  return names.split(' ').map((name) => [name, kind]);
}

/**
 * A copy of a command that is fit to be sent. node-redis finds a wrong argument only while it writes, when it is too
 * late to blame the caller for it.
 *
 * @param kind  `shared`: on a connection that others use too. `exclusive`: on one of the caller's own.
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
    throw new ArgumentError(`expected a command that leaves a shared connection as it is, got ${name}`);
  }
  if (special === 'own') {
    throw new ArgumentError(`expected a command that is not about its own connection, got ${name}`);
  }
  const waits = special === 'waits' || (special === 'stream' && command.some(isBlock));
  if (waits && kind === 'shared') {
    throw new ArgumentError(
      `expected a command that does not wait, got ${name}: that is what blocking() is for`,
    );
  }
}

/** A text that goes into a command. @throws {ArgumentError} */
export function checkedText(text: string, what: string): string {
  if (typeof text !== 'string') throw new ArgumentError(`expected ${what} as text, got ${describe(text)}`);
  return text;
}

function isBlock(word: RedisWord): boolean {
  return String(word).toUpperCase() === 'BLOCK';
}

/** The keys of a call, as a list that stays as it is. @throws {ArgumentError} */
export function checkedWords(list: readonly RedisWord[], what: string): readonly RedisWord[] {
  if (!Array.isArray(list)) throw new ArgumentError(`expected ${what} as an array, got ${describe(list)}`);
  for (const word of list) {
    if (typeof word !== 'string' && !Buffer.isBuffer(word)) {
      throw new ArgumentError(`expected ${what} as strings or Buffers, got ${describe(word)}`);
    }
  }
  return [...list];
}
