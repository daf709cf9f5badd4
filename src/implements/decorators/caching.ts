import { ArgumentError } from '../../interfaces/errors.js';
import { type AnyCacheEvictOptions, aroundEvict, type CacheEvictOptions } from './cache-evict.js';
import { type AnyCachePutOptions, aroundPut, type CachePutOptions } from './cache-put.js';
import { type AnyCacheableOptions, aroundCached, type CacheableOptions, type Cached } from './cacheable.js';
import type { CacheReference } from './finding/cache-reference.js';
import type { ArgumentsKey, KeyFunction } from './finding/keys.js';
import { type Around, type CacheDecorator, decorating } from './methods/decorating.js';

/** Key by a function of these arguments, or by all of them. */
type AnyKey<A extends unknown[], S> = KeyFunction<A, S> | ArgumentsKey;

/** Options of `@Caching`: several decorators of one method, in a fixed order. */
export interface CachingOptions<A extends unknown[], C, R, S> {
  /** Evictions: those beforehand come first of all, the others last. */
  readonly evict?: CacheEvictOptions<A, S> | readonly CacheEvictOptions<A, S>[] | undefined;
  /** Cache of the results. */
  readonly cacheable?: CacheableOptions<AnyKey<A, S>, A, C, R, S> | undefined;
  /** Other places for a result; only for one of the method itself, not for one that was found in a cache. */
  readonly put?:
    | CachePutOptions<AnyKey<A, S>, A, CacheReference<S> | undefined, R, S>
    | readonly CachePutOptions<AnyKey<A, S>, A, CacheReference<S> | undefined, R, S>[]
    | undefined;
}

/**
 * Combines decorators in this order: evictions beforehand, the lookup, the method, puts of its result, evictions
 * afterwards.
 */
export function Caching<
  A extends unknown[],
  C extends CacheReference | undefined = undefined,
  S = unknown,
  R = unknown,
>(options: CachingOptions<A, C, R, S>): CacheDecorator<A, Cached<C, R>> {
  const { cacheable } = options;
  const evictions = listOf(options.evict) as AnyCacheEvictOptions[];
  const puts = listOf(options.put) as AnyCachePutOptions[];
  const references = [cacheable, ...evictions, ...puts].flatMap((part) =>
    part === undefined ? [] : [part.cache],
  );
  if (references.length === 0) {
    throw new ArgumentError('@Caching: expected one of evict, cacheable and put, got none of them');
  }
  const named = references.some((reference) => typeof reference !== 'function');
  return decorating({ decorator: 'Caching', named, caches: cacheable !== undefined }, (method) =>
    nested([
      ...evictions.filter(({ before }) => before === true).map((one) => aroundEvict(one, method)),
      ...evictions.filter(({ before }) => before !== true).map((one) => aroundEvict(one, method)),
      ...(cacheable === undefined ? [] : [aroundCached(cacheable as AnyCacheableOptions, method)]),
      ...puts.map((one) => aroundPut(one, method)),
    ]),
  );
}

/** One around the other, the first one outside. */
function nested(layers: readonly Around<unknown[]>[]): Around<unknown[]> {
  return (self, args, run) => {
    const inner = layers.reduceRight<() => Promise<unknown>>(
      (next, layer) => async () => layer(self, args, next),
      run,
    );
    return inner();
  };
}

function listOf(part: unknown): unknown[] {
  if (part === undefined) return [];
  return Array.isArray(part) ? part : [part];
}
