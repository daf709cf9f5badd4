import type { CacheKey, ITypedCache } from '../../../interfaces/typed-cache.js';
import { encodeKey } from '../../foundation/codecs/values/cache-key.js';

/** Part of a cache that a call changes. */
export type CachePart = { readonly key: CacheKey } | { readonly tags: readonly string[] } | 'all';

/** Removes a part of a cache. */
export function invalidatePart(cache: ITypedCache<unknown>, part: CachePart): Promise<unknown> {
  if (part === 'all') return cache.clear();
  return 'key' in part ? cache.delete(part.key) : cache.invalidateTags(...part.tags);
}

/** Parts of caches that a transaction has changed, which its own reads must not see any more. */
export class ChangedParts {
  readonly #keys = new Map<object, Set<string>>();
  readonly #tags = new Map<object, Set<string>>();
  readonly #whole = new Set<object>();

  add(cache: object, part: CachePart): void {
    if (part === 'all') this.#whole.add(cache);
    else if ('key' in part) setOf(this.#keys, cache).add(encodeKey(part.key));
    else for (const tag of part.tags) setOf(this.#tags, cache).add(tag);
  }

  hasKey(cache: object, key: CacheKey): boolean {
    return this.#whole.has(cache) || this.#keys.get(cache)?.has(encodeKey(key)) === true;
  }

  hasTag(cache: object, tags: readonly string[]): boolean {
    const changed = this.#tags.get(cache);
    return changed !== undefined && tags.some((tag) => changed.has(tag));
  }
}

function setOf(sets: Map<object, Set<string>>, cache: object): Set<string> {
  const known = sets.get(cache) ?? new Set();
  sets.set(cache, known);
  return known;
}
