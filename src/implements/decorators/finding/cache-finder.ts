import { ArgumentError } from '../../../interfaces/errors.js';
import { ITypedCache } from '../../../interfaces/typed-cache.js';
import type { CacheReference } from './cache-reference.js';
import { settingsOf } from './settings.js';
import { componentOf } from './sites.js';

/** Finds the cache of an instance. */
export type CacheFinder = (self: unknown) => ITypedCache<unknown>;

/** Prepares the search for a cache; without a reference, that of the class counts. */
export function cacheFinder(reference: CacheReference | undefined, decorator: string): CacheFinder {
  if (reference !== undefined && typeof reference !== 'string' && typeof reference !== 'function') {
    throw new ArgumentError(`@${decorator}: expected a name or a function as cache, got another value`);
  }
  return (self) => {
    const chosen = reference ?? settingsOf(self)?.cache;
    if (typeof chosen === 'string')
      return componentOf<ITypedCache<unknown>>(self, ITypedCache, chosen, decorator);
    const cache = (chosen as ((self: unknown) => ITypedCache<unknown>) | undefined)?.(self);
    if (cache !== undefined) return cache;
    throw new ArgumentError(
      chosen === undefined
        ? `@${decorator}: expected a cache, got none; name it here or by @CacheConfig`
        : `@${decorator}: expected a function that returns a cache, got undefined; is its field set?`,
    );
  };
}
