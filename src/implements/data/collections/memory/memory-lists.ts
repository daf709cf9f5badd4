import type { IClock } from '../../../../interfaces/clock.js';
import { DisposedError } from '../../../../interfaces/errors.js';
import { abortError } from '../../../foundation/waiting/abort-error.js';
import { Wait } from '../../../foundation/waiting/wait.js';
import type { ListEnd, ListStore, StoreCall, StoreRead, StoreWrite } from '../store/collection-store.js';
import { places } from '../store/places.js';
import { refusals } from '../store/refusals.js';
import { given, ITEM_BYTES, kept } from './contents/content.js';
import type { MemoryKeys } from './memory-keys.js';

/** A call that waits for an item. */
interface Waiter {
  readonly end: ListEnd;
  readonly wait: Wait<Buffer | undefined>;
}

/** Lists in memory. Items go to the calls that wait for them, in the order of their arrival. */
export class MemoryLists implements ListStore {
  readonly #keys: MemoryKeys;
  readonly #clock: IClock;
  readonly #waiters = new Map<string, Set<Waiter>>();

  constructor(keys: MemoryKeys, clock: IClock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  async push(name: string, end: ListEnd, items: readonly Buffer[], call: StoreWrite): Promise<number> {
    return this.pushCapped(name, end, items, Number.POSITIVE_INFINITY, call);
  }

  async pushCapped(
    name: string,
    end: ListEnd,
    items: readonly Buffer[],
    cap: number,
    { lifeMs }: StoreWrite,
  ): Promise<number> {
    const texts = items.map(kept);
    const more = texts.reduce((sum, text) => sum + text.length + ITEM_BYTES, 0);
    const size = this.#keys.change(name, 'list', { more, lifeMs }, (list) => {
      for (const text of texts) list.push(end, text);
      while (list.size > cap) list.pop(end === 'first' ? 'last' : 'first');
      return list.size;
    });
    this.#serve(name);
    return size;
  }

  async range(name: string, start: number, stop: number, { limit }: StoreRead): Promise<Buffer[]> {
    const list = this.#keys.find(name, 'list');
    const { from, to } = places(start, stop, list?.size ?? 0);
    if (to - from > limit) throw refusals.tooLarge(limit);
    return (list?.slice(from, to) ?? []).map(given);
  }

  async at(name: string, index: number): Promise<Buffer | undefined> {
    const list = this.#keys.find(name, 'list');
    const item = list?.at(index < 0 ? index + list.size : index);
    return item === undefined ? undefined : given(item);
  }

  async pop(name: string, end: ListEnd): Promise<Buffer | undefined> {
    return this.#pop(name, end);
  }

  async blockingPop(
    name: string,
    end: ListEnd,
    waitMs: number,
    { signal }: StoreCall,
  ): Promise<Buffer | undefined> {
    const item = this.#pop(name, end);
    if (item !== undefined) return item;
    const waiter: Waiter = { end, wait: new Wait() };
    const waiters = this.#waiters.get(name) ?? new Set();
    this.#waiters.set(name, waiters.add(waiter));
    waiter.wait.onEnd(() => {
      waiters.delete(waiter);
      if (waiters.size === 0 && this.#waiters.get(name) === waiters) this.#waiters.delete(name);
    });
    waiter.wait.onAbort(signal, (aborted) => {
      throw abortError(aborted, 'not-sent');
    });
    waiter.wait.after(this.#clock, waitMs, () => undefined);
    return waiter.wait.result;
  }

  async remove(name: string, item: Buffer, count: number): Promise<number> {
    const text = kept(item);
    return this.#keys.change(name, 'list', { more: 0 }, (list) => {
      const items = list.slice(0, list.size);
      if (count < 0) items.reverse();
      let left = count === 0 ? items.length : Math.abs(count);
      const rest = items.filter((each) => each !== text || left-- <= 0);
      if (count < 0) rest.reverse();
      list.replace(rest);
      return items.length - rest.length;
    });
  }

  async trim(name: string, start: number, stop: number): Promise<void> {
    this.#keys.change(name, 'list', { more: 0 }, (list) => {
      const { from, to } = places(start, stop, list.size);
      list.replace(list.slice(from, to));
    });
  }

  async size(name: string): Promise<number> {
    return this.#keys.find(name, 'list')?.size ?? 0;
  }

  close(): void {
    for (const waiters of [...this.#waiters.values()])
      for (const { wait } of [...waiters])
        wait.reject(new DisposedError('this MemoryCollectionSite is closed'));
  }

  #pop(name: string, end: ListEnd): Buffer | undefined {
    const item = this.#keys.change(name, 'list', { more: 0 }, (list) => list.pop(end));
    return item === undefined ? undefined : given(item);
  }

  #serve(name: string): void {
    for (const { end, wait } of [...(this.#waiters.get(name) ?? [])]) {
      const item = this.#pop(name, end);
      if (item === undefined) return;
      wait.resolve(item);
    }
  }
}
