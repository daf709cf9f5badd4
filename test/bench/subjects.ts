import { AdaptiveMap } from '../../src/implements/foundation/eviction/adaptive/adaptive-map.js';

/** Operations of a cache that the benchmarks call. Each subject's loops are compiled separately: see `speed.ts`. */
export interface Subject {
  readonly name: string;
  /** Source of an expression that makes the cache `c` from `capacity`, and of a get and a set of `key`. */
  readonly make: string;
  readonly get: string;
  readonly set: string;
}

/** The classes that the sources above may name. */
export async function classes(): Promise<Record<string, unknown>> {
  const peer = 'lru-cache';
  const { LRUCache } = (await import(peer)) as { LRUCache: unknown };
  return { AdaptiveMap, CoarseClock, LRUCache };
}

const value = '42';

export const WITHOUT_TTL: readonly Subject[] = [
  {
    name: 'lru-cache',
    make: 'new LRUCache({ max: capacity })',
    get: 'c.get(key)',
    set: `c.set(key, ${value})`,
  },
  {
    name: 'ours',
    make: 'new AdaptiveMap({ maxEntries: capacity, maxWeight: Infinity })',
    get: 'c.get(key, 0)',
    set: `c.set(key, ${value}, 1, Infinity, 0)`,
  },
];

const HOUR_MS = 3_600_000;

/** The clock is read at most once a millisecond: by lru-cache itself, for ours by its owner. */
export const WITH_TTL: readonly Subject[] = [
  {
    name: 'lru-cache',
    make: `new LRUCache({ max: capacity, ttl: ${HOUR_MS} })`,
    get: 'c.get(key)',
    set: `c.set(key, ${value})`,
  },
  {
    name: 'ours',
    make: 'new AdaptiveMap({ maxEntries: capacity, maxWeight: Infinity }); const clock = new CoarseClock()',
    get: 'c.get(key, clock.now())',
    set: `{ const now = clock.now(); c.set(key, ${value}, 1, now + ${HOUR_MS}, now) }`,
  },
];

/** The clock is read by each call. */
export const WITH_EXACT_TTL: readonly Subject[] = [
  {
    name: 'lru-cache',
    make: `new LRUCache({ max: capacity, ttl: ${HOUR_MS}, ttlResolution: 0 })`,
    get: 'c.get(key)',
    set: `c.set(key, ${value})`,
  },
  {
    name: 'ours',
    make: 'new AdaptiveMap({ maxEntries: capacity, maxWeight: Infinity })',
    get: 'c.get(key, performance.now())',
    set: `{ const now = performance.now(); c.set(key, ${value}, 1, now + ${HOUR_MS}, now) }`,
  },
];

/** Caches the time as lru-cache does: a timer of 1 ms invalidates the last reading. */
class CoarseClock {
  private read = 0;

  now(): number {
    if (this.read === 0) {
      this.read = performance.now();
      setTimeout(() => {
        this.read = 0;
      }, 1).unref();
    }
    return this.read;
  }
}
