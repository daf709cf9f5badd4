import type { IClock } from '../../../../interfaces/clock.js';
import type { CollectionStore } from '../store/collection-store.js';
import { BlockingPops } from './blocking-pops.js';
import { RedisCounters } from './redis-counters.js';
import { RedisHashes } from './redis-hashes.js';
import { RedisKeys, type RedisKeysOptions } from './redis-keys.js';
import { RedisLists } from './redis-lists.js';
import { RedisSets } from './redis-sets.js';
import { RedisSortedSets } from './redis-sorted-sets.js';

/** Collections in Redis. */
export class RedisCollections implements CollectionStore {
  readonly keys: RedisKeys;
  readonly counters: RedisCounters;
  readonly hashes: RedisHashes;
  readonly lists: RedisLists;
  readonly sets: RedisSets;
  readonly sortedSets: RedisSortedSets;
  readonly #pops: BlockingPops;

  constructor(options: RedisKeysOptions, clock: IClock) {
    this.keys = new RedisKeys(options);
    this.#pops = new BlockingPops(this.keys, options.prefix, clock);
    this.counters = new RedisCounters(this.keys);
    this.hashes = new RedisHashes(this.keys);
    this.lists = new RedisLists(this.keys, this.#pops);
    this.sets = new RedisSets(this.keys);
    this.sortedSets = new RedisSortedSets(this.keys);
  }

  close(): Promise<void> {
    return this.#pops.close();
  }
}
