import type { ICache } from '../../../interfaces/cache.js';

/** A port that lists keys. */
type Listing = Pick<ICache, 'keys'>;

/** Store of a cache, and the method of the cache that it stands for. */
interface Behind {
  readonly keys: Listing['keys'];
  readonly store: Listing;
}

const stores = new WeakMap<Listing, Behind>();

/**
 * Registers the store behind a cache whose own answers depend on a failure mode.
 *
 * @param keys  Method of the cache in place of which the store may be used. A subclass that overrides it keeps its own.
 */
export function setStoreBehind(cache: Listing, keys: Listing['keys'], store: Listing): void {
  stores.set(cache, { keys, store });
}

/**
 * Returns the store behind a cache, or the cache itself when there is none. A `keys` that degrades ends early and looks
 * complete; that of the store rejects.
 */
export function storeBehind(cache: Listing): Listing {
  const behind = stores.get(cache);
  return behind !== undefined && cache.keys === behind.keys ? behind.store : cache;
}
