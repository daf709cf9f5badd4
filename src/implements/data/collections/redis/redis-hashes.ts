import type { HashStore, StoreCall, StoreRead, StoreWrite } from '../store/collection-store.js';
import { bufferIn, type RedisKeys } from './redis-keys.js';
import { READ_BOUNDED } from './scripts.js';

/** Hashes in Redis. */
export class RedisHashes implements HashStore {
  readonly #keys: RedisKeys;

  constructor(keys: RedisKeys) {
    this.#keys = keys;
  }

  set(name: string, words: readonly Buffer[], call: StoreWrite): Promise<number> {
    return this.#keys.write('HSET', name, [], words, call);
  }

  async get(name: string, fields: readonly Buffer[], call: StoreCall): Promise<(Buffer | undefined)[]> {
    if (fields.length === 1) return [bufferIn(await this.#keys.run('HGET', name, fields, call))];
    return ((await this.#keys.run('HMGET', name, fields, call)) as readonly (Buffer | null)[]).map(bufferIn);
  }

  async all(name: string, call: StoreRead): Promise<Buffer[]> {
    const words = [String(call.limit), 'HLEN', 'HGETALL'];
    return (await this.#keys.script(READ_BOUNDED, [name], words, call)) as Buffer[];
  }

  async increment(name: string, field: Buffer, by: bigint, call: StoreWrite): Promise<bigint> {
    return BigInt(await this.#keys.add('HINCRBY', name, [field, String(by)], call));
  }

  async incrementFloat(name: string, field: Buffer, by: number, call: StoreWrite): Promise<number> {
    return Number(await this.#keys.add('HINCRBYFLOAT', name, [field, String(by)], call));
  }

  async remove(name: string, fields: readonly Buffer[], call: StoreCall): Promise<number> {
    return Number(await this.#keys.run('HDEL', name, fields, call));
  }

  async has(name: string, field: Buffer, call: StoreCall): Promise<boolean> {
    return (await this.#keys.run('HEXISTS', name, [field], call)) === 1;
  }

  async size(name: string, call: StoreCall): Promise<number> {
    return Number(await this.#keys.run('HLEN', name, [], call));
  }

  scan(name: string, call: StoreCall): AsyncIterable<readonly Buffer[]> {
    return this.#keys.scan('HSCAN', name, call);
  }
}
