import type { ICache } from '../../interfaces/cache.js';
import { ArgumentError } from '../../interfaces/errors.js';
import type { IFencedStore } from '../../interfaces/fenced-store.js';

/** A cache that is a fenced store, too: its calls never take a failure for absence. */
export type FencedCache = ICache & IFencedStore;

/** Returns a cache whose failures show. @throws {ArgumentError} for a cache that only degrades. */
export function requireFenced(cache: ICache, adapter: string): FencedCache {
  const { read, write } = cache as Partial<FencedCache>;
  if (typeof read === 'function' && typeof write === 'function') return cache as FencedCache;
  throw new ArgumentError(
    `expected a cache that is an IFencedStore, too, got another: give ${adapter} a MemoryCache, RedisCache or TieredCache`,
  );
}
