import type { ICache } from '../../interfaces/cache.js';
import type { IFencedStore } from '../../interfaces/fenced-store.js';

/** Takes the answer so far of a bulk call, which may fail yet. */
export type Progress<T> = (answer: T) => void;

/**
 * What a cache stands on: the verbs of `ICache` and `IFencedStore` without a failure mode. Every failure rejects with a
 * typed error, a bad life included, and `keys` never ends early. A bulk call that fails tells first how far it came.
 */
export interface CacheStore extends Omit<ICache, 'getValues' | 'deleteValues' | 'clear'>, IFencedStore {
  getValues(
    keys: readonly string[],
    progress?: Progress<(Uint8Array | null)[]>,
  ): Promise<(Uint8Array | null)[]>;
  deleteValues(keys: readonly string[], progress?: Progress<number>): Promise<number>;
  clear(pattern?: string, progress?: Progress<number>): Promise<number>;
}
