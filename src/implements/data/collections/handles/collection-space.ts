import type { ICodec } from '../../../../interfaces/codec.js';
import type { ICollectionSite } from '../../../../interfaces/collection-site.js';
import type { ICounter } from '../../../../interfaces/counter.js';
import type { IHash } from '../../../../interfaces/hash.js';
import type { IList } from '../../../../interfaces/list.js';
import type { ISet } from '../../../../interfaces/set.js';
import type { ISortedSet } from '../../../../interfaces/sorted-set.js';
import { checkKey } from '../../../foundation/arguments/key.js';
import type { CollectionStore } from '../store/collection-store.js';
import type { CollectionParts } from './collection.js';
import { Counter } from './counter.js';
import { Hash } from './hash.js';
import { ItemSet } from './item-set.js';
import { type ItemLimits, Items } from './items.js';
import { List } from './list.js';
import { SortedSet } from './sorted-set.js';

/** Options that collections in memory and in Redis share, parsed. */
export interface SpaceOptions extends ItemLimits {
  readonly codec: ICodec;
  /** Milliseconds. */
  readonly wait: number;
}

/** The collections of one site, wherever they are stored. */
export class CollectionSpace implements ICollectionSite {
  readonly #parts: CollectionParts;
  #isClosed = false;

  constructor(store: CollectionStore, { codec, wait, ...limits }: SpaceOptions) {
    const items = new Items(codec, limits);
    this.#parts = { store, items, waitMs: wait, isClosed: () => this.#isClosed };
  }

  getCounter(name: string): ICounter {
    checkKey(name, 'name');
    return new Counter(name, this.#parts);
  }

  getHash<T = Uint8Array>(name: string): IHash<T> {
    checkKey(name, 'name');
    return new Hash<T>(name, this.#parts);
  }

  getList<T = Uint8Array>(name: string): IList<T> {
    checkKey(name, 'name');
    return new List<T>(name, this.#parts);
  }

  getSet<T = Uint8Array>(name: string): ISet<T> {
    checkKey(name, 'name');
    return new ItemSet<T>(name, this.#parts);
  }

  getSortedSet<T = Uint8Array>(name: string): ISortedSet<T> {
    checkKey(name, 'name');
    return new SortedSet<T>(name, this.#parts);
  }

  /** Calls reject with a `DisposedError` from now on. */
  close(): void {
    this.#isClosed = true;
  }
}
