import { z } from 'zod';
import type { ICache } from '../../interfaces/cache.js';
import { IClock } from '../../interfaces/clock.js';
import type {
  ComponentDefinition,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
} from '../../interfaces/component.js';
import type { Duration } from '../../interfaces/duration.js';
import { ArgumentError, DisposedError } from '../../interfaces/errors.js';
import type { FencedAnswer, FencedRead, IFencedStore } from '../../interfaces/fenced-store.js';
import { ILoggerSite } from '../../interfaces/logger.js';
import { IRedisConnection, type RedisCommand, type RedisReply } from '../../interfaces/redis-connection.js';
import { SystemClock } from '../clock/system-clock.js';
import { guardedLogger } from '../logger/guarded-logger.js';
import { ProcessLoggerSite } from '../logger/process-logger-site.js';
import { parseOptions } from '../options/parse.js';
import { referenceOption } from '../options/text.js';
import { checkConnectionOptions, connectionShape } from '../redis/connection-options.js';
import { isPlainPrefix, KeySpace } from '../redis/key-space.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { allOrFirstFailure } from './all-or-first-failure.js';
import {
  checkedEntries,
  checkedKeys,
  checkKey,
  checkPattern,
  MAX_KEY_BYTES,
  valueBytes,
} from './argument.js';
import { failureModeOption, maxValueBytesOption } from './cache-options.js';
import { CopyPool } from './copy-pool.js';
import { FailurePolicy } from './failure-policy.js';
import { RedisFences } from './redis-fences.js';
import { remainingMs, replyBytes, replyList } from './redis-reply.js';

/** Keys of one command, or commands of one round trip, at most. */
const BULK = 512;
const SECOND_MS = 1000;

const declared = z
  .strictObject({
    connection: referenceOption('IRedisConnection')
      .optional()
      .describe('Name of a shared `RedisConnection`, in place of the options of a connection of its own.'),
    ...connectionShape,
    prefix: z
      .string()
      .refine(
        (prefix) => prefix.isWellFormed() && Buffer.byteLength(prefix) <= MAX_KEY_BYTES,
        `expected a prefix of at most ${MAX_KEY_BYTES} bytes as UTF-8, without lone surrogates`,
      )
      .refine(isPlainPrefix, 'expected a prefix without braces, or with one whole hash tag {…}')
      .default('')
      .describe('Text in front of every key, as it is. `keys()` and `clear()` without a pattern need one.'),
    failureMode: failureModeOption(),
    maxValueBytes: maxValueBytesOption(),
  })
  .superRefine((options, context) => {
    checkConnectionOptions(options, context);
    if (options.connection === undefined) return;
    for (const name of Object.keys(connectionShape)) {
      if (name === 'commandTimeout' || options[name as keyof typeof connectionShape] === undefined) continue;
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'expected none beside connection, which says it',
      });
    }
  })
  .describe('A cache in Redis, shared by every process that uses the same keys.');

/** Options of a `RedisCache` that is constructed in code. */
export interface RedisCacheOptions extends Omit<z.input<typeof declared>, 'connection'> {
  /** A connection that is shared: the cache neither starts nor closes it. Default: one of its own. */
  readonly connection?: IRedisConnection | undefined;
  /** Default: the machine's monotonic clock. */
  readonly clock?: IClock | undefined;
  /** Default: process warnings. */
  readonly loggerSite?: ILoggerSite | undefined;
}

/**
 * A cache in Redis, by binary GET and SETEX (PSETEX for fractions of a second).
 *
 * A cache with a connection of its own is started with `start` and closed with `close`; the component site does both.
 * Bulk calls go out in steps of 512, so they are not atomic.
 */
export class RedisCache implements ICache, IFencedStore, IComponent, IKeySpaceOwner {
  static readonly component: ComponentDefinition<typeof declared, RedisCache> = {
    options: declared,
    create: (site, { connection, ...options }) =>
      new RedisCache({
        ...options,
        connection: connection === undefined ? undefined : site.getComponent(IRedisConnection, connection),
        clock: site.queryComponent(IClock),
        loggerSite: site.queryComponent(ILoggerSite),
      }),
  };

  readonly keySpace: KeySpaceClaim;
  readonly #connection: IRedisConnection;
  readonly #ownsConnection: boolean;
  readonly #timeout: { readonly timeout: number } | undefined;
  readonly #keys: KeySpace;
  readonly #fences: RedisFences;
  readonly #policy: FailurePolicy;
  readonly #maxValueBytes: number;
  readonly #copies = new CopyPool();
  readonly #unsubscribe: () => void;
  #closed = false;

  constructor({ connection, clock = new SystemClock(), loggerSite, ...options }: RedisCacheOptions = {}) {
    const { prefix, failureMode, maxValueBytes, ...parsed } = parseOptions(declared, 'RedisCache', {
      ...options,
      ...(connection !== undefined && { connection: 'given' }), // Whatever its name: the schema must know of it.
    });
    const { connection: _, ...own } = parsed;
    const site = loggerSite ?? new ProcessLoggerSite(clock);
    this.#ownsConnection = connection === undefined;
    this.#connection = connection ?? new RedisConnection({ ...own, clock, loggerSite: site });
    this.#timeout =
      connection && own.commandTimeout !== undefined ? { timeout: own.commandTimeout } : undefined;
    this.#keys = new KeySpace(prefix);
    this.#fences = new RedisFences(this.#connection, this.#keys, this.#timeout);
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
      return replyBytes(await this.#run(['GET', this.#keys.entry(key)]));
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
      await this.#run(this.#set(key, copy, ms));
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
      return (await this.#run(['UNLINK', this.#keys.entry(key)])) === 1;
    } catch (error) {
      return this.#policy.recover('deleteValue', error, false);
    }
  }

  async hasValue(key: string): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    try {
      return (await this.#run(['EXISTS', this.#keys.entry(key)])) === 1;
    } catch (error) {
      return this.#policy.recover('hasValue', error, false);
    }
  }

  async getExpiry(key: string): Promise<number | null> {
    this.#checkOpen();
    checkKey(key);
    try {
      const life = Number(await this.#run(['PTTL', this.#keys.entry(key)]));
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
      return (await this.#run(['PEXPIRE', this.#keys.entry(key), String(ms)])) === 1;
    } catch (error) {
      return this.#policy.recover('setExpiry', error, false);
    }
  }

  async getValues(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    this.#checkOpen();
    const names = checkedKeys(keys);
    const values: (Uint8Array | null)[] = [];
    try {
      for (const some of chunks(names, BULK)) {
        const replies = await this.#run(['MGET', ...some.map((key) => this.#keys.entry(key))]);
        for (const reply of replyList(replies, some.length)) values.push(replyBytes(reply));
      }
      return values;
    } catch (error) {
      const rest = names.slice(values.length).map(() => null);
      return this.#policy.recover('getValues', error, [...values, ...rest]);
    }
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
      for (const some of chunks(commands, BULK))
        await allOrFirstFailure(some.map((command) => this.#run(command)));
      return true;
    } catch (error) {
      return this.#policy.recover('setValues', error, false);
    }
  }

  async deleteValues(keys: readonly string[]): Promise<number> {
    this.#checkOpen();
    let deleted = 0;
    try {
      for (const some of chunks(checkedKeys(keys), BULK)) deleted += await this.#unlink(some);
      return deleted;
    } catch (error) {
      return this.#policy.recover('deleteValues', error, deleted);
    }
  }

  async *keys(pattern?: string): AsyncIterable<string> {
    const seen = new Set<string>();
    try {
      for await (const page of this.#pages(pattern)) {
        for (const name of page) {
          if (seen.has(name)) continue;
          seen.add(name);
          yield name;
        }
      }
    } catch (error) {
      this.#policy.recover('keys', error, undefined);
    }
  }

  async clear(pattern?: string): Promise<number> {
    let deleted = 0;
    try {
      for await (const page of this.#pages(pattern)) {
        for (const some of chunks(page, BULK)) deleted += await this.#unlink(some);
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
    return this.#fences;
  }

  /** @throws {DisposedError} */
  #checkOpen(): void {
    if (this.#closed) throw new DisposedError('this RedisCache is closed');
  }

  #run(command: RedisCommand): Promise<RedisReply> {
    return this.#connection.execute(command, this.#timeout);
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
    for await (const page of this.#connection.scan(this.#keys.pattern(pattern ?? '*'), this.#timeout)) {
      this.#checkOpen();
      yield page.map((key) => this.#keys.name(key)).filter((name) => name !== undefined);
    }
  }

  async #unlink(names: readonly string[]): Promise<number> {
    return Number(await this.#run(['UNLINK', ...names.map((name) => this.#keys.entry(name))]));
  }
}

function* chunks<T>(all: readonly T[], size: number): Iterable<T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
}
