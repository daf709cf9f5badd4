import type {
  CollectionCall,
  CollectionItem,
  CollectionRead,
  CollectionWrite,
} from '../../../../interfaces/collection.js';
import type { ISet, OtherSets } from '../../../../interfaces/set.js';
import { checkKey } from '../../../foundation/arguments/key.js';
import type { SetOperation } from '../store/collection-store.js';
import { collectionCall, collectionRead, collectionWrite } from './checks.js';
import { Collection } from './collection.js';

type Given<T> = CollectionItem<T> | readonly CollectionItem<T>[];

/** A set by name. */
export class ItemSet<T> extends Collection implements ISet<T> {
  async add(members: Given<T>, options?: CollectionWrite): Promise<number> {
    const bytes = this.parts.items.encodeAll(members);
    const call = collectionWrite(options);
    const { sets } = this.store;
    return bytes.length === 0 ? 0 : sets.add(this.name, bytes, call);
  }

  async remove(members: Given<T>, options?: CollectionCall): Promise<number> {
    const bytes = this.parts.items.encodeAll(members);
    const call = collectionCall(options);
    const { sets } = this.store;
    return bytes.length === 0 ? 0 : sets.remove(this.name, bytes, call);
  }

  async has(member: CollectionItem<T>, options?: CollectionCall): Promise<boolean> {
    const bytes = this.parts.items.encode(member);
    const call = collectionCall(options);
    return this.store.sets.has(this.name, bytes, call);
  }

  async size(options?: CollectionCall): Promise<number> {
    const call = collectionCall(options);
    return this.store.sets.size(this.name, call);
  }

  async randomMember(options?: CollectionCall): Promise<T | undefined> {
    const call = collectionCall(options);
    return this.decoded(await this.store.sets.random(this.name, call));
  }

  async pop(options?: CollectionCall): Promise<T | undefined> {
    const call = collectionCall(options);
    return this.decoded(await this.store.sets.pop(this.name, call));
  }

  async *members(options?: CollectionCall): AsyncIterableIterator<T> {
    const call = collectionCall(options);
    for await (const page of this.store.sets.scan(this.name, call)) {
      for (const member of this.decodedAll<T>(page)) {
        yield member;
        void this.store;
      }
    }
  }

  union(others: OtherSets, options?: CollectionRead): Promise<T[]> {
    return this.#combine('union', others, options);
  }

  intersection(others: OtherSets, options?: CollectionRead): Promise<T[]> {
    return this.#combine('intersection', others, options);
  }

  difference(others: OtherSets, options?: CollectionRead): Promise<T[]> {
    return this.#combine('difference', others, options);
  }

  unionInto(target: string | ISet<unknown>, others: OtherSets, options?: CollectionWrite): Promise<number> {
    return this.#combineInto(target, 'union', others, options);
  }

  intersectionInto(
    target: string | ISet<unknown>,
    others: OtherSets,
    options?: CollectionWrite,
  ): Promise<number> {
    return this.#combineInto(target, 'intersection', others, options);
  }

  differenceInto(
    target: string | ISet<unknown>,
    others: OtherSets,
    options?: CollectionWrite,
  ): Promise<number> {
    return this.#combineInto(target, 'difference', others, options);
  }

  async #combine(operation: SetOperation, others: OtherSets, options?: CollectionRead): Promise<T[]> {
    const names = this.#names(others);
    const call = collectionRead(options, this.parts.items.maxItems);
    return this.decodedAll(await this.store.sets.combine(operation, names, call));
  }

  async #combineInto(
    target: string | ISet<unknown>,
    operation: SetOperation,
    others: OtherSets,
    options?: CollectionWrite,
  ): Promise<number> {
    const into = nameOf(target);
    const names = this.#names(others);
    const call = collectionWrite(options);
    return this.store.sets.combineInto(into, operation, names, call);
  }

  #names(others: OtherSets): string[] {
    const list = Array.isArray(others) ? others : [others];
    return [this.name, ...this.parts.items.counted(list, 'sets').map(nameOf)];
  }
}

function nameOf(set: unknown): string {
  const name = typeof set === 'object' && set !== null ? (set as { name?: unknown }).name : set;
  checkKey(name, 'name');
  return name;
}
