import type {
  ComponentDefinition,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
} from '../../../interfaces/component.js';
import type { IRedisConnection, RedisHealth } from '../../../interfaces/redis-connection.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../../foundation/logger/process-logger-site.js';
import { defaultsOf } from '../../foundation/options/defaults.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { type AnswersByCommands, tokensByCommands } from '../../foundation/store/tokens-by-commands.js';
import { declaredComponent } from '../../redis/component-connection.js';
import { KeySpace } from '../../redis/keys/key-space.js';
import { RedisConnection } from '../../redis/redis-connection.js';
import type {
  RedisConnectionOptions,
  UncheckedConnectionOptions,
} from '../../redis/redis-connection-options.js';
import { DegradingCache } from '../degrading-cache.js';
import { FailurePolicy } from '../failure-policy.js';
import {
  type RedisCacheOptions,
  redisCacheSchema,
  type UncheckedCacheOptions,
} from './redis-cache-options.js';
import { RedisCommands } from './redis-commands.js';
import { RedisReader } from './redis-reader.js';
import { RedisStore } from './redis-store.js';

const DEFAULTS = defaultsOf(redisCacheSchema, ['commandTimeout']);

/**
 * A cache in Redis, by binary GET and SETEX (PSETEX for fractions of a second).
 *
 * A cache with a connection of its own is started with `start` and closed with `close`; the component site does both.
 * Bulk calls are sent in batches of 512, so they are not atomic.
 *
 * @example
 * ```ts
 * import { ComponentSite, ICache, RedisCache } from 'inversify-cache';
 *
 * await using site = new ComponentSite();
 * const redis = new RedisCache({
 *   url: process.env.REDIS_URL ?? 'redis://localhost:6379',
 *   prefix: 'redis-demo:',
 * });
 * site.registerComponent(ICache, redis, 'Redis'); // You made it, so you start and close it.
 * await redis.start();
 * const cache = site.getComponent(ICache, 'Redis');
 * ```
 */
export class RedisCache extends DegradingCache implements IComponent, IKeySpaceOwner, AnswersByCommands {
  static readonly component: ComponentDefinition<typeof redisCacheSchema, RedisCache> = {
    options: redisCacheSchema,
    create: (site, options, context) => {
      const checked: UncheckedCacheOptions = declaredComponent(site, options, context);
      return new RedisCache(checked as RedisCacheOptions);
    },
  };

  readonly keySpace: KeySpaceClaim;
  readonly #store: RedisStore;
  readonly #connection: IRedisConnection;
  /** `undefined` when the connection is shared. */
  readonly #ownConnection: IRedisConnection | undefined;
  readonly #unsubscribe: () => void;

  constructor(options: RedisCacheOptions = {}) {
    const {
      env,
      clock = new SystemClock(),
      loggerSite = new ProcessLoggerSite(clock),
      connection: shared,
      credentials,
      config,
      ...written
    }: UncheckedCacheOptions = options;
    const ports = { connection: shared, credentials, config };
    const parsed = parseOptions(redisCacheSchema, 'RedisCache', written, { ports });
    const { prefix, failureMode, failover, maxValueBytes, ...own } = parsed;
    const unchecked: UncheckedConnectionOptions = { ...own, env, clock, loggerSite };
    const connection = shared ?? new RedisConnection(unchecked as RedisConnectionOptions);
    const commands = new RedisCommands(connection, shared && own.commandTimeout);
    const boundMs = own.commandTimeout ?? (shared === undefined ? DEFAULTS.commandTimeout : undefined);
    const reader = new RedisReader(commands, failureMode === 'throw', clock, boundMs);
    const keySpace = new KeySpace(prefix);
    const store = new RedisStore({ connection, keySpace, commands, reader, maxValueBytes, failover });
    const logger = guardedLogger(loggerSite, 'inversify-cache.redis-cache');
    const policy = new FailurePolicy({ component: 'RedisCache', failureMode, remote: true, logger, clock });
    super(store, policy);
    this.#store = store;
    this.#connection = connection;
    this.#ownConnection = shared === undefined ? connection : undefined;
    this.keySpace = Object.freeze({ database: connection.database, prefix });
    this.#unsubscribe = connection.on('status', (status) => {
      if (status === 'ready') policy.recovered();
    });
  }

  /** Reports the state of the connection, its own or the shared one, within 100 ms. Never rejects. */
  health(): Promise<RedisHealth> {
    return this.#connection.health();
  }

  async start(): Promise<void> {
    await this.#ownConnection?.start();
  }

  [tokensByCommands](generations: readonly string[], lifeMs: number | undefined): Promise<(string | null)[]> {
    return this.#store.tokensByCommands(generations, lifeMs);
  }

  async close(): Promise<void> {
    this.#store.close();
    this.#unsubscribe();
    await this.#ownConnection?.close();
  }
}
