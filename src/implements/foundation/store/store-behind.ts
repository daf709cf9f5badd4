import type { ICache } from '../../../interfaces/cache.js';

/** Cache or store that can list its keys. */
type Listing = Pick<ICache, 'keys'>;

const stores = new WeakMap<Listing, Listing>();

/** Registers the store behind a cache whose own results depend on a failure mode. */
export function setStoreBehind(cache: Listing, store: Listing): void {
  stores.set(cache, store);
}

/**
 * Returns the store behind a cache, or the cache itself if none is registered. When a failure interrupts a listing,
 * `keys` of a degraded cache ends early and looks complete; `keys` of the store rejects.
 */
export function storeBehind(cache: Listing): Listing {
  return stores.get(cache) ?? cache;
}
