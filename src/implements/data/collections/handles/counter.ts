import type { CollectionCall, CollectionWrite } from '../../../../interfaces/collection.js';
import type { ICounter } from '../../../../interfaces/counter.js';
import { ArgumentError } from '../../../../interfaces/errors.js';
import { floatOf, INT64_MAX, integerOf } from '../store/refusals.js';
import { checkedFinite, checkedInteger, collectionCall, collectionWrite } from './checks.js';
import { Collection } from './collection.js';

/** A counter by name. */
export class Counter extends Collection implements ICounter {
  async increment(by: number | bigint = 1, options?: CollectionWrite): Promise<bigint> {
    const amount = checkedInteger(by);
    const call = collectionWrite(options);
    return this.store.counters.increment(this.name, amount, call);
  }

  async decrement(by: number | bigint = 1, options?: CollectionWrite): Promise<bigint> {
    const amount = -checkedInteger(by);
    const call = collectionWrite(options);
    if (amount > INT64_MAX) {
      throw new ArgumentError(`expected to subtract at least -${INT64_MAX}, got one less`);
    }
    return this.store.counters.increment(this.name, amount, call);
  }

  async incrementFloat(by: number, options?: CollectionWrite): Promise<number> {
    const amount = checkedFinite(by);
    const call = collectionWrite(options);
    return this.store.counters.incrementFloat(this.name, amount, call);
  }

  async value(options?: CollectionCall): Promise<bigint> {
    const call = collectionCall(options);
    return integerOf((await this.store.counters.read(this.name, call)) ?? '0');
  }

  async floatValue(options?: CollectionCall): Promise<number> {
    const call = collectionCall(options);
    return floatOf((await this.store.counters.read(this.name, call)) ?? '0');
  }

  async reset(options?: CollectionCall): Promise<bigint> {
    const call = collectionCall(options);
    return this.store.counters.reset(this.name, call);
  }
}
