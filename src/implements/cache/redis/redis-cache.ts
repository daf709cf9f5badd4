import type {
  ComponentDefinition,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
} from '../../../interfaces/component.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import type { HealthQuery } from '../../../interfaces/health.js';
import type { IRedisConnection } from '../../../interfaces/redis-connection.js';
import type { RedisHealth } from '../../../interfaces/redis-health.js';
import type { CacheStats, IStatistics } from '../../../interfaces/statistics.js';
import { CallCounts } from '../../foundation/call-counts.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { type AnswersByCommands, tokensByCommands } from '../../foundation/store/tokens-by-commands.js';
import { connected, declaredComponent } from '../../redis/component-connection.js';
import type { ConnectionHandle } from '../../redis/connection-handle.js';
import { KeySpace } from '../../redis/keys/key-space.js';
import { type StreamSource, streamSource } from '../../redis/streams/stream-source.js';
import {
  type ChangeFeed,
  type ChangeFeedOptions,
  type ChangeFeedSource,
  changeFeed,
  type FeedKind,
} from '../change-feed.js';
import { CountedStore } from '../counted-store.js';
import { DegradingCache } from '../degrading-cache.js';
import { FailurePolicy } from '../failure-policy.js';
import { type RecoverySource, recoveries } from '../recoveries.js';
import { Announcer } from './announcing/announcer.js';
import { AnnouncingRedisStore } from './feed/announcing-store.js';
import { BusWay } from './feed/bus-way.js';
import { RedisFeed } from './feed/redis-feed.js';
import { TrackingWay } from './feed/tracking-way.js';
import {
  type RedisCacheOptions,
  redisCacheSchema,
  type UncheckedCacheOptions,
} from './redis-cache-options.js';
import { RedisCommands } from './redis-commands.js';
import { RedisReader } from './redis-reader.js';
import { RedisStore, type RedisStoreOptions } from './redis-store.js';

const NO_PREFIX =
  'coherence: tracking requires a RedisCache with a prefix, got one without: declare a prefix, or choose coherence: bus';

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
export class RedisCache
  extends DegradingCache
  implements IComponent, IKeySpaceOwner, IStatistics, ChangeFeedSource, RecoverySource, AnswersByCommands
{
  static readonly component: ComponentDefinition<typeof redisCacheSchema, RedisCache> = {
    options: redisCacheSchema,
    create: (site, options, context) => {
      const checked: UncheckedCacheOptions = declaredComponent(site, options, context);
      return new RedisCache(checked as RedisCacheOptions);
    },
  };

  readonly keySpace: KeySpaceClaim;
  readonly #store: RedisStore;
  /** Stores of this cache, and of feeds of its changes. */
  readonly #stores: RedisStore[];
  readonly #parts: RedisStoreOptions;
  readonly #handle: ConnectionHandle;
  readonly #unsubscribe: () => void;

  constructor(options: RedisCacheOptions = {}) {
    const { connection, handle, timeoutMs, clock, loggerSite, ...parsed } = connected(
      redisCacheSchema,
      'RedisCache',
      options,
    );
    const { prefix, failureMode, defaultExpire, failover, maxValueBytes } = parsed.options;
    const commands = new RedisCommands(connection, timeoutMs);
    const boundMs = timeoutMs ?? (handle.isOwner ? connection.commandTimeoutMs : undefined);
    const counts = new CallCounts(clock);
    const reader = new RedisReader(commands, failureMode === 'throw', clock, boundMs, counts);
    const keySpace = new KeySpace(prefix);
    const parts = { connection, keySpace, commands, reader, maxValueBytes, failover };
    const store = new RedisStore(parts);
    const logger = guardedLogger(loggerSite, 'inversify-cache.redis-cache');
    const policy = new FailurePolicy({
      component: 'RedisCache',
      failureMode,
      remote: true,
      logger,
      clock,
      defaultExpire,
    });
    super(new CountedStore(store, counts), policy);
    this.#store = store;
    this.#stores = [store];
    this.#parts = parts;
    this.#handle = handle;
    this.keySpace = handle.claim(prefix);
    this.#unsubscribe = this[recoveries](() => policy.recovered());
  }

  /** Reports the state of the connection, its own or the shared one, within 100 ms. Never rejects. */
  health(query?: HealthQuery): Promise<RedisHealth> {
    return this.#handle.health(query);
  }

  /**
   * Returns counts since the cache was made, of the calls of typed caches and tiers above it too. The read with which a
   * load of a typed cache looks again before it calls its loader is neither a hit nor a miss.
   */
  stats(): CacheStats {
    return this.#parts.reader.counts.stats();
  }

  resetStats(): void {
    this.#parts.reader.counts.reset();
  }

  async start(): Promise<void> {
    await this.#handle.start();
  }

  [changeFeed](kind: FeedKind, options: ChangeFeedOptions): ChangeFeed {
    const { connection, keySpace } = this.#parts;
    const source = followed(connection, kind);
    const masters = () => source[streamSource];
    const { sharded } = connection;
    if (kind === 'tracking') {
      if (keySpace.isWhole) throw new ArgumentError(NO_PREFIX);
      const way = () => new TrackingWay(keySpace, masters);
      return new RedisFeed({ ...options, store: this.#counted(this.#store), masters, sharded, way });
    }
    const { db } = masters();
    const announcer = new Announcer(connection, keySpace.prefix, db);
    const store = new AnnouncingRedisStore(this.#parts, announcer);
    this.#stores.push(store);
    const way = () => new BusWay(announcer, keySpace, sharded ? undefined : db, masters);
    return new RedisFeed({ ...options, store: this.#counted(store), masters, sharded, way });
  }

  [recoveries](listener: () => void): () => void {
    return this.#parts.connection.on('status', (status) => {
      if (status === 'ready') listener();
    });
  }

  #counted(store: RedisStore): CountedStore {
    return new CountedStore(store, this.#parts.reader.counts);
  }

  [tokensByCommands](generations: readonly string[], lifeMs: number | undefined): Promise<(string | null)[]> {
    return this.#store.tokensByCommands(generations, lifeMs);
  }

  async close(): Promise<void> {
    for (const store of this.#stores) store.close();
    this.#unsubscribe();
    await this.#handle.close();
  }
}

/** Refuses a connection that is not our own. */
function followed(connection: IRedisConnection, kind: FeedKind): IRedisConnection & StreamSource {
  if (streamSource in connection) return connection as IRedisConnection & StreamSource;
  throw new ArgumentError(
    `coherence: ${kind} requires a RedisCache over a RedisConnection, got another IRedisConnection: choose coherence: none`,
  );
}
