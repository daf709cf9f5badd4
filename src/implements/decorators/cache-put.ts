import type { TypedWriteOptions } from '../../interfaces/typed-cache-policy.js';
import type { Cached } from './cacheable.js';
import { cacheFinder } from './finding/cache-finder.js';
import type { CacheReference, ValuesOf } from './finding/cache-reference.js';
import { type ArgumentsKey, checkedKey, type KeyFunction, type KeyOption, keyMaker } from './finding/keys.js';
import { transactionsOf } from './finding/settings.js';
import {
  type ArgumentsDecorator,
  type Around,
  type CacheDecorator,
  type DecoratedMethod,
  decorating,
} from './methods/decorating.js';
import type { ResultPolicy } from './methods/result-policy.js';
import { type ChangeFailure, settling } from './methods/settling.js';
import { forgetInRequest } from './scopes/request-scope.js';
import { transactionNow } from './scopes/transaction.js';

/**
 * Options of `@CachePut`. Parameters of its functions need their types written down, for the compiler sees them before
 * it sees the method.
 */
export interface CachePutOptions<K, A extends unknown[], C, R, S>
  extends Omit<TypedWriteOptions<ValuesOf<C>>, 'tags' | 'expire'>,
    ResultPolicy<A, R, S> {
  /** Cache: its name in the site, or a function of the instance. Default: that of `@CacheConfig`. */
  readonly cache?: C | undefined;
  /** Key under which the result is stored, by the arguments. */
  readonly key: K;
  /** Result of a call whose value cannot be stored, or whose outdated value cannot be removed. Default: `keep`. */
  readonly onFailure?: ChangeFailure | undefined;
}

/**
 * Stores the result of every call that succeeds, and never skips the method. A result that is `undefined`, or that
 * `unless` or the codec refuses, removes the value, which is outdated. A call that fails changes nothing.
 */
export function CachePut<C extends CacheReference | undefined = undefined, S = unknown, R = unknown>(
  // biome-ignore lint/suspicious/noExplicitAny: functions of arguments are checked by the call, not by the key.
  options: CachePutOptions<ArgumentsKey, any[], C, R, S>,
): ArgumentsDecorator<Cached<C, R>>;
export function CachePut<
  A extends unknown[],
  C extends CacheReference | undefined = undefined,
  S = unknown,
  R = unknown,
>(options: CachePutOptions<KeyFunction<A, S>, A, C, R, S>): CacheDecorator<A, Cached<C, R>>;
export function CachePut(options: AnyCachePutOptions): never {
  const { cache } = options;
  return decorating({ decorator: 'CachePut', named: typeof cache !== 'function' }, (method) =>
    aroundPut(options, method),
  );
}

/** Options whose types are forgotten. */
// biome-ignore lint/suspicious/noExplicitAny: the types were checked where the options were written.
export type AnyCachePutOptions = CachePutOptions<KeyOption, any[], any, any, any>;

/** Stores the results of a method. */
export function aroundPut(options: AnyCachePutOptions, method: DecoratedMethod): Around<unknown[]> {
  const { cache, key, onFailure, condition, unless, tags, expire, ...rest } = options;
  const find = cacheFinder(cache as CacheReference | undefined, method.decorator);
  const make = keyMaker(key, method);
  const settle = settling(method.decorator, onFailure);
  const policyOf = (self: unknown, result: unknown): TypedWriteOptions => ({
    ...(rest as TypedWriteOptions),
    ...(tags !== undefined && { tags: typeof tags === 'function' ? tags.call(self, result) : tags }),
    ...(expire !== undefined && {
      expire: typeof expire === 'function' ? expire.call(self, result) : expire,
    }),
  });
  return async (self, args, run) => {
    if (condition?.apply(self, args) === false) return run();
    const values = find(self);
    const place = checkedKey(make(self, args)); // Before the method, which may change its arguments.
    const result = await run();
    const scope = transactionNow(transactionsOf(self));
    if (scope !== undefined) {
      scope.changed.add(values, { key: place });
      scope.afterCommit(() => settle(self, () => values.delete(place)));
      return result;
    }
    await settle(self, async () => {
      forgetInRequest(values, place);
      if (result === undefined || unless?.call(self, result) === true) return values.delete(place);
      try {
        const stored = await values.set(place, result, policyOf(self, result));
        forgetInRequest(values, place); // Others in the request may have asked meanwhile.
        return stored;
      } catch (error) {
        await values.delete(place); // Nothing was stored, and the value before it is outdated.
        throw error;
      }
    });
    return result;
  };
}
