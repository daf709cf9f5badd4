import { cacheFinder } from './finding/cache-finder.js';
import type { CacheReference, ValuesOf } from './finding/cache-reference.js';
import { type ArgumentsKey, type KeyFunction, type KeyOption, keyMaker } from './finding/keys.js';
import { transactionsOf } from './finding/settings.js';
import { type CachedPolicy, cachedCalls } from './methods/cached-call.js';
import {
  type ArgumentsDecorator,
  type Around,
  type CacheDecorator,
  type DecoratedMethod,
  decorating,
} from './methods/decorating.js';

/**
 * Options of `@Cacheable`. Parameters of its functions need their types written down, for the compiler sees them before
 * it sees the method.
 */
export interface CacheableOptions<K, A extends unknown[], C, R, S>
  extends CachedPolicy<A, ValuesOf<C>, R, S> {
  /** Cache: its name in the site, or a function of the instance. Default: that of `@CacheConfig`. */
  readonly cache?: C | undefined;
  /** Key of a call, by its arguments. What it leaves out must not matter: callers of one key share one load. */
  readonly key: K;
}

/** Values that a cache may give in place of a result. */
export type Cached<C, R> = R & (ValuesOf<C> | null | undefined);

/**
 * Caches the results of a method, for calls through `this` too: `getOrSet` with the key that its arguments make.
 */
export function Cacheable<C extends CacheReference | undefined = undefined, S = unknown, R = unknown>(
  // biome-ignore lint/suspicious/noExplicitAny: functions of arguments are checked by the call, not by the key.
  options: CacheableOptions<ArgumentsKey, any[], C, R, S>,
): ArgumentsDecorator<Cached<C, R>>;
export function Cacheable<
  A extends unknown[],
  C extends CacheReference | undefined = undefined,
  S = unknown,
  R = unknown,
>(options: CacheableOptions<KeyFunction<A, S>, A, C, R, S>): CacheDecorator<A, Cached<C, R>>;
export function Cacheable(options: AnyCacheableOptions): never {
  const { cache } = options;
  return decorating({ decorator: 'Cacheable', named: typeof cache !== 'function', caches: true }, (method) =>
    aroundCached(options, method),
  );
}

/** Options whose types are forgotten. */
// biome-ignore lint/suspicious/noExplicitAny: the types were checked where the options were written.
export type AnyCacheableOptions = CacheableOptions<KeyOption, any[], any, any, any>;

/** Caches the calls of a method. */
export function aroundCached(options: AnyCacheableOptions, method: DecoratedMethod): Around<unknown[]> {
  const { cache, key, ...policy } = options;
  const find = cacheFinder(cache as CacheReference | undefined, method.decorator);
  const make = keyMaker(key, method);
  return cachedCalls(policy, { cache: find, key: make, transactions: transactionsOf });
}
