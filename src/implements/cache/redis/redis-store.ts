import type { Duration } from '../../../interfaces/duration.js';
import { ArgumentError, DisposedError, OperationError } from '../../../interfaces/errors.js';
import type {
  Carried,
  FencedAnswer,
  FencedRead,
  FenceToAdvance,
  PartialFailure,
} from '../../../interfaces/fenced-store.js';
import type { IRedisConnection, RedisCommand, RedisReply } from '../../../interfaces/redis-connection.js';
import { checkedEntries } from '../../foundation/arguments/entries.js';
import { checkedKeys, checkKey } from '../../foundation/arguments/key.js';
import { checkPattern } from '../../foundation/arguments/pattern.js';
import { valueBytes } from '../../foundation/arguments/value.js';
import { eachOnce } from '../../foundation/each-once.js';
import { type ChangedLater, LaterChanges } from '../../foundation/later-changes.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { ownBytes, remainingMs, replyBytes } from '../../redis/commands/reply.js';
import type { KeySpace } from '../../redis/keys/key-space.js';
import type { CacheStore, Progress } from '../cache-store.js';
import type { Announcer } from './announcing/announcer.js';
import { PartialChanges } from './changes/partial-changes.js';
import { CopyPool } from './copy-pool.js';
import type { FailoverMode } from './redis-cache-options.js';
import { bulks, type RedisCommands } from './redis-commands.js';
import { RedisFences } from './redis-fences.js';
import { FailedRead, type ReadResult, type RedisReader } from './redis-reader.js';

const SECOND_MS = 1000;

/** Collaborators of a Redis store. */
export interface RedisStoreOptions {
  readonly connection: IRedisConnection;
  readonly keySpace: KeySpace;
  readonly commands: RedisCommands;
  readonly reader: RedisReader;
  readonly maxValueBytes: number;
  readonly failover: FailoverMode;
  /** Announces the changes of the fenced store; those of entries are announced by `commands`. */
  readonly announcer?: Announcer | undefined;
}

/** Entries, fences, generations and leases of a key space in Redis. Closing it leaves the connection open. */
export class RedisStore implements CacheStore {
  readonly #connection: IRedisConnection;
  readonly #keys: KeySpace;
  readonly #commands: RedisCommands;
  readonly #reader: RedisReader;
  readonly #fences: RedisFences;
  readonly #maxValueBytes: number;
  readonly #copies = new CopyPool();
  readonly #later = new LaterChanges();
  #closed = false;

  constructor(options: RedisStoreOptions) {
    const { connection, keySpace, commands, reader, maxValueBytes, failover, announcer } = options;
    this.#connection = connection;
    this.#keys = keySpace;
    this.#commands = commands;
    this.#reader = reader;
    this.#fences = new RedisFences(connection, keySpace, commands.options, failover, announcer);
    this.#maxValueBytes = maxValueBytes;
  }

  get connected(): boolean {
    return !this.#closed && this.#connection.status === 'ready';
  }

  /** Avoids `async`, because a hit would cost one more promise. */
  getValue(key: string): Promise<Uint8Array | null> {
    try {
      this.#checkOpen();
      checkKey(key);
      return this.#reader.one(this.#keys.entry(key));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Avoids `async` for the same reason. */
  setValue(key: string, value: Uint8Array | null, expire: Duration): Promise<boolean> {
    try {
      this.#checkOpen();
      checkKey(key);
      const bytes = valueBytes(value, this.#maxValueBytes);
      const ms = requireDurationMs(expire);
      // Copied now, because the bytes are written in a later turn of the event loop, maybe much later.
      const copy = this.#copies.copy(bytes);
      return this.#change(setCommand(this.#keys.entry(key), copy, ms)).then(() => {
        this.#copies.release(copy);
        return true;
      });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async deleteValue(key: string): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    return (await this.#change(['UNLINK', this.#keys.entry(key)])) === 1;
  }

  async hasValue(key: string): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    return (await this.#commands.run(['EXISTS', this.#keys.entry(key)], true)) === 1;
  }

  async getExpiry(key: string): Promise<number | null> {
    this.#checkOpen();
    checkKey(key);
    const life = Number(await this.#commands.run(['PTTL', this.#keys.entry(key)], true));
    return life === -2 ? null : remainingMs(life);
  }

  async setExpiry(key: string, expire: Duration): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    const ms = requireDurationMs(expire);
    const name = this.#keys.entry(key);
    this.#later.expire(name, ms);
    return (await this.#send(['PEXPIRE', name, String(ms)])) === 1;
  }

  async getValues(
    keys: readonly string[],
    progress?: Progress<(Uint8Array | null)[]>,
  ): Promise<(Uint8Array | null)[]> {
    this.#checkOpen();
    const names = checkedKeys(keys).map((key) => this.#keys.entry(key));
    const values = new Map<string, RedisReply>();
    let failure: { readonly error: unknown } | undefined;
    for (const groups of this.#commands.roundTrips(new Set(names))) {
      const results = (await Promise.all(groups.map((group) => this.#reader.many(group)))).flat();
      let isAnswered = false;
      for (const [index, name] of groups.flat().entries()) {
        const result = results[index] as ReadResult;
        if (result instanceof FailedRead) {
          failure ??= result;
          isAnswered ||= isRefusal(result.error);
        } else {
          values.set(name, result);
          isAnswered = true;
        }
      }
      // A node that is away costs its own keys; without any answer, the next round trip would only take as long.
      if (!isAnswered) break;
    }
    const bytesOf = values.size === names.length ? ownBytes : replyBytes;
    const answer = names.map((name) => bytesOf(values.get(name) ?? null));
    if (failure === undefined) return answer;
    progress?.(answer);
    throw failure.error;
  }

  async setValues(
    entries: Iterable<readonly [string, Uint8Array | null]>,
    expire: Duration,
    accept?: () => void,
  ): Promise<boolean> {
    this.#checkOpen();
    const checked = checkedEntries(entries, this.#maxValueBytes);
    accept?.();
    const ms = requireDurationMs(expire);
    const bytesOf = new Map(
      checked.map(([key, bytes]) => [this.#keys.entry(key), Buffer.from(bytes.buffer)]),
    );
    const names = [...bytesOf.keys()];
    return this.#later.during(names, async (changed) => {
      const set = (name: string): RedisCommand =>
        setCommand(name, bytesOf.get(name) as Buffer, changed.lifeMs(name) ?? ms);
      const changes = new PartialChanges();
      for (let left = names; left.length > 0; ) {
        const ahead: string[] = [];
        for (const some of bulks(left)) {
          const current = changed.current(some, ahead);
          this.#reader.flush();
          if (!(await changes.run(this.#commands.runSets(current.map(set))))) changes.end();
        }
        left = await changed.unchanged(ahead);
      }
      changes.end();
      return true;
    });
  }

  async deleteValues(keys: readonly string[], progress?: Progress<number>): Promise<number> {
    this.#checkOpen();
    const names = checkedKeys(keys).map((key) => this.#keys.entry(key));
    return this.#later.during(names, (changed) => this.#unlink(names, changed, 0, progress));
  }

  keys(pattern?: string): AsyncIterable<string> {
    return eachOnce(this.#pages(pattern));
  }

  async clear(pattern?: string, progress?: Progress<number>): Promise<number> {
    return this.#later.during([], async (changed) => {
      let deleted = 0;
      for await (const page of this.#pages(pattern)) {
        const names = page.map((name) => this.#keys.entry(name));
        deleted = await this.#unlink(names, changed, deleted, progress);
      }
      return deleted;
    });
  }

  async read(request: FencedRead): Promise<FencedAnswer> {
    return this.#open.read(request);
  }

  async write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
    _carried?: Carried,
  ): Promise<'stored' | 'fenced'> {
    const written = this.#open.write(key, valueBytes(value, this.#maxValueBytes), expire, fence);
    if (this.#later.any) {
      this.#later.add(
        [this.#keys.entry(key)],
        written.then((outcome) => outcome === 'stored'),
      );
    }
    return written;
  }

  async invalidate(keys: readonly string[]): Promise<number> {
    const removed = this.#open.invalidate(keys);
    this.#later.add(
      keys.map((key) => this.#keys.entry(key)),
      removed,
    );
    return removed;
  }

  async advance(generations: readonly string[], where?: 'everywhere' | PartialFailure): Promise<void> {
    return this.#open.advance(generations, where);
  }

  async tokensByCommands(
    generations: readonly string[],
    lifeMs: number | undefined,
  ): Promise<(string | null)[]> {
    return this.#open.tokensByCommands(generations, lifeMs);
  }

  async acquireLease(key: string, token: string, life: Duration): Promise<boolean> {
    return this.#open.acquireLease(key, token, life);
  }

  async releaseLease(key: string, token: string): Promise<boolean> {
    return this.#open.releaseLease(key, token);
  }

  close(): void {
    this.#closed = true;
  }

  /** Fences, after the reads that are held back have been sent. @throws {DisposedError} */
  get #open(): RedisFences {
    this.#checkOpen();
    this.#reader.flush();
    return this.#fences;
  }

  /** @throws {DisposedError} */
  #checkOpen(): void {
    if (this.#closed) throw new DisposedError('this RedisCache is closed');
  }

  /** Runs a command that changes its key. */
  #change(command: RedisCommand): Promise<RedisReply> {
    const reply = this.#send(command);
    this.#later.add([command[1] as string], reply);
    return reply;
  }

  #send(command: RedisCommand): Promise<RedisReply> {
    this.#reader.flush(command[1] as string);
    return this.#commands.run(command);
  }

  /** Lists the names of entries that match a pattern, one page of a SCAN at a time; some may appear twice. */
  async *#pages(pattern: string | undefined): AsyncIterable<string[]> {
    this.#checkOpen();
    checkPattern(pattern);
    if (pattern === undefined && this.#keys.isWhole) {
      throw new ArgumentError(
        'this RedisCache has no prefix and would use the whole database: declare a prefix, or pass a pattern',
      );
    }
    for await (const page of this.#connection.scan(
      this.#keys.pattern(pattern ?? '*'),
      this.#commands.options,
    )) {
      this.#checkOpen();
      yield page.map((key) => this.#keys.name(key)).filter((name) => name !== undefined);
    }
  }

  /**
   * Removes entries, except those that later calls have changed.
   *
   * @param before  Number of entries that the call has already removed; the result includes them.
   */
  async #unlink(
    names: readonly string[],
    changed: ChangedLater,
    before: number,
    progress: Progress<number> | undefined,
  ): Promise<number> {
    this.#reader.flush();
    let deleted = before;
    const changes = new PartialChanges();
    for (let left = names; left.length > 0; ) {
      const ahead: string[] = [];
      for (const groups of this.#commands.roundTrips(left)) {
        const calls = groups.map(async (all) => {
          const group = changed.current(all, ahead);
          if (group.length === 0) return;
          const count = Number(await this.#commands.run(['UNLINK', ...group]));
          deleted += count;
          progress?.(deleted);
        });
        if (!(await changes.run(calls))) changes.end();
      }
      left = await changed.unchanged(ahead);
    }
    changes.end();
    return deleted;
  }
}

function setCommand(name: string, bytes: Buffer, ms: number): RedisCommand {
  return ms % SECOND_MS === 0
    ? ['SETEX', name, String(ms / SECOND_MS), bytes]
    : ['PSETEX', name, String(ms), bytes];
}

function isRefusal(error: unknown): boolean {
  return OperationError.is(error) && error.outcome === 'refused';
}
