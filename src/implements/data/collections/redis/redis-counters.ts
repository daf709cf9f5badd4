import type { CounterStore, StoreCall, StoreWrite } from '../store/collection-store.js';
import { bufferIn, type RedisKeys } from './redis-keys.js';
import { RESET_COUNTER } from './scripts.js';

/** Counters in Redis. */
export class RedisCounters implements CounterStore {
  readonly #keys: RedisKeys;

  constructor(keys: RedisKeys) {
    this.#keys = keys;
  }

  async increment(name: string, by: bigint, call: StoreWrite): Promise<bigint> {
    return BigInt(await this.#keys.add('INCRBY', name, [String(by)], call));
  }

  async incrementFloat(name: string, by: number, call: StoreWrite): Promise<number> {
    return Number(await this.#keys.add('INCRBYFLOAT', name, [String(by)], call));
  }

  async read(name: string, call: StoreCall): Promise<string | undefined> {
    return bufferIn(await this.#keys.run('GET', name, [], call))?.toString('latin1');
  }

  async reset(name: string, call: StoreCall): Promise<bigint> {
    return BigInt(String(await this.#keys.script(RESET_COUNTER, [name], [], call)));
  }
}
