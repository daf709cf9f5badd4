import { isMap } from 'node:util/types';
import type {
  CollectionCall,
  CollectionItem,
  CollectionRead,
  CollectionWrite,
} from '../../../../interfaces/collection.js';
import { ArgumentError, CodecError } from '../../../../interfaces/errors.js';
import type { HashFields, IHash } from '../../../../interfaces/hash.js';
import { checkedKeys, checkKey } from '../../../foundation/arguments/key.js';
import { utf8Text } from '../../../foundation/codecs/values/utf8.js';
import { describe } from '../../../foundation/describe.js';
import { checkedFinite, checkedInteger, collectionCall, collectionRead, collectionWrite } from './checks.js';
import { Collection } from './collection.js';

/** A hash by name. */
export class Hash<T> extends Collection implements IHash<T> {
  async setField(field: string, value: CollectionItem<T>, options?: CollectionWrite): Promise<number> {
    const words = [checkedField(field), this.parts.items.encode(value)];
    const call = collectionWrite(options);
    return this.store.hashes.set(this.name, words, call);
  }

  async setFields(fields: HashFields<T>, options?: CollectionWrite): Promise<number> {
    const pairs = this.parts.items.counted(pairsOf(fields), 'fields');
    const words = pairs.flatMap(([field, value]) => [checkedField(field), this.parts.items.encode(value)]);
    const call = collectionWrite(options);
    const { hashes } = this.store;
    return words.length === 0 ? 0 : hashes.set(this.name, words, call);
  }

  async field(field: string, options?: CollectionCall): Promise<T | undefined> {
    const names = [checkedField(field)];
    const call = collectionCall(options);
    const [value] = await this.store.hashes.get(this.name, names, call);
    return this.decoded(value);
  }

  async fields(fields: readonly string[], options?: CollectionCall): Promise<(T | undefined)[]> {
    const names = this.parts.items.counted(checkedKeys(fields, 'field'), 'fields');
    const call = collectionCall(options);
    const { hashes } = this.store;
    if (names.length === 0) return [];
    const bytes = names.map((field) => Buffer.from(field));
    const values = await hashes.get(this.name, bytes, call);
    return values.map((value) => this.decoded<T>(value));
  }

  async all(options?: CollectionRead): Promise<Map<string, T>> {
    const call = collectionRead(options, this.parts.items.maxItems);
    return new Map(this.#pairs(await this.store.hashes.all(this.name, call)));
  }

  async incrementField(field: string, by: number | bigint = 1, options?: CollectionWrite): Promise<bigint> {
    const name = checkedField(field);
    const amount = checkedInteger(by);
    const call = collectionWrite(options);
    return this.store.hashes.increment(this.name, name, amount, call);
  }

  async incrementFieldFloat(field: string, by: number, options?: CollectionWrite): Promise<number> {
    const name = checkedField(field);
    const amount = checkedFinite(by);
    const call = collectionWrite(options);
    return this.store.hashes.incrementFloat(this.name, name, amount, call);
  }

  async remove(fields: string | readonly string[], options?: CollectionCall): Promise<number> {
    const list = checkedKeys(typeof fields === 'string' ? [fields] : fields, 'field');
    const names = this.parts.items.counted(list, 'fields');
    const call = collectionCall(options);
    const { hashes } = this.store;
    if (names.length === 0) return 0;
    const bytes = names.map((field) => Buffer.from(field));
    return hashes.remove(this.name, bytes, call);
  }

  async has(field: string, options?: CollectionCall): Promise<boolean> {
    const name = checkedField(field);
    const call = collectionCall(options);
    return this.store.hashes.has(this.name, name, call);
  }

  async size(options?: CollectionCall): Promise<number> {
    const call = collectionCall(options);
    return this.store.hashes.size(this.name, call);
  }

  async *entries(options?: CollectionCall): AsyncIterableIterator<[field: string, value: T]> {
    const call = collectionCall(options);
    for await (const words of this.store.hashes.scan(this.name, call)) {
      for (const pair of this.#pairs(words)) {
        yield pair;
        void this.store;
      }
    }
  }

  *#pairs(words: readonly Buffer[]): Iterable<[field: string, value: T]> {
    for (let at = 0; at < words.length; at += 2)
      yield [fieldText(words[at] as Buffer), this.parts.items.decode(words[at + 1] as Buffer) as T];
  }
}

function checkedField(field: unknown): Buffer {
  checkKey(field, 'field');
  return Buffer.from(field);
}

function fieldText(bytes: Buffer): string {
  try {
    return utf8Text(bytes, 0, bytes.length);
  } catch {
    throw new CodecError('E_DECODE', 'another program wrote a field whose name is not UTF-8');
  }
}

function pairsOf(fields: unknown): (readonly [unknown, unknown])[] {
  if (typeof fields === 'object' && fields !== null && !Array.isArray(fields) && !isMap(fields)) {
    if (!(Symbol.iterator in fields)) return Object.entries(fields);
  }
  const iterable = fields as Iterable<unknown> | null | undefined;
  if (typeof iterable !== 'object' || typeof iterable?.[Symbol.iterator] !== 'function')
    throw new ArgumentError(`expected fields as an object, a Map or pairs, got ${describe(fields)}`);
  return [...iterable].map((pair) => {
    if (Array.isArray(pair) && pair.length === 2) return pair as [unknown, unknown];
    throw new ArgumentError(`expected each field with its value as a pair, got ${describe(pair)}`);
  });
}
