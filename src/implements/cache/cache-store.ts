import type { ICache } from '../../interfaces/cache.js';
import type { Duration } from '../../interfaces/duration.js';
import type { IFencedStore } from '../../interfaces/fenced-store.js';

/** Called with the result so far of a bulk call, which may still fail. */
export type Progress<T> = (answer: T) => void;

/**
 * Store of a cache: the methods of `ICache` and `IFencedStore` without a failure mode. Every failure, even an invalid
 * life, rejects with a typed error, and `keys` never ends early. Before a bulk call rejects, it reports its result so
 * far.
 */
export interface CacheStore
  extends Omit<ICache, 'getValues' | 'setValues' | 'deleteValues' | 'clear'>,
    IFencedStore {
  getValues(
    keys: readonly string[],
    progress?: Progress<(Uint8Array | null)[]>,
  ): Promise<(Uint8Array | null)[]>;
  /** @param accept  Called when the entries have been read, before anything else can fail. */
  setValues(
    entries: Iterable<readonly [string, Uint8Array | null]>,
    expire: Duration,
    accept?: () => void,
  ): Promise<boolean>;
  deleteValues(keys: readonly string[], progress?: Progress<number>): Promise<number>;
  clear(pattern?: string, progress?: Progress<number>): Promise<number>;
}
