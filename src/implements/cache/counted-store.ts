import type { Duration } from '../../interfaces/duration.js';
import type {
  Carried,
  FencedAnswer,
  FencedRead,
  FenceToAdvance,
  PartialFailure,
} from '../../interfaces/fenced-store.js';
import type { CallCounts } from '../foundation/call-counts.js';
import type { CacheStore, Progress } from './cache-store.js';

/** A store whose changes are counted and timed. It counts its reads itself, because only it knows which left this process. */
export class CountedStore implements CacheStore {
  readonly #store: CacheStore;
  readonly #counts: CallCounts;

  constructor(store: CacheStore, counts: CallCounts) {
    this.#store = store;
    this.#counts = counts;
  }

  get connected(): boolean {
    return this.#store.connected;
  }

  getValue(key: string): Promise<Uint8Array | null> {
    return this.#store.getValue(key);
  }

  hasValue(key: string): Promise<boolean> {
    return this.#store.hasValue(key);
  }

  getExpiry(key: string): Promise<number | null> {
    return this.#store.getExpiry(key);
  }

  getValues(
    keys: readonly string[],
    progress?: Progress<(Uint8Array | null)[]>,
  ): Promise<(Uint8Array | null)[]> {
    return this.#store.getValues(keys, progress);
  }

  keys(pattern?: string): AsyncIterable<string> {
    return this.#store.keys(pattern);
  }

  read(request: FencedRead): Promise<FencedAnswer> {
    return this.#store.read(request);
  }

  async setValue(key: string, value: Uint8Array | null, expire: Duration): Promise<boolean> {
    const isStored = await this.#counts.during(this.#store.setValue(key, value, expire));
    if (isStored) this.#counts.stored(1);
    return isStored;
  }

  setExpiry(key: string, expire: Duration): Promise<boolean> {
    return this.#counts.during(this.#store.setExpiry(key, expire));
  }

  /** The store counts the values: only it knows how many keys there were. */
  setValues(
    entries: Iterable<readonly [string, Uint8Array | null]>,
    expire: Duration,
    accept?: () => void,
  ): Promise<boolean> {
    return this.#counts.during(this.#store.setValues(entries, expire, accept));
  }

  async deleteValue(key: string): Promise<boolean> {
    const isDeleted = await this.#counts.during(this.#store.deleteValue(key));
    if (isDeleted) this.#counts.deleted(1);
    return isDeleted;
  }

  deleteValues(keys: readonly string[], progress?: Progress<number>): Promise<number> {
    return this.#deleted(progress, (reached) => this.#store.deleteValues(keys, reached));
  }

  clear(pattern?: string, progress?: Progress<number>): Promise<number> {
    return this.#deleted(progress, (reached) => this.#store.clear(pattern, reached));
  }

  async write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
    carried?: Carried,
  ): Promise<'stored' | 'fenced'> {
    const outcome = await this.#counts.during(this.#store.write(key, value, expire, fence, carried));
    if (outcome === 'stored') this.#counts.stored(1);
    return outcome;
  }

  async invalidate(keys: readonly string[]): Promise<number> {
    const count = await this.#counts.during(this.#store.invalidate(keys));
    this.#counts.deleted(count);
    return count;
  }

  advance(generations: readonly string[], where?: 'everywhere' | PartialFailure): Promise<void> {
    return this.#counts.during(this.#store.advance(generations, where));
  }

  acquireLease(key: string, token: string, life: Duration): Promise<boolean> {
    return this.#counts.during(this.#store.acquireLease(key, token, life));
  }

  releaseLease(key: string, token: string): Promise<boolean> {
    return this.#counts.during(this.#store.releaseLease(key, token));
  }

  /** Counts what a bulk call has removed, also when it fails half-way. */
  async #deleted(
    progress: Progress<number> | undefined,
    call: (progress: Progress<number>) => Promise<number>,
  ): Promise<number> {
    let deleted = 0;
    try {
      deleted = await this.#counts.during(
        call((count) => {
          deleted = count;
          progress?.(count);
        }),
      );
      return deleted;
    } finally {
      this.#counts.deleted(deleted);
    }
  }
}
