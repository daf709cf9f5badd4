import type { ICache } from '../../interfaces/cache.js';
import type { Duration } from '../../interfaces/duration.js';
import type {
  Carried,
  FencedAnswer,
  FencedRead,
  FenceToAdvance,
  IFencedStore,
  PartialFailure,
} from '../../interfaces/fenced-store.js';
import { setStoreBehind } from '../foundation/store/store-behind.js';
import type { CacheStore } from './cache-store.js';
import type { FailurePolicy } from './failure-policy.js';

/**
 * A cache over a store. Calls of `ICache` go through a failure policy, which answers in place of a failing store. Calls
 * of `IFencedStore` go straight to the store, because that port never degrades.
 */
export class DegradingCache implements ICache, IFencedStore {
  readonly #store: CacheStore;
  readonly #policy: FailurePolicy;

  constructor(store: CacheStore, policy: FailurePolicy) {
    this.#store = store;
    this.#policy = policy;
    setStoreBehind(this, DegradingCache.prototype.keys, store);
  }

  get connected(): boolean {
    return this.#store.connected;
  }

  getValue(key: string): Promise<Uint8Array | null> {
    return this.#policy.attempt('getValue', null, this.#store.getValue(key));
  }

  setValue(key: string, value: Uint8Array | null, expire?: Duration): Promise<boolean> {
    try {
      const life = this.#policy.life(expire);
      return this.#policy.attemptForLife('setValue', life, this.#store.setValue(key, value, life));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  deleteValue(key: string): Promise<boolean> {
    return this.#policy.attempt('deleteValue', false, this.#store.deleteValue(key));
  }

  hasValue(key: string): Promise<boolean> {
    return this.#policy.attempt('hasValue', false, this.#store.hasValue(key));
  }

  getExpiry(key: string): Promise<number | null> {
    return this.#policy.attempt('getExpiry', null, this.#store.getExpiry(key));
  }

  setExpiry(key: string, expire: Duration): Promise<boolean> {
    try {
      const life = this.#policy.life(expire);
      return this.#policy.attemptForLife('setExpiry', life, this.#store.setExpiry(key, life));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  getValues(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    return this.#policy.attemptBulk<(Uint8Array | null)[]>(
      'getValues',
      () => keys.map(() => null),
      (progress) => this.#store.getValues(keys, progress),
    );
  }

  setValues(entries: Iterable<readonly [string, Uint8Array | null]>, expire?: Duration): Promise<boolean> {
    return this.#policy.attemptAccepted('setValues', false, (accept) =>
      this.#store.setValues(entries, this.#policy.life(expire), accept),
    );
  }

  deleteValues(keys: readonly string[]): Promise<number> {
    return this.#policy.attemptBulk(
      'deleteValues',
      () => 0,
      (progress) => this.#store.deleteValues(keys, progress),
    );
  }

  keys(pattern?: string): AsyncIterable<string> {
    return this.#policy.attemptListing('keys', this.#store.keys(pattern));
  }

  clear(pattern?: string): Promise<number> {
    return this.#policy.attemptBulk(
      'clear',
      () => 0,
      (progress) => this.#store.clear(pattern, progress),
    );
  }

  read(request: FencedRead): Promise<FencedAnswer> {
    return this.#store.read(request);
  }

  write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
    carried?: Carried,
  ): Promise<'stored' | 'fenced'> {
    return this.#store.write(key, value, expire, fence, carried);
  }

  invalidate(keys: readonly string[]): Promise<number> {
    return this.#store.invalidate(keys);
  }

  advance(generations: readonly string[], where?: 'everywhere' | PartialFailure): Promise<void> {
    return this.#store.advance(generations, where);
  }

  acquireLease(key: string, token: string, life: Duration): Promise<boolean> {
    return this.#store.acquireLease(key, token, life);
  }

  releaseLease(key: string, token: string): Promise<boolean> {
    return this.#store.releaseLease(key, token);
  }
}
