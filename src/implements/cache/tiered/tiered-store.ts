import type { ICache } from '../../../interfaces/cache.js';
import type { Duration } from '../../../interfaces/duration.js';
import { DisposedError } from '../../../interfaces/errors.js';
import type {
  Carried,
  FencedAnswer,
  FencedRead,
  FenceToAdvance,
  IFencedStore,
  PartialFailure,
} from '../../../interfaces/fenced-store.js';
import { checkedEntries } from '../../foundation/arguments/entries.js';
import { checkFence, checkToken } from '../../foundation/arguments/fenced-store.js';
import { checkedKeys, checkKey } from '../../foundation/arguments/key.js';
import { checkPattern } from '../../foundation/arguments/pattern.js';
import { valueBytes } from '../../foundation/arguments/value.js';
import type { CallCounts } from '../../foundation/call-counts.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { storeBehind } from '../../foundation/store/store-behind.js';
import type { CacheStore, Progress } from '../cache-store.js';
import type { OwnChanges } from './own-changes.js';
import type { TierReads } from './reads/tier-reads.js';

/** The store below checks sizes by its own bound. */
const ANY_SIZE = Number.POSITIVE_INFINITY;

/** Copies in memory in front of a store. */
export class TieredStore implements CacheStore {
  readonly #below: ICache & IFencedStore;
  readonly #reads: TierReads;
  readonly #changes: OwnChanges;
  readonly #calls: CallCounts;
  #closed = false;

  constructor(below: ICache & IFencedStore, reads: TierReads, changes: OwnChanges, calls: CallCounts) {
    this.#below = below;
    this.#reads = reads;
    this.#changes = changes;
    this.#calls = calls;
  }

  get connected(): boolean {
    return !this.#closed && this.#below.connected;
  }

  async getValue(key: string): Promise<Uint8Array | null> {
    this.#checkOpen();
    checkKey(key);
    return (await this.#reads.one(key, false)).value;
  }

  async setValue(key: string, value: Uint8Array | null, expire: Duration): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    const bytes = new Uint8Array(valueBytes(value, ANY_SIZE));
    const lifeMs = requireDurationMs(expire);
    return this.#changes.entries({
      names: [key],
      call: (store) => store.setValue(key, bytes, lifeMs),
      settles: (isStored) => isStored,
      stored: (isStored) => (isStored ? { bytes, lifeMs } : undefined),
    });
  }

  async deleteValue(key: string): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    return this.#changes.entries({
      names: [key],
      call: (store) => store.deleteValue(key),
      removes: true,
      settles: () => true,
    });
  }

  async hasValue(key: string): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    return (await this.#reads.one(key, false)).value !== null;
  }

  async getExpiry(key: string): Promise<number | null> {
    this.#checkOpen();
    checkKey(key);
    return (await this.#reads.one(key, true)).remainingMs;
  }

  async setExpiry(key: string, expire: Duration): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    const lifeMs = requireDurationMs(expire);
    return this.#changes.entries({ names: [key], call: (store) => store.setExpiry(key, lifeMs) });
  }

  async getValues(
    keys: readonly string[],
    progress?: Progress<(Uint8Array | null)[]>,
  ): Promise<(Uint8Array | null)[]> {
    this.#checkOpen();
    const names = checkedKeys(keys);
    const { entries, failure } = await this.#reads.read({ keys: names, lives: false });
    const values = entries.map(({ value }) => value);
    if (failure === undefined) return values;
    progress?.(values);
    throw failure;
  }

  async setValues(
    entries: Iterable<readonly [string, Uint8Array | null]>,
    expire: Duration,
    accept?: () => void,
  ): Promise<boolean> {
    this.#checkOpen();
    const checked = new Map(checkedEntries(entries, ANY_SIZE));
    accept?.();
    const lifeMs = requireDurationMs(expire);
    const isStored = await this.#changes.entries({
      names: [...checked.keys()],
      call: (store) => store.setValues(checked, lifeMs),
      settles: (isStored) => isStored,
      stored: (isStored, name) => (isStored ? { bytes: checked.get(name) as Uint8Array, lifeMs } : undefined),
    });
    if (isStored) this.#calls.stored(checked.size);
    return isStored;
  }

  async deleteValues(keys: readonly string[], progress?: Progress<number>): Promise<number> {
    this.#checkOpen();
    const names = checkedKeys(keys);
    return this.#changes.entries({
      names,
      call: (store) => store.deleteValues(names, progress),
      removes: true,
      settles: () => true,
    });
  }

  keys(pattern?: string): AsyncIterable<string> {
    return this.#keys(pattern);
  }

  async clear(pattern?: string, progress?: Progress<number>): Promise<number> {
    this.#checkOpen();
    checkPattern(pattern);
    return this.#changes.clear(pattern, (store) => store.clear(pattern, progress));
  }

  async read(request: FencedRead): Promise<FencedAnswer> {
    this.#checkOpen();
    return this.#reads.read(request);
  }

  async write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
    carried?: Carried,
  ): Promise<'stored' | 'fenced'> {
    this.#checkOpen();
    checkKey(key);
    const bytes = new Uint8Array(valueBytes(value, ANY_SIZE));
    const lifeMs = requireDurationMs(expire);
    checkFence(fence);
    return this.#changes.entries({
      names: [key],
      call: (store) => store.write(key, bytes, lifeMs, fence, carried),
      // A load that began before the removal may not undo it.
      settles: (outcome) => outcome === 'stored' && fence === undefined,
      stored: (outcome) => (outcome === 'stored' ? { bytes, lifeMs } : undefined),
    });
  }

  async invalidate(keys: readonly string[]): Promise<number> {
    this.#checkOpen();
    const names = checkedKeys(keys);
    return this.#changes.entries({
      names,
      call: (store) => store.invalidate(names),
      removes: true,
      settles: () => true,
    });
  }

  async advance(generations: readonly string[], where?: 'everywhere' | PartialFailure): Promise<void> {
    this.#checkOpen();
    return this.#changes.generations(checkedKeys(generations, 'generation'), where);
  }

  async acquireLease(key: string, token: string, life: Duration): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    checkToken(token, 'token');
    return this.#below.acquireLease(key, token, life);
  }

  async releaseLease(key: string, token: string): Promise<boolean> {
    this.#checkOpen();
    checkKey(key);
    checkToken(token, 'token');
    return this.#below.releaseLease(key, token);
  }

  /** Refuses later calls. */
  close(): void {
    this.#closed = true;
  }

  async *#keys(pattern: string | undefined): AsyncIterable<string> {
    this.#checkOpen();
    checkPattern(pattern);
    for await (const key of storeBehind(this.#below).keys(pattern)) {
      this.#checkOpen();
      if (!this.#reads.hides(key)) yield key;
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new DisposedError('this TieredCache is closed');
  }
}
