import type { HashStore, StoreCall, StoreRead, StoreWrite } from '../store/collection-store.js';
import { refusals } from '../store/refusals.js';
import { given, ITEM_BYTES, kept } from './contents/content.js';
import type { MemoryKeys } from './memory-keys.js';
import { pages } from './pages.js';
import { floatSum, integerSum } from './sums.js';

/** Hashes in memory. */
export class MemoryHashes implements HashStore {
  readonly #keys: MemoryKeys;

  constructor(keys: MemoryKeys) {
    this.#keys = keys;
  }

  async set(name: string, words: readonly Buffer[], { lifeMs }: StoreWrite): Promise<number> {
    const values = new Map<string, string>();
    for (let at = 0; at < words.length; at += 2)
      values.set(kept(words[at] as Buffer), kept(words[at + 1] as Buffer));
    return this.#write(name, values, lifeMs);
  }

  async get(name: string, fields: readonly Buffer[]): Promise<(Buffer | undefined)[]> {
    const table = this.#keys.find(name, 'hash');
    return fields.map((field) => {
      const value = table?.get(kept(field));
      return value === undefined ? undefined : given(value);
    });
  }

  async all(name: string, { limit }: StoreRead): Promise<Buffer[]> {
    const table = this.#keys.find(name, 'hash');
    if (table === undefined) return [];
    if (table.size > limit) throw refusals.tooLarge(limit);
    return table.words().map(given);
  }

  async increment(name: string, field: Buffer, by: bigint, { lifeMs }: StoreWrite): Promise<bigint> {
    const before = this.#keys.find(name, 'hash')?.get(kept(field));
    const sum = integerSum(before, by);
    this.#write(name, new Map([[kept(field), sum]]), lifeMs);
    return BigInt(sum);
  }

  async incrementFloat(name: string, field: Buffer, by: number, { lifeMs }: StoreWrite): Promise<number> {
    const sum = floatSum(this.#keys.find(name, 'hash')?.get(kept(field)), by);
    this.#write(name, new Map([[kept(field), sum]]), lifeMs);
    return Number(sum);
  }

  async remove(name: string, fields: readonly Buffer[]): Promise<number> {
    return this.#keys.change(
      name,
      'hash',
      { more: 0 },
      (table) => fields.filter((field) => table.delete(kept(field))).length,
    );
  }

  async has(name: string, field: Buffer): Promise<boolean> {
    return this.#keys.find(name, 'hash')?.get(kept(field)) !== undefined;
  }

  async size(name: string): Promise<number> {
    return this.#keys.find(name, 'hash')?.size ?? 0;
  }

  scan(name: string, _call: StoreCall): AsyncIterable<readonly Buffer[]> {
    return pages(() => (this.#keys.find(name, 'hash')?.words() ?? []).map(given));
  }

  #write(name: string, values: ReadonlyMap<string, string>, lifeMs: number | undefined): number {
    const table = this.#keys.find(name, 'hash');
    let more = 0;
    for (const [field, value] of values) {
      const before = table?.get(field);
      more += value.length - (before?.length ?? -field.length - ITEM_BYTES);
    }
    return this.#keys.change(name, 'hash', { more, lifeMs }, (content) => {
      let added = 0;
      for (const [field, value] of values) if (content.set(field, value)) added++;
      return added;
    });
  }
}
