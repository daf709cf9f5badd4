/** Marks a name with the type of the values that its cache holds; it exists in types only. */
declare const ofValues: unique symbol;

/** Name of a typed cache that knows the type of its values; at run time it is the name itself, a string. */
export type CacheName<T> = string & { readonly [ofValues]: T };

/**
 * Gives the name of a typed cache the type of its values, once for all places that look it up.
 *
 * @example
 * ```ts
 * const Users = cacheName<User>('users');
 *
 * const users = site.getComponent(ITypedCache, Users); // ITypedCache<User>
 * ```
 */
export function cacheName<T>(name: string): CacheName<T> {
  return name as CacheName<T>;
}
