import type { IClock } from '../../../interfaces/clock.js';
import type { CacheKey, ITypedCache } from '../../../interfaces/typed-cache.js';
import { encodeKey } from '../../foundation/codecs/values/cache-key.js';

const MAX_RESULTS = 1000;
/** Life of a result in a request that does not tell its end. */
const MAX_AGE_MS = 30_000;

interface Kept {
  readonly policy: object;
  readonly until: number;
  readonly result: Promise<unknown>;
}

/** Results of one request, by cache and key. */
export class RequestMemory {
  readonly #clock: IClock;
  readonly #results = new Map<ITypedCache<unknown>, Map<string, Kept>>();
  #count = 0;
  #open = true;

  constructor(clock: IClock) {
    this.#clock = clock;
  }

  /** Result of an earlier call with this policy, or that of the call, which is kept unless it fails. */
  result(
    cache: ITypedCache<unknown>,
    key: CacheKey,
    policy: object,
    call: () => Promise<unknown>,
    isKept: (result: unknown) => boolean,
  ): Promise<unknown> {
    if (!this.#open) return call();
    const name = encodeKey(key);
    const known = this.#results.get(cache)?.get(name);
    const now = this.#clock.now();
    if (known !== undefined && known.until > now && known.policy === policy) return known.result;
    const result = call();
    const kept: Kept = { policy, until: now + MAX_AGE_MS, result };
    if (this.#count >= MAX_RESULTS) this.#empty();
    const results = this.#results.get(cache) ?? new Map<string, Kept>();
    this.#results.set(cache, results);
    results.set(name, kept);
    this.#count += 1;
    const drop = (): void => {
      if (results.get(name) === kept) results.delete(name);
    };
    result.then((value) => {
      if (!isKept(value)) drop();
    }, drop);
    return result;
  }

  /** Forgets results of a cache: those of some keys, or all of them. */
  forget(cache: ITypedCache<unknown>, keys?: readonly CacheKey[]): void {
    if (keys === undefined) this.#results.delete(cache);
    else for (const key of keys) this.#results.get(cache)?.delete(encodeKey(key));
  }

  /** Ends the request: what still runs asks the cache. */
  end(): void {
    this.#open = false;
    this.#empty();
  }

  #empty(): void {
    this.#results.clear();
    this.#count = 0;
  }
}
