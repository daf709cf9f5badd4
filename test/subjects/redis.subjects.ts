import { RedisCache, type RedisCacheOptions } from '../../src/implements/cache/redis-cache.js';
import { RedisConnection } from '../../src/implements/redis/redis-connection.js';
import type { IRedisConnection } from '../../src/interfaces/redis-connection.js';
import type { CacheOptions, CacheSubject, OpenCache } from '../contract/cache/subject.js';
import { all } from '../contract/expectations.js';
import type { FencedOptions, FencedSubject, OpenFencedStore } from '../contract/fenced-store/subject.js';
import { RecordingLoggerSite } from '../support/recording-logger.js';
import { keySpace, type RedisForTests } from '../support/redis-for-tests.js';
import { RedisView } from './redis-view.js';

/** These laws are about answers; a machine that is slow for a moment must not turn them into misses. */
const PATIENCE = '5s';

/** How the cache of a subject comes to its connection and its keys. */
interface Shape {
  readonly prefixed: boolean;
  readonly shared: boolean;
  /** The connection says that keys are spread over slots; the server must be a cluster. */
  readonly sharded?: boolean;
}

/** What one law opened. */
interface OpenRedis {
  readonly cache: RedisCache;
  readonly log: RecordingLoggerSite;
  readonly view: RedisView;
  readonly prefix: string;
  readonly space: string;
  neighbour(prefix: string): Promise<RedisCache>;
  close(): Promise<void>;
}

async function openRedisCache(
  redis: RedisForTests,
  { prefixed, shared, sharded = false }: Shape,
  { failureMode, maxValueBytes, prefix: wanted }: CacheOptions & FencedOptions,
): Promise<OpenRedis> {
  const loggerSite = new RecordingLoggerSite();
  const prefix = prefixed ? (wanted ?? keySpace()) : '';
  const space = prefixed ? '' : keySpace();
  const view = new RedisView(redis, prefix + space);
  const closing: (() => Promise<void>)[] = [];
  let connection: IRedisConnection | undefined;
  if (shared) {
    const own = new RedisConnection({ url: redis.url, commandTimeout: PATIENCE, loggerSite });
    await own.start();
    closing.push(() => own.close());
    connection = sharded ? spread(own) : own;
  }
  const open = async (options: RedisCacheOptions): Promise<RedisCache> => {
    const cache = new RedisCache({
      ...(connection === undefined ? { url: redis.url, commandTimeout: PATIENCE } : { connection }),
      loggerSite,
      ...options,
    });
    await cache.start();
    closing.unshift(() => cache.close());
    return cache;
  };
  const cache = await open({ prefix, failureMode, maxValueBytes });
  let closed: Promise<void> | undefined;
  return {
    cache,
    log: loggerSite,
    view,
    prefix,
    space,
    neighbour: async (others) => {
      closing.push(() => new RedisView(redis, others).close());
      return open({ prefix: others });
    },
    close: () => {
      closed ??= (async () => {
        for (const step of closing) await step();
        await view.close();
      })();
      return closed;
    },
  };
}

/** The same connection, to somebody who asks whether keys are spread over slots. */
export function spread(connection: RedisConnection): IRedisConnection {
  return new Proxy(connection, {
    get: (target, name) => {
      if (name === 'sharded') return true;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

function cacheSubject(name: string, redis: () => RedisForTests, shape: Shape): CacheSubject {
  return {
    name,
    supports: shape.prefixed ? ['own-keys', 'prefix', 'server'] : ['no-prefix', 'server'],
    skip: {},
    open: async (options = {}): Promise<OpenCache> => {
      const { cache, log, view, prefix, space, neighbour, close } = await openRedisCache(
        redis(),
        shape,
        options,
      );
      return {
        cache,
        space,
        log: log.records,
        advance: (ms) => view.advance(ms),
        inspect: () => view.inspect(),
        close,
        neighbour,
        server: {
          prefix,
          received: () => view.received(),
          stored: (key) => view.stored(key),
          plant: (key, value) => view.plant(key, value),
          remove: (key) => view.remove(key),
        },
      };
    },
  };
}

function fencedSubject(name: string, redis: () => RedisForTests, shape: Shape): FencedSubject {
  return {
    name,
    supports: [
      'server',
      ...(shape.prefixed ? (['prefix'] as const) : []),
      ...(shape.sharded ? (['cluster'] as const) : []),
    ],
    skip: {},
    open: async (options = {}): Promise<OpenFencedStore> => {
      const { cache, view, prefix, space, neighbour, close } = await openRedisCache(redis(), shape, options);
      return {
        store: cache,
        cache,
        space,
        advance: (ms) => view.advance(ms),
        inspect: () => view.inspect(),
        close,
        neighbour,
        server: {
          received: async () => (await view.received()).length,
          names: () => view.names(),
          forgetTokens: async () => {
            const entries = new Set((await all(cache.keys(`${space}*`))).map((key) => prefix + key));
            const tokens = (await view.names()).filter((name) => !entries.has(name.toString()));
            await Promise.all(tokens.map((name) => view.remove(name)));
          },
          plant: (key, value) => view.plant(prefix + key, value),
          slot: (name) => view.slot(name),
        },
      };
    },
  };
}

/** Every way to have an `ICache` in one Redis; the server is asked for when a law opens its cache. */
export function redisCaches(redis: () => RedisForTests): readonly CacheSubject[] {
  return [
    cacheSubject('RedisCache with a prefix', redis, { prefixed: true, shared: false }),
    cacheSubject('RedisCache without a prefix', redis, { prefixed: false, shared: false }),
    cacheSubject('RedisCache over a shared connection', redis, { prefixed: true, shared: true }),
  ];
}

/** Every way to have an `IFencedStore` in one Redis. */
export function redisFencedStores(redis: () => RedisForTests): readonly FencedSubject[] {
  return [
    fencedSubject('RedisCache with a prefix', redis, { prefixed: true, shared: false }),
    fencedSubject('RedisCache without a prefix', redis, { prefixed: false, shared: true }),
  ];
}

/** The same on a node of a cluster. */
export function clusterFencedStores(redis: () => RedisForTests): readonly FencedSubject[] {
  return [
    fencedSubject('RedisCache with a prefix, on a cluster', redis, {
      prefixed: true,
      shared: true,
      sharded: true,
    }),
    fencedSubject('RedisCache without a prefix, on a cluster', redis, {
      prefixed: false,
      shared: true,
      sharded: true,
    }),
  ];
}
