import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import type { RedisCacheOptions } from '../../../src/implements/cache/redis/redis-cache-options.js';
import { slotOf } from '../../../src/implements/redis/keys/slot.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { RedisConnectionOptions } from '../../../src/implements/redis/redis-connection-options.js';
import { ConnectionError } from '../../../src/interfaces/errors.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import type { CacheOptions, CacheSubject, OpenCache } from '../../contract/cache/subject.js';
import { all } from '../../contract/expectations.js';
import type { FencedOptions, FencedSubject, OpenFencedStore } from '../../contract/fenced-store/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import type { RedisMasters } from '../../support/redis/topology/redis-masters.js';
import { eventually } from '../../support/time/eventually.js';
import { RedisView } from './redis-view.js';

/** These laws are about answers; a machine that is slow for a moment must not turn them into misses. */
const PATIENCE = '5s';

/** The Redis that caches of a subject are in. */
export interface RedisHome {
  /** Of a connection that leads there. */
  readonly options: RedisConnectionOptions;
  readonly masters: RedisMasters;
  /** Connection for all laws, which takes less time than one for each; closed by who opened it. */
  readonly connection?: RedisConnection | undefined;
  /** Fails when something is not as it must be. */
  inspect?(): Promise<void>;
}

/** Connection and prefix of the cache of a subject. */
interface Shape {
  readonly prefixed: boolean;
  readonly shared: boolean;
  /** Keys are spread over slots. */
  readonly sharded?: boolean;
}

/** Instances that one law opened. */
interface OpenRedis {
  readonly cache: RedisCache;
  readonly log: RecordingLoggerSite;
  readonly view: RedisView;
  readonly prefix: string;
  readonly space: string;
  breakPart(name: string): void;
  neighbour(prefix: string): Promise<RedisCache>;
  inspect(): Promise<void>;
  close(): Promise<void>;
}

async function openRedisCache(
  { options: place, masters, connection: common, inspect }: RedisHome,
  { prefixed, shared }: Shape,
  { failureMode, maxValueBytes, prefix: wanted }: CacheOptions & FencedOptions,
): Promise<OpenRedis> {
  const loggerSite = new RecordingLoggerSite();
  const prefix = prefixed ? (wanted ?? keySpace()) : '';
  const space = prefixed ? '' : keySpace();
  const view = new RedisView(masters, prefix + space);
  const closing: (() => Promise<void>)[] = [];
  const broken = new Set<number>();
  let connection: IRedisConnection | undefined;
  if (shared && common !== undefined) connection = breakable(common, broken);
  else if (shared) {
    const own = new RedisConnection({ ...place, commandTimeout: PATIENCE, loggerSite });
    await own.start();
    // A machine that is slow for a moment needs another attempt.
    await eventually('the connection is there', () => own.status === 'ready');
    closing.push(() => own.close());
    connection = breakable(own, broken);
  }
  const open = async (
    options: Pick<RedisCacheOptions, 'prefix' | 'failureMode' | 'maxValueBytes'>,
  ): Promise<RedisCache> => {
    const cache = new RedisCache({
      ...(connection === undefined ? { ...place, commandTimeout: PATIENCE } : { connection }),
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
    breakPart: (name) => void broken.add(slotOf(prefix + name)),
    log: loggerSite,
    view,
    prefix,
    space,
    inspect: async () => {
      await view.inspect();
      await inspect?.();
    },
    neighbour: async (others) => {
      closing.push(() => new RedisView(masters, others).close());
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

/** The same connection, on which commands for some slots fail. */
function breakable(connection: IRedisConnection, broken: ReadonlySet<number>): IRedisConnection {
  return new Proxy(connection, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const [, second] = args as [unknown, { readonly keys?: unknown } | undefined];
        const keys = name === 'script' ? second : name === 'execute' ? second?.keys : undefined;
        const meant = Array.isArray(keys) && keys.some((key: string | Buffer) => broken.has(slotOf(key)));
        return meant ? Promise.reject(cutOff()) : Reflect.apply(member, target, args);
      };
    },
  });
}

function cutOff(): ConnectionError {
  return new ConnectionError('E_CONNECTION_LOST', 'the test has cut off a slot', 'not-sent');
}

/** The same connection, as a caller sees it that asks whether keys are sharded. */
export function spread(connection: RedisConnection): IRedisConnection {
  return new Proxy(connection, {
    get: (target, name) => {
      if (name === 'sharded') return true;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

function cacheSubject(name: string, redis: () => RedisHome, shape: Shape): CacheSubject {
  return {
    name,
    supports: shape.prefixed ? ['own-keys', 'prefix', 'server'] : ['no-prefix', 'server'],
    skip: {},
    open: async (options = {}): Promise<OpenCache> => {
      const { cache, log, view, prefix, space, neighbour, inspect, close } = await openRedisCache(
        redis(),
        shape,
        options,
      );
      return {
        cache,
        space,
        log: log.records,
        advance: (ms) => view.advance(ms),
        inspect,
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

function fencedSubject(name: string, redis: () => RedisHome, shape: Shape): FencedSubject {
  return {
    name,
    supports: [
      'server',
      ...(shape.prefixed ? (['prefix'] as const) : []),
      ...(shape.sharded ? (['cluster'] as const) : []),
      ...(shape.sharded && shape.shared ? (['parts'] as const) : []),
    ],
    skip: {},
    open: async (options = {}): Promise<OpenFencedStore> => {
      const { cache, view, prefix, space, breakPart, neighbour, inspect, close } = await openRedisCache(
        redis(),
        shape,
        options,
      );
      return {
        store: cache,
        cache,
        space,
        advance: (ms) => view.advance(ms),
        inspect,
        close,
        neighbour,
        breakPart,
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
export function redisCaches(redis: () => RedisHome): readonly CacheSubject[] {
  return [
    cacheSubject('RedisCache with a prefix', redis, { prefixed: true, shared: false }),
    cacheSubject('RedisCache without a prefix', redis, { prefixed: false, shared: false }),
    cacheSubject('RedisCache over a shared connection', redis, { prefixed: true, shared: true }),
  ];
}

/** Every way to have an `IFencedStore` in one Redis. */
export function redisFencedStores(redis: () => RedisHome): readonly FencedSubject[] {
  return [
    fencedSubject('RedisCache with a prefix', redis, { prefixed: true, shared: false }),
    fencedSubject('RedisCache without a prefix', redis, { prefixed: false, shared: true }),
  ];
}

/** The fewest subjects that show that a topology makes no difference to an `ICache` … */
export function cacheIn(name: string, home: () => RedisHome): CacheSubject {
  return cacheSubject(`RedisCache in ${name}`, home, { prefixed: true, shared: true });
}

/** … and to an `IFencedStore`. */
export function fencedStoreIn(name: string, home: () => RedisHome, sharded: boolean): FencedSubject {
  return fencedSubject(`RedisCache in ${name}`, home, { prefixed: true, shared: true, sharded });
}

/** Subjects whose keys are sharded, with and without a prefix. */
export function bareFencedStoreIn(name: string, home: () => RedisHome): FencedSubject {
  return fencedSubject(`RedisCache without a prefix in ${name}`, home, {
    prefixed: false,
    shared: false,
    sharded: true,
  });
}
