import { Buffer } from 'node:buffer'; // The global one is a getter: a tenth of a read.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import type { ILogger } from '../../../interfaces/logger.js';
import { AdaptiveMap } from './eviction/adaptive/adaptive-map.js';
import type { BoundedMap, RemovalCause } from './eviction/bounded-map.js';
import { globMatcher } from './glob.js';

/** What an entry takes beside its key and its bytes, in bytes; measured on Node 20 and rounded up. */
const ENTRY_OVERHEAD_BYTES = 320;
/** How long an expired entry of a cache that falls idle may keep its memory, and how soon the timer goes on. */
const RECLAIM_WITHIN_MS = 5000;
const RECLAIM_NEXT_MS = 10;
/** Keys that are looked at before the event loop turns. */
const KEYS_A_TURN = 256;

/** What a `MemoryCache` did so far, and what it holds. */
export interface MemoryCacheStats {
  /** Reads that found an entry. */
  readonly hits: number;
  /** Reads that did not. */
  readonly misses: number;
  /** Entries that left, by cause; see {@link RemovalCause}. */
  readonly removed: Readonly<Record<RemovalCause, number>>;
  /** Of those that left for room: new entries that were not worth the place of an older one. */
  readonly refused: number;
  /** Writes of an entry that alone was larger than `maxBytes`. */
  readonly tooLarge: number;
  /** Entries held, expired ones that were not reclaimed yet included. */
  readonly entries: number;
  /** Memory of them, as `maxBytes` counts it. */
  readonly bytes: number;
  /** Entries of those that are kept for being recent; the others are kept for being used often. */
  readonly window: number;
}

/** An entry has left a `MemoryCache`. */
export interface Removal {
  readonly key: string;
  /**
   * Why: room for others (by number, `size`, or by bytes, `weight`), its time (`expired`), another value under its key
   * (`replaced`), or a wish (`deleted`).
   */
  readonly cause: RemovalCause;
}

/** How much may be held, and by which clock. */
export interface MemoryEntriesOptions {
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly clock: IClock;
  readonly logger: ILogger;
}

/** The entries of a `MemoryCache`: bytes in a bounded map, whose expired ones leave by themselves. */
export class MemoryEntries {
  readonly #clock: IClock;
  readonly #logger: ILogger;
  readonly #map: BoundedMap<Uint8Array>;
  readonly #listeners = new Set<{ readonly listener: (removal: Removal) => void }>();
  #reclaiming: ScheduledTask | undefined;
  #reclaimAt = Number.POSITIVE_INFINITY;

  constructor({ maxEntries, maxBytes, clock, logger }: MemoryEntriesOptions) {
    this.#clock = clock;
    this.#logger = logger;
    this.#map = new AdaptiveMap({ maxEntries, maxWeight: maxBytes });
  }

  /** What is stored, to be read and not to be changed. */
  lent(key: string, now: number): Uint8Array | null {
    return this.#map.get(key, now) ?? null;
  }

  /** A copy of what is stored, in Node's pool where it is small: a slice of its own costs four times as much. */
  get(key: string, now: number): Uint8Array | null {
    const bytes = this.#map.get(key, now);
    if (bytes === undefined) return null;
    const copy = Buffer.allocUnsafe(bytes.length);
    copy.set(bytes);
    return copy;
  }

  has(key: string, now: number): boolean {
    return this.#map.peek(key, now) !== undefined;
  }

  remainingMs(key: string, now: number): number | null {
    const expiresAt = this.#map.expiresAt(key, now);
    return expiresAt === undefined ? null : Math.max(1, Math.round(expiresAt - now));
  }

  /**
   * @param bytes  Nobody else's from now on.
   * @returns `false` when the entry alone is larger than the whole bound.
   */
  set(key: string, bytes: Uint8Array, ms: number, now: number): boolean {
    const weight = key.length + bytes.byteLength + ENTRY_OVERHEAD_BYTES;
    this.#expect(now + ms, now);
    return this.#map.set(key, bytes, weight, now + ms, now);
  }

  setExpiry(key: string, ms: number, now: number): boolean {
    this.#expect(now + ms, now);
    return this.#map.setExpiresAt(key, now + ms, now);
  }

  delete(key: string, now: number): boolean {
    return this.#map.delete(key, now);
  }

  /** How many were there. */
  deleteAll(keys: Iterable<string>, now: number): number {
    let deleted = 0;
    for (const key of keys) if (this.#map.delete(key, now)) deleted++;
    return deleted;
  }

  /**
   * The keys that match a pattern, a page at a time, between which the event loop turns. A key that is removed and
   * stored again meanwhile may come twice.
   */
  async *pages(pattern: string | undefined, now: number): AsyncIterable<string[]> {
    const matches = globMatcher(pattern ?? '*');
    let page: string[] = [];
    let seen = 0;
    for (const key of this.#map.keys(now)) {
      if (matches(key)) page.push(key);
      if (++seen % KEYS_A_TURN !== 0) continue;
      yield page;
      page = [];
      await nextTurn();
    }
    yield page;
  }

  stats(): MemoryCacheStats {
    const { tooHeavy, size, weight, ...counts } = this.#map.stats();
    return { ...counts, tooLarge: tooHeavy, entries: size, bytes: weight };
  }

  onRemoved(listener: (removal: Removal) => void): () => void {
    const registration = { listener };
    this.#listeners.add(registration);
    this.#map.onRemoved = (key, _bytes, cause) => this.#tell({ key, cause });
    return () => {
      this.#listeners.delete(registration);
      if (this.#listeners.size === 0) this.#map.onRemoved = undefined;
    };
  }

  close(): void {
    this.#reclaiming?.cancel();
    this.#map.clear(this.#clock.now());
  }

  /** An entry will expire then: the one timer comes in time for it. */
  #expect(expiresAt: number, now: number): void {
    const reclaimAt = expiresAt + RECLAIM_WITHIN_MS;
    if (reclaimAt < this.#reclaimAt) this.#reclaimLater(reclaimAt, now);
  }

  /** The timer does not hold the entries: a cache may be dropped without `close`. */
  #reclaimLater(at: number, now: number): void {
    const entries = new WeakRef(this);
    this.#reclaiming?.cancel();
    this.#reclaimAt = at;
    this.#reclaiming = this.#clock.schedule(at - now, () => {
      const alive = entries.deref();
      if (alive !== undefined) alive.#reclaim();
    });
  }

  /** Frees memory of expired entries, a little at a time. */
  #reclaim(): void {
    const now = this.#clock.now();
    const dueAt = this.#map.reclaim(now);
    this.#reclaimAt = Number.POSITIVE_INFINITY;
    if (dueAt <= now) this.#reclaimLater(now + RECLAIM_NEXT_MS, now);
    else if (dueAt < Number.POSITIVE_INFINITY) {
      this.#reclaimLater(Math.max(dueAt, now + RECLAIM_WITHIN_MS), now);
    }
  }

  #tell(removal: Removal): void {
    for (const { listener } of [...this.#listeners]) {
      try {
        listener(removal);
      } catch (error) {
        this.#logger.error('a listener of removals threw', {}, error);
      }
    }
  }
}
