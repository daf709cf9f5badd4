import { ArgumentError } from '../../interfaces/errors.js';
import type { ITransactions } from '../../interfaces/transactions.js';
import type { CacheKey, ITypedCache } from '../../interfaces/typed-cache.js';
import { type CachedPolicy, cachedCalls } from './methods/cached-call.js';
import { promised } from './methods/decorating.js';

/**
 * Options of `cached`. Parameters of its functions need their types written down, for the compiler sees them before it
 * sees the function that is cached.
 */
export interface CachedOptions<A extends unknown[], T, R> extends CachedPolicy<A, T, R, void> {
  /** Key of a call. What it leaves out must not matter: callers of one key share one load. */
  readonly key: (...args: A) => CacheKey;
  /** Transactions of a database library. Default: those of `transaction`. */
  readonly transactions?: ITransactions | undefined;
}

/**
 * Wraps a function so that its results are cached: `getOrSet` with the key that its arguments make. Errors reach every
 * caller that waits, and are not stored.
 *
 * @example
 * ```ts
 * const find = cached(users, { key: (id: number) => id }, (id) => db.findUser(id));
 * ```
 */
export function cached<A extends unknown[], T, R extends T | null | undefined>(
  cache: ITypedCache<T>,
  options: CachedOptions<A, T, NoInfer<R>>,
  load: (...args: A) => Promise<R>,
): (...args: A) => Promise<T | Extract<R, null | undefined>> {
  const { key, transactions, ...policy } = options;
  if (typeof key !== 'function') {
    throw new ArgumentError('cached: expected a function as key, got another value; write one');
  }
  if (typeof load !== 'function')
    throw new ArgumentError('cached: expected a function to cache, got another value');
  const call = cachedCalls(policy, {
    cache: () => cache,
    key: (_self, args) => key(...(args as A)),
    transactions: () => transactions,
  });
  return async (...args) =>
    call(undefined, args, () => promised(load(...args), 'cached')) as Promise<
      T | Extract<R, null | undefined>
    >;
}
