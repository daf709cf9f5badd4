import type { IClock } from '../../../../interfaces/clock.js';
import type { CollectionStore } from '../store/collection-store.js';
import { MemoryCounters } from './memory-counters.js';
import { MemoryHashes } from './memory-hashes.js';
import { MemoryKeys } from './memory-keys.js';
import { MemoryLists } from './memory-lists.js';
import { MemorySets } from './memory-sets.js';
import { MemorySortedSets } from './memory-sorted-sets.js';

/** Collections in the memory of this process. */
export class MemoryCollections implements CollectionStore {
  readonly keys: MemoryKeys;
  readonly counters: MemoryCounters;
  readonly hashes: MemoryHashes;
  readonly lists: MemoryLists;
  readonly sets: MemorySets;
  readonly sortedSets: MemorySortedSets;

  constructor(maxBytes: number, clock: IClock) {
    this.keys = new MemoryKeys(maxBytes, clock);
    this.counters = new MemoryCounters(this.keys);
    this.hashes = new MemoryHashes(this.keys);
    this.lists = new MemoryLists(this.keys, clock);
    this.sets = new MemorySets(this.keys);
    this.sortedSets = new MemorySortedSets(this.keys);
  }

  close(): void {
    this.lists.close();
    this.keys.clear();
  }
}
