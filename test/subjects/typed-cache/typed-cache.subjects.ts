import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { SystemClock } from '../../../src/implements/foundation/clock/system-clock.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { TypedCacheOptions } from '../../../src/implements/typed-cache/policy/component-options.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import type { ICache } from '../../../src/interfaces/cache.js';
import type { IClock } from '../../../src/interfaces/clock.js';
import type { IFencedStore } from '../../../src/interfaces/fenced-store.js';
import { all } from '../../contract/expectations.js';
import type {
  AnyCache,
  OpenTyped,
  StoredBytes,
  TypedCapability,
  TypedOptions,
  TypedSubject,
} from '../../contract/typed-cache/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace, type RedisForTests } from '../../support/redis/server/redis-for-tests.js';
import { ManualClock } from '../../support/time/manual-clock.js';
import { spread } from '../cache/redis.subjects.js';
import { RedisView } from '../cache/redis-view.js';
import { FaultyStore, plainCache } from './faulty-store.js';

export type RawStore = ICache & IFencedStore;

/** Parts of a typed cache that a mutant may change before a law sees it. */
export interface TypedFlaw {
  /** Replaces the store of the cache. */
  readonly store?: (store: RawStore, world: FlawWorld) => RawStore;
  /** Replaces the options. */
  readonly options?: (options: TypedOptions) => TypedOptions;
  /** Replaces the cache. */
  readonly cache?: (cache: AnyCache, world: FlawWorld, options: TypedOptions) => AnyCache;
}

/** World that a mutant may use. */
export interface FlawWorld {
  readonly clock: IClock;
  /** The store without faults, holds and flaws. */
  readonly raw: RawStore;
  /** The store as the first cache of a law sees it, with its faults. */
  readonly faulty: FaultyStore;
}

/** World of the caches of one law. */
export interface World extends FlawWorld {
  /** Store of the first cache, if it is not the one with faults. */
  readonly store?: RawStore;
  /** Calls of a peer. */
  rawPeer(): Promise<RawStore>;
  advance(ms: number): Promise<void>;
  commands?(): Promise<number>;
  inspect(): Promise<void>;
  close(): Promise<void>;
}

/** Puts a store in front of the cache of a process. */
export type Front = (below: RedisCache) => Promise<RawStore & { close(): Promise<void> }>;

interface Shape {
  readonly name: string;
  readonly supports: readonly TypedCapability[];
  /** True if the cache sees only the binary port. */
  readonly plain?: boolean;
  open(): Promise<World>;
}

/** Default options; each law sets its own TTLs if they matter. */
const DEFAULTS: TypedOptions = { namespace: 'typed', expire: '1m' };

/** A subject of the laws: a typed cache on the store of a world. */
export function typedSubject({ name, supports, plain, open }: Shape, flaw: TypedFlaw = {}): TypedSubject {
  return {
    name,
    supports,
    skip: {},
    open: async (options = {}): Promise<OpenTyped> => {
      const world = await open();
      const caches: (AnyCache & { close(): Promise<void> })[] = [];
      const build = (store: RawStore, wanted: TypedOptions): AnyCache => {
        const flawed = flaw.store?.(store, world) ?? store;
        const chosen = flaw.options?.({ ...DEFAULTS, ...wanted }) ?? { ...DEFAULTS, ...wanted };
        const cache = new TypedCache({
          ...chosen,
          store: plain === true && flawed instanceof FaultyStore ? plainCache(flawed) : flawed,
          clock: world.clock,
          loggerSite: new RecordingLoggerSite(),
        } as unknown as TypedCacheOptions);
        caches.push(cache);
        return flaw.cache?.(cache, world, chosen) ?? cache;
      };
      let closed: Promise<void> | undefined;
      const close = (): Promise<void> => {
        closed ??= (async () => {
          // Calls that wait for the store must not block the close of the cache.
          await world.faulty.close();
          for (const cache of caches) await cache.close();
          await world.close();
        })();
        return closed;
      };
      const { faulty } = world;
      try {
        const cache = build(world.store ?? faulty, options);
        return {
          cache,
          still: supports.includes('exact-time'),
          advance: (ms) => world.advance(ms),
          peer: async (others = options) => build(await world.rawPeer(), others),
          shut: async () => caches[0]?.close(),
          hold: (method) => faulty.hold(method),
          fault: (how, methods) => faulty.break(how, methods),
          outage: {
            begin: async (how) => faulty.break(how),
            end: () => faulty.heal(),
          },
          bytes: storedBytes(world.raw, faulty),
          trips: async () => faulty.journal.splice(0).length,
          ...(world.commands && { commands: world.commands }),
          inspect: () => world.inspect(),
          close,
        };
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}

function storedBytes(raw: RawStore, faulty: FaultyStore): StoredBytes {
  // Only entries count, not the other keys that a cache stores.
  const entries = async (): Promise<string[]> => {
    const keys = await all(raw.keys());
    return keys.filter((key) => key.startsWith(`${DEFAULTS.namespace}:`));
  };
  return {
    rewrite: async (change) => {
      const keys = await entries();
      for (const key of keys) {
        const [bytes, life] = [await raw.getValue(key), await raw.getExpiry(key)];
        if (bytes !== null && life !== null) await raw.setValue(key, change(bytes), life);
      }
      return keys.length;
    },
    lives: async () => {
      const keys = await entries();
      return Promise.all(keys.map(async (key) => (await raw.getExpiry(key)) ?? 0));
    },
    forget: () => faulty.forget(),
  };
}

/** A `MemoryCache` on a manual clock. */
async function memoryWorld(): Promise<World> {
  const clock = new ManualClock();
  const raw = new MemoryCache({ clock, loggerSite: new RecordingLoggerSite() });
  return {
    clock,
    raw,
    faulty: new FaultyStore(raw, clock, 1000),
    rawPeer: async () => raw,
    advance: async (ms) => clock.advance(ms),
    inspect: async () => {},
    close: async () => {
      await raw.close();
      if (clock.pending > 0) throw new Error(`${clock.pending} tasks wait for a cache that is closed`);
    },
  };
}

const MEMORY: Shape = {
  name: 'TypedCache over MemoryCache',
  supports: ['exact-time', 'fenced', 'outage', 'steps', 'bytes', 'trips'],
  open: memoryWorld,
};

const PLAIN: Shape = {
  name: 'TypedCache over an ICache of a user',
  supports: ['exact-time', 'plain', 'outage', 'bytes'],
  plain: true,
  open: memoryWorld,
};

export const typedMemoryCache = typedSubject(MEMORY);
export const typedPlainCache = typedSubject(PLAIN);

/** Typed caches over memory with a flaw, of either kind. */
export function flawedTypedCaches(flaw: TypedFlaw): readonly TypedSubject[] {
  return [typedSubject(MEMORY, flaw), typedSubject(PLAIN, flaw)];
}

/** A server, and two connections to it that all laws share: one for caches, one for their peers. */
export class TypedRedis {
  readonly #open: () => Promise<RedisForTests>;
  readonly #sharded: boolean;
  #redis: RedisForTests | undefined;
  #connections: readonly RedisConnection[] = [];

  constructor(open: () => Promise<RedisForTests>, sharded: boolean) {
    this.#open = open;
    this.#sharded = sharded;
  }

  async start(): Promise<void> {
    this.#redis = await this.#open();
    const { url } = this.#redis;
    const loggerSite = new RecordingLoggerSite();
    // These laws are about answers; a machine that is busy must not turn them into misses.
    const patience = { commandTimeout: '10s', connectTimeout: '20s' } as const;
    this.#connections = [1, 2].map(() => new RedisConnection({ url, ...patience, loggerSite }));
    await Promise.all(this.#connections.map((connection) => connection.start()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
    await this.#redis?.close();
  }

  subject(flaw?: TypedFlaw): TypedSubject {
    const shape: Shape = {
      name: `TypedCache over RedisCache${this.#sharded ? ' on a cluster' : ''}`,
      supports: ['fenced', 'outage', 'steps', 'bytes', 'trips', 'commands'],
      open: () => this.#world(async (cache) => cache),
    };
    return typedSubject(shape, flaw);
  }

  /** The same with something in front of the caches of each process. */
  inFront(name: string, front: () => Front): TypedSubject {
    return typedSubject({
      name: `TypedCache over ${name} over RedisCache`,
      supports: ['fenced', 'outage', 'steps', 'bytes', 'trips'],
      open: () => this.#world(front()),
    });
  }

  async #world(front: Front): Promise<World> {
    const [connection, other] = this.#connections;
    if (this.#redis === undefined || connection === undefined || other === undefined) {
      throw new Error('the server has not been started');
    }
    const prefix = keySpace();
    const view = new RedisView(this.#redis.masters, prefix);
    const caches: { close(): Promise<void> }[] = [];
    const open = async (over: RedisConnection): Promise<RawStore & { close(): Promise<void> }> => {
      const below = new RedisCache({
        connection: this.#sharded ? spread(over) : over,
        prefix,
        loggerSite: new RecordingLoggerSite(),
      });
      caches.unshift(below);
      const store = await front(below);
      if (store !== below) caches.unshift(store);
      return store;
    };
    const raw = await open(connection);
    const clock = new SystemClock();
    return {
      clock,
      raw,
      faulty: new FaultyStore(raw, clock, 100),
      rawPeer: () => open(other),
      advance: (ms) => view.advance(ms),
      commands: async () => (await view.received()).length,
      inspect: () => view.inspect(),
      close: async () => {
        for (const cache of caches) await cache.close();
        await view.close();
      },
    };
  }
}
