import type { ICache } from '../../../interfaces/cache.js';

/** What can list its keys. */
type Listing = Pick<ICache, 'keys'>;

const stores = new WeakMap<Listing, Listing>();

/** Says which store a cache stands on whose own answers depend on a failure mode. */
export function setStoreBehind(cache: Listing, store: Listing): void {
  stores.set(cache, store);
}

/**
 * The store on which a cache stands, or the cache itself where none is known. A degraded `keys` ends early and looks
 * complete; that of the store rejects.
 */
export function storeBehind(cache: Listing): Listing {
  return stores.get(cache) ?? cache;
}
