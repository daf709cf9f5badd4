import type {
  CollectionCall,
  CollectionItem,
  CollectionRead,
  CollectionWrite,
} from '../../../../interfaces/collection.js';
import { ArgumentError } from '../../../../interfaces/errors.js';
import type { BlockingPop, CappedPush, IList } from '../../../../interfaces/list.js';
import { describe } from '../../../foundation/describe.js';
import { requireDurationMs } from '../../../foundation/options/duration.js';
import type { ListEnd } from '../store/collection-store.js';
import {
  checkedCount,
  checkedIndex,
  checkedOptions,
  collectionCall,
  collectionRead,
  collectionWrite,
} from './checks.js';
import { Collection } from './collection.js';

/** Items of a page of an iteration. */
const PAGE = 512;

type Given<T> = CollectionItem<T> | readonly CollectionItem<T>[];

/** A list by name. */
export class List<T> extends Collection implements IList<T> {
  pushFirst(items: Given<T>, options?: CollectionWrite): Promise<number> {
    return this.#push('first', items, options);
  }

  pushLast(items: Given<T>, options?: CollectionWrite): Promise<number> {
    return this.#push('last', items, options);
  }

  async pushCapped(items: Given<T>, cap: number, options?: CappedPush): Promise<number> {
    const bytes = this.parts.items.encodeAll(items);
    const most = checkedCount(cap, 'cap', 1);
    const { end = 'first', ...rest } = checkedOptions<CappedPush>(options);
    if (end !== 'first' && end !== 'last')
      throw new ArgumentError(`expected end as 'first' or 'last', got ${describe(end)}`);
    const call = collectionWrite(rest);
    const { lists } = this.store;
    if (bytes.length === 0) return lists.size(this.name, call);
    return lists.pushCapped(this.name, end, bytes, most, call);
  }

  async range(start: number, stop: number, options?: CollectionRead): Promise<T[]> {
    const [from, to] = [checkedIndex(start, 'start'), checkedIndex(stop, 'stop')];
    const call = collectionRead(options, this.parts.items.maxItems);
    return this.decodedAll(await this.store.lists.range(this.name, from, to, call));
  }

  async at(index: number, options?: CollectionCall): Promise<T | undefined> {
    const place = checkedIndex(index, 'index');
    const call = collectionCall(options);
    return this.decoded(await this.store.lists.at(this.name, place, call));
  }

  popFirst(options?: CollectionCall): Promise<T | undefined> {
    return this.#pop('first', options);
  }

  popLast(options?: CollectionCall): Promise<T | undefined> {
    return this.#pop('last', options);
  }

  blockingPopFirst(options?: BlockingPop): Promise<T | undefined> {
    return this.#blockingPop('first', options);
  }

  blockingPopLast(options?: BlockingPop): Promise<T | undefined> {
    return this.#blockingPop('last', options);
  }

  async remove(item: CollectionItem<T>, count = 0, options?: CollectionCall): Promise<number> {
    const bytes = this.parts.items.encode(item);
    const most = checkedIndex(count, 'count');
    const call = collectionCall(options);
    return this.store.lists.remove(this.name, bytes, most, call);
  }

  async trim(start: number, stop: number, options?: CollectionCall): Promise<void> {
    const [from, to] = [checkedIndex(start, 'start'), checkedIndex(stop, 'stop')];
    const call = collectionCall(options);
    return this.store.lists.trim(this.name, from, to, call);
  }

  async size(options?: CollectionCall): Promise<number> {
    const call = collectionCall(options);
    return this.store.lists.size(this.name, call);
  }

  async *items(options?: CollectionCall): AsyncIterableIterator<T> {
    const call = { ...collectionCall(options), limit: PAGE };
    for (let from = 0; ; from += PAGE) {
      const page = await this.store.lists.range(this.name, from, from + PAGE - 1, call);
      for (const item of this.decodedAll<T>(page)) yield item;
      if (page.length < PAGE) return;
    }
  }

  async #push(end: ListEnd, items: Given<T>, options: CollectionWrite | undefined): Promise<number> {
    const bytes = this.parts.items.encodeAll(items);
    const call = collectionWrite(options);
    const { lists } = this.store;
    return bytes.length === 0 ? lists.size(this.name, call) : lists.push(this.name, end, bytes, call);
  }

  async #pop(end: ListEnd, options: CollectionCall | undefined): Promise<T | undefined> {
    const call = collectionCall(options);
    return this.decoded(await this.store.lists.pop(this.name, end, call));
  }

  async #blockingPop(end: ListEnd, options: BlockingPop | undefined): Promise<T | undefined> {
    const { wait, ...rest } = checkedOptions<BlockingPop>(options);
    const waitMs = wait === undefined ? this.parts.waitMs : requireDurationMs(wait);
    const call = collectionCall(rest);
    return this.decoded(await this.store.lists.blockingPop(this.name, end, waitMs, call));
  }
}
