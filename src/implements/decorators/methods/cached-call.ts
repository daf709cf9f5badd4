import type { CacheKey, ITypedCache, LoadContext } from '../../../interfaces/typed-cache.js';
import type { TypedLoadOptions } from '../../../interfaces/typed-cache-policy.js';
import { runWithin } from '../scopes/surroundings.js';
import type { ResultPolicy } from './result-policy.js';

/** Policy of a cached call: that of `getOrSet`, and functions of arguments and results. */
export interface CachedPolicy<A extends unknown[], T, R, S>
  extends Omit<TypedLoadOptions<T>, 'tags' | 'expire' | 'signal'>,
    ResultPolicy<A, R, S> {
  /** Signal that aborts the wait of this caller; it is no part of the key. */
  readonly signal?: ((this: S, ...args: A) => AbortSignal | undefined) | undefined;
}

/** A policy whose types are forgotten. */
// biome-ignore lint/suspicious/noExplicitAny: the types were checked where the policy was written.
type AnyPolicy = CachedPolicy<any[], any, any, any>;

/** One call of a cached function. */
export interface CachedCall {
  readonly self: unknown;
  readonly args: readonly unknown[];
  cache(): ITypedCache<unknown>;
  key(): CacheKey;
  run(): Promise<unknown>;
}

/** Prepares calls with a policy: what does not depend on the call is made once. */
export function cachedCalls(policy: AnyPolicy): (call: CachedCall) => Promise<unknown> {
  const { condition, unless, tags, expire, signal, ...rest } = policy;
  const fixed: TypedLoadOptions<unknown> = {
    ...rest,
    ...(typeof tags !== 'function' && tags !== undefined && { tags }),
    ...(typeof expire !== 'function' && expire !== undefined && { expire }),
  };
  const finish = (result: unknown, self: unknown, context: LoadContext<unknown>): void => {
    if (unless?.call(self, result) === true) context.skip();
    if (typeof tags === 'function') context.tag(...tags.call(self, result));
    if (typeof expire === 'function') context.expire(expire.call(self, result));
  };
  return (call) => {
    const { self, args } = call;
    if (condition?.apply(self, [...args]) === false) return runWithin({ load: undefined }, call.run);
    const cache = call.cache();
    const own = signal?.apply(self, [...args]);
    const load = async (context: LoadContext<unknown>): Promise<unknown> => {
      const result = await runWithin({ load: context }, call.run);
      finish(result, self, context);
      return result;
    };
    return cache.getOrSet<never>(
      call.key(),
      load as (context: LoadContext<unknown>) => Promise<never>,
      own === undefined ? fixed : { ...fixed, signal: own },
    );
  };
}
