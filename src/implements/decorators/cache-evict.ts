import { ArgumentError } from '../../interfaces/errors.js';
import { cacheFinder } from './finding/cache-finder.js';
import type { CacheReference } from './finding/cache-reference.js';
import { type ArgumentsKey, checkedKey, type KeyFunction, keyMaker } from './finding/keys.js';
import { transactionsOf } from './finding/settings.js';
import {
  type ArgumentsDecorator,
  type Around,
  type CacheDecorator,
  type DecoratedMethod,
  decorating,
} from './methods/decorating.js';
import { type ChangeFailure, settling } from './methods/settling.js';
import { type CachePart, invalidatePart } from './scopes/changed-parts.js';
import { transactionNow } from './scopes/transaction.js';

/** Part of a cache that `@CacheEvict` invalidates: one key, tags, or all of its namespace. */
export type CacheEvictTarget<A extends unknown[], S> =
  | { readonly key: KeyFunction<A, S>; readonly tags?: never; readonly all?: never }
  | { readonly tags: (this: S, ...args: A) => readonly string[]; readonly key?: never; readonly all?: never }
  | { readonly all: true; readonly key?: never; readonly tags?: never };

/** Time and consequences of an eviction. */
export interface CacheEvictPolicy<A extends unknown[], S> {
  /** Cache: its name in the site, or a function of the instance. Default: that of `@CacheConfig`. */
  readonly cache?: CacheReference<S> | undefined;
  /** Tells whether a call invalidates at all. Default: every call does. */
  readonly condition?: ((this: S, ...args: A) => boolean) | undefined;
  /** Invalidates before the method instead of after it. Default: `false`. */
  readonly before?: boolean | undefined;
  /** Spares the cache when the method fails. Default: `false`, for a write that failed may have happened. */
  readonly onlyOnSuccess?: boolean | undefined;
  /** Result of a call whose invalidation does not reach the store. Default: `keep`. */
  readonly onFailure?: ChangeFailure | undefined;
}

/** Options of `@CacheEvict`. */
export type CacheEvictOptions<A extends unknown[], S> = CacheEvictPolicy<A, S> & CacheEvictTarget<A, S>;

/**
 * Invalidates after every call, also after one that failed: a write that timed out may have happened.
 */
export function CacheEvict<S = unknown>(
  // biome-ignore lint/suspicious/noExplicitAny: functions of arguments are checked by the call, not by the key.
  options: CacheEvictPolicy<any[], S> & {
    readonly key: ArgumentsKey;
    readonly tags?: never;
    readonly all?: never;
  },
): ArgumentsDecorator<unknown>;
export function CacheEvict<S = unknown>(
  // biome-ignore lint/suspicious/noExplicitAny: without a key, any arguments will do.
  options: CacheEvictPolicy<any[], S> & { readonly all: true; readonly key?: never; readonly tags?: never },
  // biome-ignore lint/suspicious/noExplicitAny: without a key, any arguments will do.
): CacheDecorator<any[], unknown>;
export function CacheEvict<A extends unknown[], S = unknown>(
  options: CacheEvictOptions<A, S>,
): CacheDecorator<A, unknown>;
export function CacheEvict(options: AnyCacheEvictOptions): never {
  const { cache } = options;
  return decorating({ decorator: 'CacheEvict', named: typeof cache !== 'function' }, (method) =>
    aroundEvict(options, method),
  );
}

/** Options whose types are forgotten. */
// biome-ignore lint/suspicious/noExplicitAny: the types were checked where the options were written.
export type AnyCacheEvictOptions = CacheEvictPolicy<any[], any> & {
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly key?: KeyFunction<any[], any> | ArgumentsKey | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly tags?: ((this: any, ...args: any[]) => readonly string[]) | undefined;
  readonly all?: true | undefined;
};

/** Invalidates around the calls of a method. */
export function aroundEvict(options: AnyCacheEvictOptions, method: DecoratedMethod): Around<unknown[]> {
  const { cache, condition, before = false, onlyOnSuccess = false, onFailure } = options;
  const { decorator } = method;
  if (before && onlyOnSuccess) {
    throw new ArgumentError(`@${decorator}: before conflicts with onlyOnSuccess, which waits for the method`);
  }
  const find = cacheFinder(cache as CacheReference | undefined, decorator);
  const partOf = partMaker(options, method);
  const settle = settling(decorator, onFailure);
  return async (self, args, run) => {
    if (condition?.apply(self, args) === false) return run();
    const values = find(self);
    const part = partOf(self, args); // Before the method, which may change its arguments.
    const evict = async (): Promise<void> => {
      const reach = () => settle(self, () => invalidatePart(values, part));
      const scope = transactionNow(transactionsOf(self));
      if (scope === undefined) return reach();
      scope.changed.add(values, part);
      scope.afterCommit(reach);
    };
    if (before) {
      await evict();
      return run();
    }
    let result: unknown;
    try {
      result = await run();
    } catch (error) {
      if (!onlyOnSuccess) await evict().catch(() => {}); // The error of the method tells more.
      throw error;
    }
    await evict();
    return result;
  };
}

function partMaker(
  { key, tags, all }: AnyCacheEvictOptions,
  method: DecoratedMethod,
): (self: unknown, args: unknown[]) => CachePart {
  const given = [key, tags, all].filter((one) => one !== undefined).length;
  if (given !== 1 || (all !== undefined && all !== true)) {
    throw new ArgumentError(
      `@${method.decorator}: expected one of key, tags and all: true, got ${given} of them`,
    );
  }
  if (key !== undefined) {
    const make = keyMaker(key, method);
    return (self, args) => ({ key: checkedKey(make(self, args)) });
  }
  return (self, args) => (tags === undefined ? 'all' : { tags: [...tags.apply(self, args)] });
}
