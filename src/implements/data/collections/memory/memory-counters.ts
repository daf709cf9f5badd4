import type { CounterStore, StoreWrite } from '../store/collection-store.js';
import { integerOf } from '../store/refusals.js';
import { ITEM_BYTES } from './contents/content.js';
import type { MemoryKeys } from './memory-keys.js';
import { floatSum, integerSum } from './sums.js';

/** Counters in memory. */
export class MemoryCounters implements CounterStore {
  readonly #keys: MemoryKeys;

  constructor(keys: MemoryKeys) {
    this.#keys = keys;
  }

  async increment(name: string, by: bigint, { lifeMs }: StoreWrite): Promise<bigint> {
    return BigInt(this.#write(name, integerSum(this.#keys.find(name, 'counter')?.text, by), lifeMs));
  }

  async incrementFloat(name: string, by: number, { lifeMs }: StoreWrite): Promise<number> {
    return Number(this.#write(name, floatSum(this.#keys.find(name, 'counter')?.text, by), lifeMs));
  }

  async read(name: string): Promise<string | undefined> {
    return this.#keys.find(name, 'counter')?.text;
  }

  async reset(name: string): Promise<bigint> {
    const value = integerOf(this.#keys.find(name, 'counter')?.text ?? '0');
    await this.#keys.delete(name);
    return value;
  }

  #write(name: string, text: string, lifeMs: number | undefined): string {
    const more = this.#keys.find(name, 'counter') === undefined ? ITEM_BYTES : 0;
    this.#keys.change(name, 'counter', { more, lifeMs }, (value) => value.write(text));
    return text;
  }
}
