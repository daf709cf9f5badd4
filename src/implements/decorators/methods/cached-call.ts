import type { ITransactions } from '../../../interfaces/transactions.js';
import type { CacheKey, ITypedCache, LoadContext } from '../../../interfaces/typed-cache.js';
import type { TypedLoadOptions, TypedReadOptions } from '../../../interfaces/typed-cache-policy.js';
import { requestMemory } from '../scopes/request-scope.js';
import { runWithin } from '../scopes/surroundings.js';
import { transactionNow } from '../scopes/transaction.js';
import type { TransactionScope } from '../scopes/transaction-scope.js';
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

/** Parts of a call that depend on its instance and its arguments. */
export interface CallPlace {
  cache(self: unknown): ITypedCache<unknown>;
  key(self: unknown, args: readonly unknown[]): CacheKey;
  transactions(self: unknown): ITransactions | undefined;
}

/** One call of a cached function. */
export type CachedCall = (self: unknown, args: unknown[], run: () => Promise<unknown>) => Promise<unknown>;

/** Prepares calls with a policy: what does not depend on the call is made once. */
export function cachedCalls(policy: AnyPolicy, place: CallPlace): CachedCall {
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
  return (self, args, run) => {
    if (condition?.apply(self, args) === false) return runWithin({ load: undefined }, run);
    const cache = place.cache(self);
    const key = place.key(self, args);
    const own = signal?.apply(self, args);
    const options = own === undefined ? fixed : { ...fixed, signal: own };
    const scope = transactionNow(place.transactions(self));
    if (scope !== undefined) return callInTransaction(run, scope, { cache, key, options });
    const load = async (context: LoadContext<unknown>): Promise<unknown> => {
      // Without the memory of a request: what was read before an invalidation must not be stored after it.
      const result = await runWithin({ load: context, request: undefined }, run);
      finish(result, self, context);
      return result;
    };
    const ask = (): Promise<unknown> => cache.getOrSet<never>(key, load as () => Promise<never>, options);
    const memory = own === undefined && fixed.forceFresh !== true ? requestMemory(cache) : undefined;
    if (memory === undefined) return ask();
    return memory.result(cache, key, fixed, ask, (result) => unless?.call(self, result) !== true);
  };
}

interface Reading {
  readonly cache: ITypedCache<unknown>;
  readonly key: CacheKey;
  readonly options: TypedLoadOptions<unknown>;
}

/** Reads what was committed, and runs by itself what the cache does not have: others must not see its result. */
async function callInTransaction(
  run: () => Promise<unknown>,
  { changed }: TransactionScope,
  { cache, key, options }: Reading,
): Promise<unknown> {
  if (options.forceFresh !== true && !changed.hasKey(cache, key)) {
    const { tags, version, schema, mode, sliding, hardTimeout, signal } = options;
    const given = Object.entries({ tags, version, schema, mode, sliding, hardTimeout, signal });
    const reading = Object.fromEntries(given.filter(([, value]) => value !== undefined));
    const entry = await cache.getEntry(key, reading as TypedReadOptions);
    const isHidden = changed.hasKey(cache, key) || changed.hasTag(cache, entry?.tags ?? []);
    if (entry?.state === 'fresh' && !isHidden) return entry.value;
  }
  options.signal?.throwIfAborted();
  return runWithin({ load: storelessContext(key, options.signal), request: undefined }, run);
}

/** Context of a load whose result nobody stores. */
function storelessContext(
  key: CacheKey,
  signal: AbortSignal = new AbortController().signal,
): LoadContext<unknown> {
  const nothing = (): void => undefined;
  return { key, signal, previous: undefined, tag: nothing, expire: nothing, skip: nothing };
}
