import { Buffer } from 'node:buffer'; // The global `Buffer` is a getter, which costs a tenth of a read.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import type { Carried } from '../../../interfaces/fenced-store.js';
import type { CacheStats } from '../../../interfaces/statistics.js';
import type { ILogger } from '../../../interfaces/logger.js';
import { globMatcher } from '../../foundation/arguments/glob.js';
import { hitRate } from '../../foundation/call-counts.js';
import { AdaptiveMap } from '../../foundation/eviction/adaptive/adaptive-map.js';
import type { BoundedMap, BoundedMapStats, RemovalCause } from '../../foundation/eviction/bounded-map.js';
import { Member } from '../../foundation/eviction/cohorts/cohort.js';
import type { MemoryGenerations } from './memory-generations.js';

/** Bytes that an entry takes in addition to its key and its value; measured on Node 20 and rounded up. */
const ENTRY_OVERHEAD_BYTES = 320;
/** Delay until a timer reclaims an expired entry of an idle cache, and delay until it continues. */
const RECLAIM_WITHIN_MS = 5000;
const RECLAIM_NEXT_MS = 10;
/** Number of keys that are matched in one turn of the event loop. */
const KEYS_A_TURN = 256;

/** Counts of a `MemoryCache` since it was made, and its size. */
export interface MemoryCacheStats extends CacheStats {
  /** Number of entries that left, by cause; see {@link RemovalCause}. */
  readonly removed: Readonly<Record<RemovalCause, number>>;
  /** Number of new entries that were evicted in favour of older ones, which were used more often. */
  readonly refused: number;
  /** Number of writes of an entry that alone was larger than `maxBytes`. */
  readonly tooLarge: number;
  /** Number of entries held, including expired ones not yet reclaimed. */
  readonly entries: number;
  /** Memory of these entries, as `maxBytes` counts it. */
  readonly bytes: number;
  /** Number of entries kept because they are recent; the others are kept because they are used often. */
  readonly window: number;
}

/** Event: an entry has left a `MemoryCache`. */
export interface Removal {
  readonly key: string;
  /**
   * Reason: evicted by the bound on entries (`size`) or on bytes (`weight`), `expired`, `replaced` by another value of
   * its key, or `deleted`.
   */
  readonly cause: RemovalCause;
}

/** Bounds and collaborators of the entries. */
export interface MemoryEntriesOptions {
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly clock: IClock;
  readonly logger: ILogger;
}

/** Counts of a map before its first reset. */
const NOTHING: Pick<BoundedMapStats, 'hits' | 'misses' | 'removed' | 'refused' | 'tooHeavy'> = {
  hits: 0,
  misses: 0,
  removed: { size: 0, weight: 0, expired: 0, replaced: 0, deleted: 0 },
  refused: 0,
  tooHeavy: 0,
};

/** Time at which no entry has expired. */
const EVER = Number.NEGATIVE_INFINITY;

/**
 * Entries of a `MemoryCache`: bytes in a bounded map, which drops expired ones by itself. Entries that carry generations
 * are members of cohorts; those that an advance has made worthless are evicted first.
 */
export class MemoryEntries {
  readonly #clock: IClock;
  readonly #logger: ILogger;
  readonly #map: BoundedMap<Uint8Array | Member>;
  readonly #generations: MemoryGenerations;
  readonly #listeners = new Set<{ readonly listener: (removal: Removal) => void }>();
  #reclaiming: ScheduledTask | undefined;
  #reclaimAt = Number.POSITIVE_INFINITY;
  /** `true` once an entry carried generations. */
  #hasMembers = false;
  #sets = 0;
  #deletes = 0;
  /** Counts of the map at the last reset: the map itself needs its own. */
  #before: typeof NOTHING | undefined;

  constructor({ maxEntries, maxBytes, clock, logger }: MemoryEntriesOptions, generations: MemoryGenerations) {
    this.#generations = generations;
    this.#clock = clock;
    this.#logger = logger;
    this.#map = new AdaptiveMap({ maxEntries, maxWeight: maxBytes });
  }

  /** Returns the stored bytes themselves: read them only. */
  lent(key: string, now: number): Uint8Array | null {
    const stored = this.#map.get(key, now);
    if (stored === undefined) return null;
    return stored instanceof Member ? this.#used(stored) : stored;
  }

  /**
   * Returns a copy of the stored bytes. Small copies lie in the pool of Node: memory of their own costs four times as
   * much.
   */
  get(key: string, now: number): Uint8Array | null {
    const stored = this.#map.get(key, now);
    if (stored === undefined) return null;
    const bytes = stored instanceof Member ? this.#used(stored) : stored;
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
   * @param bytes  Memory that the map owns from now on.
   * @returns `false` when the entry alone is larger than the bound.
   */
  set(key: string, bytes: Uint8Array, ms: number, now: number, carried?: Carried): boolean {
    const weight = key.length + bytes.byteLength + ENTRY_OVERHEAD_BYTES;
    this.#expect(now + ms, now);
    if (carried !== undefined) return this.#setMember(key, bytes, weight, now + ms, now, carried);
    if (this.#generations.hasBuried) this.#evictBuried(key, weight, now);
    const isStored = this.#map.set(key, bytes, weight, now + ms, now);
    if (isStored) this.#sets++;
    return isStored;
  }

  #setMember(
    key: string,
    bytes: Uint8Array,
    ownWeight: number,
    expiresAt: number,
    now: number,
    carried: Carried,
  ): boolean {
    const before = this.#map.peek(key, EVER);
    const replaced = before instanceof Member ? before : undefined;
    const weight = ownWeight + this.#generations.weightOf(carried, replaced);
    if (this.#generations.hasBuried) this.#evictBuried(key, weight, now);
    this.#hasMembers = true;
    this.#listen();
    const member = this.#generations.add(key, bytes, carried, now);
    const isStored = this.#map.set(key, member, weight, expiresAt, now);
    if (isStored) this.#sets++;
    else this.#generations.remove(member);
    return isStored;
  }

  /** Makes room for an entry by evicting buried ones, so that the map evicts no other. */
  #evictBuried(key: string, weight: number, now: number): void {
    const arriving = this.#map.peek(key, EVER) === undefined ? 1 : 0;
    for (let cause = this.#map.lack(arriving, weight); cause !== undefined; ) {
      const member = this.#generations.firstBuried;
      if (member === undefined) return;
      this.#generations.remove(member);
      if (this.#map.peek(member.key, EVER) === member) this.#map.evictKey(member.key, cause, now);
      cause = this.#map.lack(arriving, weight);
    }
  }

  #used(member: Member): Uint8Array {
    this.#generations.use(member);
    return member.bytes;
  }

  setExpiry(key: string, ms: number, now: number): boolean {
    this.#expect(now + ms, now);
    return this.#map.setExpiresAt(key, now + ms, now);
  }

  delete(key: string, now: number): boolean {
    const isDeleted = this.#map.delete(key, now);
    if (isDeleted) this.#deletes++;
    return isDeleted;
  }

  /** Returns the number of keys that were present. */
  deleteAll(keys: Iterable<string>, now: number): number {
    let deleted = 0;
    for (const key of keys) if (this.#map.delete(key, now)) deleted++;
    this.#deletes += deleted;
    return deleted;
  }

  /**
   * Lists the keys that match a pattern in pages, one in each turn of the event loop. A key that is removed and stored
   * again meanwhile may appear twice.
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
    const now = this.#map.stats();
    const before = this.#before ?? NOTHING;
    const hits = now.hits - before.hits;
    const misses = now.misses - before.misses;
    return {
      hits,
      misses,
      hitRate: hitRate(hits, misses),
      sets: this.#sets,
      deletes: this.#deletes,
      errors: 0,
      latency: { calls: 0, totalMs: 0, meanMs: 0, maxMs: 0 },
      removed: {
        size: now.removed.size - before.removed.size,
        weight: now.removed.weight - before.removed.weight,
        expired: now.removed.expired - before.removed.expired,
        replaced: now.removed.replaced - before.removed.replaced,
        deleted: now.removed.deleted - before.removed.deleted,
      },
      refused: now.refused - before.refused,
      tooLarge: now.tooHeavy - before.tooHeavy,
      entries: now.size,
      bytes: now.weight,
      window: now.window,
    };
  }

  resetStats(): void {
    this.#sets = this.#deletes = 0;
    this.#before = this.#map.stats();
  }

  onRemoved(listener: (removal: Removal) => void): () => void {
    const registration = { listener };
    this.#listeners.add(registration);
    this.#listen();
    return () => {
      this.#listeners.delete(registration);
      this.#listen();
    };
  }

  close(): void {
    this.#reclaiming?.cancel();
    this.#hasMembers = false;
    this.#listen();
    this.#map.clear(this.#clock.now());
  }

  /** Listens to the map as long as a removal matters to anyone: entries that carry nothing leave without a call. */
  #listen(): void {
    const listens = this.#hasMembers || this.#listeners.size > 0;
    if (listens === (this.#map.onRemoved !== undefined)) return;
    this.#map.onRemoved = listens ? this.#removed : undefined;
  }

  readonly #removed = (key: string, stored: Uint8Array | Member, cause: RemovalCause): void => {
    if (stored instanceof Member) this.#generations.remove(stored);
    if (this.#listeners.size > 0) this.#tell({ key, cause });
  };

  /** Schedules the timer for an entry that will expire at a time. */
  #expect(expiresAt: number, now: number): void {
    const reclaimAt = expiresAt + RECLAIM_WITHIN_MS;
    if (reclaimAt < this.#reclaimAt) this.#reclaimLater(reclaimAt, now);
    // A timer that is so late was lost, with the fake timers of a test.
    else if (this.#reclaimAt + RECLAIM_WITHIN_MS < now) this.#reclaimLater(now + RECLAIM_NEXT_MS, now);
  }

  /** Holds the entries weakly: a cache may be dropped without `close`. */
  #reclaimLater(at: number, now: number): void {
    const entries = new WeakRef(this);
    this.#reclaiming?.cancel();
    this.#reclaimAt = at;
    this.#reclaiming = this.#clock.schedule(at - now, () => {
      const alive = entries.deref();
      if (alive !== undefined) alive.#reclaim();
    });
  }

  /** Frees memory of expired entries, a limited number at a time. */
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
