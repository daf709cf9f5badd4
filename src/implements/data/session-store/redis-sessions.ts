import { randomBytes } from 'node:crypto';
import type { Duration } from '../../../interfaces/duration.js';
import { ConnectionError, OperationError } from '../../../interfaces/errors.js';
import type { RedisReply, RedisScript } from '../../../interfaces/redis-command.js';
import type { IRedisConnection } from '../../../interfaces/redis-connection.js';
import { BURY, CREATE, DESTROY, END_ALL, GET, REGENERATE, SUMMARIES, TOUCH, UPDATE } from './scripts.js';
import type { SessionRecord } from './session-calls.js';
import type { SessionAccess, SessionPlace } from './session-id.js';
import type { SessionLives } from './session-options.js';

const VERSION_BYTES = 9;
/** Sessions whose data one reply holds. */
const PAGE = 20;
/** Sessions that one script removes; it keeps the server for less than a millisecond. */
const BURIAL = 100;
/** Longer than a call takes between two pages. */
const BURIAL_MS = 60_000;

/** A session, with the version by which an `update` notices changes of others. */
export interface VersionedRecord extends SessionRecord {
  /** Random: a counter would come back after a failover that lost writes. */
  readonly version: string;
}

/** Deadline and abort of a call. */
export interface SessionCall {
  readonly timeout?: Duration | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sessions in Redis. All keys of one user share a slot, so each call is one atomic step. */
export class RedisSessions {
  readonly #connection: IRedisConnection;
  readonly #prefix: string;
  readonly #lives: readonly [idle: string, absolute: string];
  readonly #timeout: Duration | undefined;

  constructor(
    connection: IRedisConnection,
    prefix: string,
    { idleMs, absoluteMs }: SessionLives,
    timeout: Duration | undefined,
  ) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#lives = [String(idleMs), Number.isFinite(absoluteMs) ? String(absoluteMs) : ''];
    this.#timeout = timeout;
  }

  async create(
    access: SessionAccess,
    json: string,
    userId: string | undefined,
    call: SessionCall,
  ): Promise<SessionRecord> {
    const reply = await this.#run(CREATE, access, [newVersion(), userId ?? '', json], call);
    const [createdAtMs, remainingMs] = reply as readonly RedisReply[];
    return { json, userId, createdAtMs: Number(createdAtMs), remainingMs: Number(remainingMs) };
  }

  async get(access: SessionAccess, call: SessionCall): Promise<VersionedRecord | undefined> {
    return recordOf(await this.#run(GET, access, [], call));
  }

  async touch(access: SessionAccess, call: SessionCall): Promise<boolean> {
    return (await this.#run(TOUCH, access, [], call)) === 1;
  }

  /** @returns The session, and whether it was changed: not, when its version is another one than was expected. */
  async update(
    access: SessionAccess,
    expected: string,
    json: string,
    call: SessionCall,
  ): Promise<{ readonly record: VersionedRecord; readonly isChanged: boolean } | undefined> {
    const version = newVersion();
    const record = recordOf(await this.#run(UPDATE, access, [expected, version, json], call));
    return record && { record, isChanged: record.version === version };
  }

  async regenerate(
    access: SessionAccess,
    next: SessionAccess,
    call: SessionCall,
  ): Promise<SessionRecord | undefined> {
    return recordOf(await this.#run(REGENERATE, access, [next.digest, newVersion()], call));
  }

  async destroy(access: SessionAccess, call: SessionCall): Promise<boolean> {
    return (await this.#run(DESTROY, access, [], call)) === 1;
  }

  /** Ends all sessions of a group in the first step; the others free their memory, and count them. */
  async destroyAll(group: string, call: SessionCall): Promise<number> {
    const grave = `${this.#tag(group)}d${randomBytes(VERSION_BYTES).toString('base64url')}`;
    const rest = [String(BURIAL_MS), String(BURIAL)];
    let lines = (await this.#script(END_ALL, [this.#set(group), grave], rest, call)) as readonly string[];
    let count = 0;
    while (lines.length > 0) {
      const keys = [grave, ...lines.map((line) => this.#session({ group, line }))];
      const reply = await this.#script(BURY, keys, [...rest, ...lines], call).catch(neverUnsent);
      const [ended, next] = reply as unknown as readonly [number, readonly string[]];
      count += ended;
      lines = next;
    }
    return count;
  }

  /** Iterates over the sessions of a group: pages of line and session. */
  async *pages(
    group: string,
    call: SessionCall,
  ): AsyncGenerator<readonly (readonly [line: string, record: SessionRecord])[], void, undefined> {
    const set = this.#set(group);
    const seen = new Set<string>();
    let cursor = '0';
    do {
      const command = ['ZSCAN', set, cursor, 'COUNT', String(PAGE)];
      const options = { ...this.#options(call), keys: [set] };
      const reply = await this.#connection.execute(command, options);
      const [next, members] = reply as unknown as readonly [string, readonly string[]];
      cursor = next;
      const lines = members.filter((_, index) => index % 2 === 0).filter((line) => !seen.has(line));
      for (let from = 0; from < lines.length; from += PAGE) {
        const page = lines.slice(from, from + PAGE);
        for (const line of page) seen.add(line);
        yield await this.#summaries(group, page, call);
      }
    } while (cursor !== '0');
  }

  async #summaries(
    group: string,
    lines: readonly string[],
    call: SessionCall,
  ): Promise<readonly (readonly [line: string, record: SessionRecord])[]> {
    const keys = [this.#set(group), ...lines.map((line) => this.#session({ group, line }))];
    const found = (await this.#script(SUMMARIES, keys, lines, call)) as readonly (readonly RedisReply[])[];
    return found.map(([line, created, life, user, json]) => [
      String(line),
      {
        createdAtMs: Number(created),
        remainingMs: Number(life),
        userId: String(user) === '' ? undefined : String(user),
        json: String(json),
      },
    ]);
  }

  #run(
    script: RedisScript,
    access: SessionAccess,
    args: readonly string[],
    call: SessionCall,
  ): Promise<RedisReply> {
    const keys = [this.#session(access), this.#set(access.group)];
    return this.#script(script, keys, [access.digest, access.line, ...this.#lives, ...args], call);
  }

  #script(
    script: RedisScript,
    keys: readonly string[],
    args: readonly string[],
    call: SessionCall,
  ): Promise<RedisReply> {
    return this.#connection.script(script, keys, args, this.#options(call));
  }

  #options({ timeout = this.#timeout, signal }: SessionCall) {
    return { timeout, signal, reply: 'text' } as const;
  }

  #session({ group, line }: SessionPlace): string {
    return `${this.#tag(group)}${line}`;
  }

  /** Shorter than a line: no session has this name. */
  #set(group: string): string {
    return `${this.#tag(group)}u`;
  }

  #tag(group: string): string {
    return `${this.#prefix}{${group}}`;
  }
}

function newVersion(): string {
  return randomBytes(VERSION_BYTES).toString('base64url');
}

function recordOf(reply: RedisReply): VersionedRecord | undefined {
  if (reply === null) return undefined;
  if (!Array.isArray(reply) || reply.length !== 5) {
    throw new OperationError('E_OPERATION_REFUSED', 'unexpected reply of a session', 'refused');
  }
  const [created, life, user, version, json] = reply as readonly RedisReply[];
  return {
    createdAtMs: Number(created),
    remainingMs: Number(life),
    userId: String(user) === '' ? undefined : String(user),
    version: String(version),
    json: String(json),
  };
}

/** Failure after the first step of several: part of the call has run, whatever became of this step. */
function neverUnsent(error: unknown): never {
  const options = { cause: error };
  if (ConnectionError.is(error)) throw new ConnectionError(error.code, error.message, 'unknown', options);
  if (!OperationError.is(error)) throw error;
  const reason = error.reason === undefined ? {} : { reason: error.reason };
  throw new OperationError(error.code, error.message, 'unknown', { ...options, ...reason });
}
