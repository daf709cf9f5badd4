import type { ListEnd, ListStore, StoreCall, StoreRead, StoreWrite } from '../store/collection-store.js';
import { span } from '../store/places.js';
import type { BlockingPops } from './blocking-pops.js';
import { bufferIn, type RedisKeys } from './redis-keys.js';
import { PUSH_CAPPED, READ_BOUNDED } from './scripts.js';

const PUSH = { first: 'LPUSH', last: 'RPUSH' } as const;
const POP = { first: 'LPOP', last: 'RPOP' } as const;

/** Lists in Redis. */
export class RedisLists implements ListStore {
  readonly #keys: RedisKeys;
  readonly #pops: BlockingPops;

  constructor(keys: RedisKeys, pops: BlockingPops) {
    this.#keys = keys;
    this.#pops = pops;
  }

  push(name: string, end: ListEnd, items: readonly Buffer[], call: StoreWrite): Promise<number> {
    return this.#keys.write(PUSH[end], name, [], items, call, 'last');
  }

  async pushCapped(
    name: string,
    end: ListEnd,
    items: readonly Buffer[],
    cap: number,
    call: StoreWrite,
  ): Promise<number> {
    const words = [String(call.lifeMs ?? ''), PUSH[end], String(cap), ...items];
    return Number(await this.#keys.script(PUSH_CAPPED, [name], words, call));
  }

  async range(name: string, start: number, stop: number, call: StoreRead): Promise<Buffer[]> {
    const words = [String(start), String(stop)];
    const most = span(start, stop);
    if (most !== undefined && most <= call.limit)
      return (await this.#keys.run('LRANGE', name, words, call)) as Buffer[];
    const script = [String(call.limit), 'LLEN', 'LRANGE', ...words];
    return (await this.#keys.script(READ_BOUNDED, [name], script, call)) as Buffer[];
  }

  async at(name: string, index: number, call: StoreCall): Promise<Buffer | undefined> {
    return bufferIn(await this.#keys.run('LINDEX', name, [String(index)], call));
  }

  async pop(name: string, end: ListEnd, call: StoreCall): Promise<Buffer | undefined> {
    return bufferIn(await this.#keys.run(POP[end], name, [], call));
  }

  blockingPop(name: string, end: ListEnd, waitMs: number, call: StoreCall): Promise<Buffer | undefined> {
    return this.#pops.pop(name, end, waitMs, call);
  }

  async remove(name: string, item: Buffer, count: number, call: StoreCall): Promise<number> {
    return Number(await this.#keys.run('LREM', name, [String(count), item], call));
  }

  async trim(name: string, start: number, stop: number, call: StoreCall): Promise<void> {
    await this.#keys.run('LTRIM', name, [String(start), String(stop)], call);
  }

  async size(name: string, call: StoreCall): Promise<number> {
    return Number(await this.#keys.run('LLEN', name, [], call));
  }
}
