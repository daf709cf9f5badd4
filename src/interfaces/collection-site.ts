import type { ICounter } from './counter.js';
import type { IHash } from './hash.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';
import type { IList } from './list.js';
import type { ISet } from './set.js';
import type { ISortedSet } from './sorted-set.js';

/**
 * Counters, hashes, lists, sets and sorted sets by name. They are data, not a cache: nothing is evicted, and nothing
 * degrades; a store that fails or is full is an error.
 *
 * Getting a collection asks nobody: it exists as soon as something is written to it. A name is 1 byte to 1 KiB as UTF-8,
 * taken literally. `T` is what the `codec` of the site gives out: `Uint8Array` for `bytes`, the default.
 *
 * @example
 * ```ts
 * const collections = site.getComponent(ICollectionSite, 'data');
 * const board = collections.getSortedSet<string>('board');
 * ```
 */
export interface ICollectionSite {
  getCounter(name: string): ICounter;
  getHash<T = Uint8Array>(name: string): IHash<T>;
  getList<T = Uint8Array>(name: string): IList<T>;
  getSet<T = Uint8Array>(name: string): ISet<T>;
  getSortedSet<T = Uint8Array>(name: string): ISortedSet<T>;
}

export const ICollectionSite: InterfaceToken<ICollectionSite> = defineInterface<ICollectionSite>(
  'ICollectionSite',
  ['getCounter', 'getHash', 'getList', 'getSet', 'getSortedSet'],
);
