import type { ICache } from '../../../interfaces/cache.js';
import type {
  ComponentDefinition,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
} from '../../../interfaces/component.js';
import type { Duration } from '../../../interfaces/duration.js';
import { ArgumentError, DisposedError, OperationError } from '../../../interfaces/errors.js';
import { everyKey } from '../../../interfaces/every-key.js';
import type { FencedAnswer, FencedRead, IFencedStore } from '../../../interfaces/fenced-store.js';
import {
  IRedisConnection,
  type RedisCommand,
  type RedisReply,
} from '../../../interfaces/redis-connection.js';
import { checkedEntries } from '../../foundation/arguments/entries.js';
import { checkedKeys, checkKey } from '../../foundation/arguments/key.js';
import { checkPattern } from '../../foundation/arguments/pattern.js';
import { valueBytes } from '../../foundation/arguments/value.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../../foundation/logger/process-logger-site.js';
import { defaultsOf } from '../../foundation/options/defaults.js';
import { parseOptions } from '../../foundation/options/parse.js';
import { allOrFirstFailure } from '../../foundation/waiting/all-or-first-failure.js';
import { KeySpace } from '../../redis/keys/key-space.js';
import { RedisConnection } from '../../redis/redis-connection.js';
import {
  declaredOptions,
  type RedisConnectionOptions,
  type UncheckedConnectionOptions,
} from '../../redis/redis-connection-options.js';
import { FailurePolicy } from '../failure-policy.js';
import { CopyPool } from './copy-pool.js';
import {
  type RedisCacheOptions,
  redisCacheSchema,
  type UncheckedCacheOptions,
} from './redis-cache-options.js';
import { bulks, RedisCommands } from './redis-commands.js';
import { RedisFences } from './redis-fences.js';
import { type ReadResult, RedisReader } from './redis-reader.js';
import { ownBytes, remainingMs, replyBytes } from './redis-reply.js';

const DEFAULTS = defaultsOf(redisCacheSchema, ['commandTimeout']);
const SECOND_MS = 1000;

/**
 * A cache in Redis, by binary GET and SETEX (PSETEX for fractions of a second).
 *
 * A cache with a connection of its own is started with `start` and closed with `close`; the component site does both.
 * Bulk calls go out in steps of 512, so they are not atomic.
 */
export class RedisCache implements ICache, IFencedStore, IComponent, IKeySpaceOwner {
  static readonly component: ComponentDefinition<typeof redisCacheSchema, RedisCache> = {
    options: redisCacheSchema,
    create: (site, { connection, ...options }, context) => {
      const checked: UncheckedCacheOptions = {
        ...declaredOptions(site, options, context),
        connection: connection === undefined ? undefined : site.getComponent(IRedisConnection, connection),
      };
      return new RedisCache(checked as RedisCacheOptions);
    },
  };

  readonly keySpace: KeySpaceClaim;
  readonly #connection: IRedisConnection;
  readonly #ownsConnection: boolean;
  readonly #commands: RedisCommands;
  readonly #reader: RedisReader;
  readonly #keys: KeySpace;
  readonly #fences: RedisFences;
  readonly #policy: FailurePolicy;
  readonly #maxValueBytes: number;
  readonly #copies = new CopyPool();
  readonly #unsubscribe: () => void;
  #closed = false;

  constructor(options: RedisCacheOptions = {}) {
    const given: UncheckedCacheOptions = options;
    const {
      env,
      clock = new SystemClock(),
      loggerSite,
      connection: shared,
      credentials,
      config,
      ...written
    } = given;
    const ports = { connection: shared, credentials, config };
    const { prefix, failureMode, maxValueBytes, connection, ...own } = parseOptions(
      redisCacheSchema,
      'RedisCache',
      written,
      { ports },
    );
    const site = loggerSite ?? new ProcessLoggerSite(clock);
    this.#ownsConnection = connection === undefined;
    const unchecked: UncheckedConnectionOptions = { ...own, env, clock, loggerSite: site };
    this.#connection = connection ?? new RedisConnection(unchecked as RedisConnectionOptions);
    this.#commands = new RedisCommands(this.#connection, connection && own.commandTimeout);
    const boundMs = own.commandTimeout ?? (this.#ownsConnection ? DEFAULTS.commandTimeout : undefined);
    this.#reader = new RedisReader(this.#commands, failureMode === 'throw', clock, boundMs);
    this.#keys = new KeySpace(prefix);
    this.#fences = new RedisFences(this.#connection, this.#keys, this.#commands.options);
    this.#maxValueBytes = maxValueBytes;
    this.keySpace = Object.freeze({ database: this.#connection.database, prefix });
    const logger = guardedLogger(site, 'inversify-cache.redis-cache');
    this.#policy = new FailurePolicy({ component: 'RedisCache', failureMode, logger, clock });
    this.#unsubscribe = this.#connection.on('status', (status) => {
      if (status === 'ready') this.#policy.recovered();
    });
  }

  get connected(): boolean {
    return !this.#closed && this.#connection.status === 'ready';
  }

  async start(): Promise<void> {
    if (this.#ownsConnection) await this.#connection.start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe();
    if (this.#ownsConnection) await this.#connection.close();
  }

  async getValue(key: string): Promise<Uint8Array | null> {
    this.#checkOpen();
    checkKey(key);
    try {
      return await this.#reader.one(this.#keys.entry(key));
    } catch (error) {
      return this.#policy.recover('getValue', error, null);
    }
  }

  async setValue(key: string, value: Uint8Array | null, expire: Duration): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    // Copied at once: the bytes are written in a later turn of the event loop, and maybe much later.
    const bytes = valueBytes(value, this.#maxValueBytes);
    const ms = this.#policy.expiry('setValue', expire);
    if (ms === undefined) return false;
    const copy = this.#copies.copy(bytes);
    try {
      await this.#change(this.#set(key, copy, ms));
      this.#copies.release(copy);
      return true;
    } catch (error) {
      return this.#policy.recover('setValue', error, false);
    }
  }

  async deleteValue(key: string): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    try {
      return (await this.#change(['UNLINK', this.#keys.entry(key)])) === 1;
    } catch (error) {
      return this.#policy.recover('deleteValue', error, false);
    }
  }

  async hasValue(key: string): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    try {
      return (await this.#commands.run(['EXISTS', this.#keys.entry(key)], true)) === 1;
    } catch (error) {
      return this.#policy.recover('hasValue', error, false);
    }
  }

  async getExpiry(key: string): Promise<number | null> {
    this.#checkOpen();
    checkKey(key);
    try {
      const life = Number(await this.#commands.run(['PTTL', this.#keys.entry(key)], true));
      return life === -2 ? null : remainingMs(life);
    } catch (error) {
      return this.#policy.recover('getExpiry', error, null);
    }
  }

  async setExpiry(key: string, expire: Duration): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    const ms = this.#policy.expiry('setExpiry', expire);
    if (ms === undefined) return false;
    try {
      return (await this.#change(['PEXPIRE', this.#keys.entry(key), String(ms)])) === 1;
    } catch (error) {
      return this.#policy.recover('setExpiry', error, false);
    }
  }

  async getValues(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    this.#checkOpen();
    const names = checkedKeys(keys).map((key) => this.#keys.entry(key));
    const values = new Map<string, RedisReply>();
    let failure: { readonly error: unknown } | undefined;
    for (const groups of this.#commands.roundTrips(new Set(names))) {
      const results = await Promise.all(groups.map((group) => this.#reader.many(group)));
      groups.flat().forEach((name, index) => {
        const result = results.flat()[index] as ReadResult;
        if ('reply' in result) values.set(name, result.reply);
        else failure ??= result;
      });
      if (failure !== undefined && !isRefusal(failure.error)) break;
    }
    const bytesOf = values.size === names.length ? ownBytes : replyBytes;
    const answer = (): (Uint8Array | null)[] => names.map((name) => bytesOf(values.get(name) ?? null));
    return failure === undefined ? answer() : this.#policy.recover('getValues', failure.error, answer());
  }

  async setValues(
    entries: Iterable<readonly [string, Uint8Array | null]>,
    expire: Duration,
  ): Promise<boolean> {
    this.#checkOpen();
    const checked = checkedEntries(entries, this.#maxValueBytes);
    const ms = this.#policy.expiry('setValues', expire);
    if (ms === undefined) return false;
    const commands = checked.map(([key, bytes]) => this.#set(key, Buffer.from(bytes.buffer), ms));
    try {
      for (const some of bulks(commands)) {
        await allOrFirstFailure(some.map((command) => this.#change(command)));
      }
      return true;
    } catch (error) {
      return this.#policy.recover('setValues', error, false);
    }
  }

  async deleteValues(keys: readonly string[]): Promise<number> {
    this.#checkOpen();
    let deleted = 0;
    try {
      await this.#unlink(checkedKeys(keys), (count) => (deleted += count));
      return deleted;
    } catch (error) {
      return this.#policy.recover('deleteValues', error, deleted);
    }
  }

  async *keys(pattern?: string): AsyncIterable<string> {
    try {
      yield* this[everyKey](pattern);
    } catch (error) {
      this.#policy.recover('keys', error, undefined);
    }
  }

  /** @internal */
  async *[everyKey](pattern: string | undefined): AsyncIterable<string> {
    const seen = new Set<string>();
    for await (const page of this.#pages(pattern)) {
      for (const name of page) {
        if (seen.has(name)) continue;
        seen.add(name);
        yield name;
      }
    }
  }

  async clear(pattern?: string): Promise<number> {
    let deleted = 0;
    try {
      for await (const page of this.#pages(pattern)) {
        await this.#unlink(page, (count) => (deleted += count));
      }
      return deleted;
    } catch (error) {
      return this.#policy.recover('clear', error, deleted);
    }
  }

  async read(request: FencedRead): Promise<FencedAnswer> {
    return this.#open.read(request);
  }

  async write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string,
  ): Promise<'stored' | 'fenced'> {
    return this.#open.write(key, valueBytes(value, this.#maxValueBytes), expire, fence);
  }

  async invalidate(keys: readonly string[]): Promise<number> {
    return this.#open.invalidate(keys);
  }

  async advance(generations: readonly string[]): Promise<void> {
    return this.#open.advance(generations);
  }

  async acquireLease(key: string, token: string, life: Duration): Promise<boolean> {
    return this.#open.acquireLease(key, token, life);
  }

  async releaseLease(key: string, token: string): Promise<boolean> {
    return this.#open.releaseLease(key, token);
  }

  /** What the fenced port stands on. @throws {DisposedError} */
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
    this.#reader.flush(command[1] as string);
    return this.#commands.run(command);
  }

  #set(key: string, bytes: Buffer, ms: number): RedisCommand {
    return ms % SECOND_MS === 0
      ? ['SETEX', this.#keys.entry(key), String(ms / SECOND_MS), bytes]
      : ['PSETEX', this.#keys.entry(key), String(ms), bytes];
  }

  /** Names of the entries that match a pattern, a page of a SCAN at a time; some may come twice. */
  async *#pages(pattern: string | undefined): AsyncIterable<string[]> {
    this.#checkOpen();
    checkPattern(pattern);
    if (pattern === undefined && this.#keys.isWhole) {
      throw new ArgumentError(
        'this RedisCache has the whole database for its keys: declare a prefix, or pass a pattern',
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

  /** @param onDeleted  Hears how many a command has removed, so that they count when a later one fails. */
  async #unlink(names: readonly string[], onDeleted: (count: number) => void): Promise<void> {
    this.#reader.flush();
    for (const groups of this.#commands.roundTrips(names.map((name) => this.#keys.entry(name)))) {
      await allOrFirstFailure(
        groups.map(async (group) => onDeleted(Number(await this.#commands.run(['UNLINK', ...group])))),
      );
    }
  }
}

function isRefusal(error: unknown): boolean {
  return OperationError.is(error) && error.outcome === 'refused';
}
