import type { CacheName } from '../../../interfaces/cache-name.js';
import type { ITypedCache } from '../../../interfaces/typed-cache.js';

/**
 * Types of the caches that are declared, by name. Augment it, and names of caches are checked:
 *
 * `declare module 'inversify-cache/decorators' { interface DeclaredCaches { users: ITypedCache<User> } }`
 */
// biome-ignore lint/suspicious/noEmptyInterface: applications add their caches.
export interface DeclaredCaches {}

/** Cache of a method: its name in the site, or a function of the instance, called at every call. */
// biome-ignore lint/suspicious/noExplicitAny: a cache of any values; `ValuesOf` tells of which.
export type CacheReference<S = never> = string | CacheName<any> | ((self: S) => ITypedCache<any>);

/** Type of the values of a cache; `unknown` for a name that does not tell. */
export type ValuesOf<C> = C extends (self: never) => ITypedCache<infer T>
  ? T
  : C extends CacheName<infer T>
    ? T
    : C extends keyof DeclaredCaches
      ? DeclaredCaches[C] extends ITypedCache<infer T>
        ? T
        : unknown
      : unknown;
