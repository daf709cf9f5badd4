import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { ICache } from '../../interfaces/cache.js';
import { IClock, type ScheduledTask } from '../../interfaces/clock.js';
import type { ComponentDefinition, IComponent } from '../../interfaces/component.js';
import type { Duration } from '../../interfaces/duration.js';
import { DisposedError, OperationError } from '../../interfaces/errors.js';
import type { FencedAnswer, FencedEntry, FencedRead, IFencedStore } from '../../interfaces/fenced-store.js';
import { type ILogger, ILoggerSite } from '../../interfaces/logger.js';
import { SystemClock } from '../clock/system-clock.js';
import { guardedLogger } from '../logger/guarded-logger.js';
import { ProcessLoggerSite } from '../logger/process-logger-site.js';
import { requireDurationMs } from '../options/duration.js';
import { parseOptions } from '../options/parse.js';
import { sizeOption } from '../options/size.js';
import { referenceOption } from '../options/text.js';
import { checkedEntries, checkedKeys, checkKey, checkPattern, valueBytes } from './argument.js';
import { failureModeOption, maxValueBytesOption } from './cache-options.js';
import { AdaptiveMap } from './eviction/adaptive-map.js';
import type { BoundedMap, RemovalCause } from './eviction/bounded-map.js';
import { FailurePolicy } from './failure-policy.js';
import { checkCapture, checkToken } from './fenced-argument.js';
import { globMatcher } from './glob.js';
import { MemoryFences } from './memory-fences.js';

/** What an entry takes beside its key and its bytes, in bytes; measured on Node 20 and rounded up. */
const ENTRY_OVERHEAD_BYTES = 320;

/** How long an expired entry of a cache that falls idle may keep its memory, and how soon the timer goes on. */
const RECLAIM_WITHIN_MS = 5000;
const RECLAIM_NEXT_MS = 10;
/** Keys that are looked at before the event loop turns. */
const KEYS_A_TURN = 256;

const declared = z
  .strictObject({
    maxEntries: z
      .int()
      .min(1)
      .default(10_000)
      .describe('Entries at most. Which one goes is learned from use: often used ones and recent ones stay.'),
    maxBytes: sizeOption()
      .default(64 * 1024 ** 2)
      .describe('Memory of all entries at most, keys and the cost of keeping them included.'),
    maxValueBytes: maxValueBytesOption(),
    failureMode: failureModeOption(),
    clock: referenceOption('IClock')
      .optional()
      .describe('Clock that lives are measured by. Default: the machine’s.'),
  })
  .describe('A cache in the memory of this process.');

/** Options of a `MemoryCache` that is constructed in code. */
export interface MemoryCacheOptions extends Omit<z.input<typeof declared>, 'clock'> {
  /** Default: the machine's monotonic clock. */
  readonly clock?: IClock | undefined;
  /** Default: process warnings. */
  readonly loggerSite?: ILoggerSite | undefined;
}

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

/**
 * A cache in the memory of this process: nothing is shared with other processes, and nothing survives this one.
 *
 * Every call costs O(1), but for `keys` and `clear`, which walk through all entries, a page a turn of the event loop.
 * Lives end at the millisecond; the memory of expired entries is reclaimed by later writes, and at the latest a few
 * seconds later by a timer, some hundred microseconds at a time. An entry that alone is larger than `maxBytes` is not
 * stored: `setValue` answers `false`, and what was there stays.
 *
 * A full cache keeps what is used often and what is recent, in shares that it adjusts to its use.
 */
export class MemoryCache implements ICache, IFencedStore, IComponent {
  static readonly component: ComponentDefinition<typeof declared, MemoryCache> = {
    options: declared,
    create: (site, { clock, ...options }) =>
      new MemoryCache({
        ...options,
        clock: clock === undefined ? site.queryComponent(IClock) : site.getComponent(IClock, clock),
        loggerSite: site.queryComponent(ILoggerSite),
      }),
  };

  readonly connected = true;
  readonly #clock: IClock;
  readonly #logger: ILogger;
  readonly #policy: FailurePolicy;
  readonly #maxValueBytes: number;
  readonly #entries: BoundedMap<Uint8Array>;
  readonly #fences: MemoryFences;
  readonly #listeners = new Set<{ readonly listener: (removal: Removal) => void }>();
  #reclaiming: ScheduledTask | undefined;
  #reclaimAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor({ clock = new SystemClock(), loggerSite, ...options }: MemoryCacheOptions = {}) {
    const { maxEntries, maxBytes, maxValueBytes, failureMode } = parseOptions(
      declared,
      'MemoryCache',
      options,
    );
    this.#clock = clock;
    this.#maxValueBytes = maxValueBytes;
    this.#entries = new AdaptiveMap({ maxEntries, maxWeight: maxBytes });
    this.#fences = new MemoryFences(maxEntries);
    const logger = guardedLogger(loggerSite ?? new ProcessLoggerSite(clock), 'inversify-cache.memory-cache');
    this.#logger = logger;
    this.#policy = new FailurePolicy({ component: 'MemoryCache', failureMode, logger, clock });
  }

  async getValue(key: string): Promise<Uint8Array | null> {
    checkKey(key);
    return this.#get(key, this.#now());
  }

  async setValue(key: string, value: Uint8Array | null, expire: Duration): Promise<boolean> {
    checkKey(key);
    const bytes = valueBytes(value, this.#maxValueBytes);
    const now = this.#now();
    const ms = this.#policy.expiry('setValue', expire);
    return ms !== undefined && this.#put(key, bytes, ms, now);
  }

  async deleteValue(key: string): Promise<boolean> {
    checkKey(key);
    return this.#entries.delete(key, this.#now());
  }

  async hasValue(key: string): Promise<boolean> {
    checkKey(key);
    return this.#entries.peek(key, this.#now()) !== undefined;
  }

  async getExpiry(key: string): Promise<number | null> {
    checkKey(key);
    return this.#remainingMs(key, this.#now());
  }

  async setExpiry(key: string, expire: Duration): Promise<boolean> {
    checkKey(key);
    const now = this.#now();
    const ms = this.#policy.expiry('setExpiry', expire);
    return ms !== undefined && this.#entries.setExpiresAt(key, now + ms, now);
  }

  async getValues(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    const names = checkedKeys(keys);
    const now = this.#now();
    return names.map((key) => this.#get(key, now));
  }

  async setValues(
    entries: Iterable<readonly [string, Uint8Array | null]>,
    expire: Duration,
  ): Promise<boolean> {
    const checked = checkedEntries(entries, this.#maxValueBytes);
    const now = this.#now();
    const ms = this.#policy.expiry('setValues', expire);
    if (ms === undefined) return false;
    let stored = true;
    for (const [key, bytes] of checked) stored = this.#keep(key, bytes, ms, now) && stored;
    return stored;
  }

  async deleteValues(keys: readonly string[]): Promise<number> {
    return this.#deleteAll(checkedKeys(keys), this.#now());
  }

  async *keys(pattern?: string): AsyncIterable<string> {
    const seen = new Set<string>(); // One that is removed and stored again meanwhile comes twice.
    for await (const page of this.#pages(pattern)) {
      for (const key of page) {
        if (seen.has(key)) continue;
        seen.add(key);
        yield key;
      }
    }
  }

  async clear(pattern?: string): Promise<number> {
    let deleted = 0;
    for await (const page of this.#pages(pattern)) deleted += this.#deleteAll(page, this.#now());
    return deleted;
  }

  async read({ keys, generations = [], capture }: FencedRead): Promise<FencedAnswer> {
    const names = checkedKeys(keys);
    const covers = checkedKeys(generations, 'generation');
    const captured = checkCapture(capture);
    const now = this.#now();
    return {
      entries: names.map((key): FencedEntry => {
        const remainingMs = this.#remainingMs(key, now);
        const wanted = captured !== undefined && (captured.of === 'all' || remainingMs === null);
        const fence = wanted ? this.#fences.capture('fence', key, captured.lifeMs, now) : null;
        return { value: this.#get(key, now), remainingMs, fence };
      }),
      generations: covers.map((name) =>
        captured === undefined
          ? this.#fences.current('generation', name, now)
          : this.#fences.capture('generation', name, captured.lifeMs, now),
      ),
    };
  }

  async write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string,
  ): Promise<'stored' | 'fenced'> {
    checkKey(key);
    const bytes = valueBytes(value, this.#maxValueBytes);
    const ms = requireDurationMs(expire);
    if (fence !== undefined) checkToken(fence, 'fence');
    const now = this.#now();
    if (fence !== undefined && this.#fences.current('fence', key, now) !== fence) return 'fenced';
    if (!this.#put(key, bytes, ms, now)) {
      throw new OperationError('E_OPERATION_REFUSED', 'the entry alone is larger than maxBytes', 'refused');
    }
    if (fence === undefined) this.#fences.advance('fence', key, now);
    return 'stored';
  }

  async invalidate(keys: readonly string[]): Promise<number> {
    const names = checkedKeys(keys);
    const now = this.#now();
    for (const key of names) this.#fences.advance('fence', key, now);
    return this.#deleteAll(names, now);
  }

  async advance(generations: readonly string[]): Promise<void> {
    const names = checkedKeys(generations, 'generation');
    const now = this.#now();
    for (const name of names) this.#fences.advance('generation', name, now);
  }

  async acquireLease(key: string, token: string, life: Duration): Promise<boolean> {
    checkKey(key);
    checkToken(token, 'token');
    return this.#fences.acquireLease(key, token, requireDurationMs(life), this.#now());
  }

  async releaseLease(key: string, token: string): Promise<boolean> {
    checkKey(key);
    checkToken(token, 'token');
    return this.#fences.releaseLease(key, token, this.#now());
  }

  /** What happened so far. */
  stats(): MemoryCacheStats {
    const { tooHeavy, size, weight, ...counts } = this.#entries.stats();
    return { ...counts, tooLarge: tooHeavy, entries: size, bytes: weight };
  }

  /**
   * Calls a listener for every entry that leaves, before the call that removed it has settled; what it throws is
   * logged. Costs nothing while there is none.
   *
   * @returns What ends that.
   */
  on(_event: 'removed', listener: (removal: Removal) => void): () => void {
    const registration = { listener };
    this.#listeners.add(registration);
    this.#entries.onRemoved = (key, _bytes, cause) => this.#tell({ key, cause });
    return () => {
      this.#listeners.delete(registration);
      if (this.#listeners.size === 0) this.#entries.onRemoved = undefined;
    };
  }

  /** Forgets everything. Later calls reject with a `DisposedError`. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#reclaiming?.cancel();
    this.#entries.clear(this.#clock.now());
  }

  /** The moment of a call. @throws {DisposedError} */
  #now(): number {
    if (this.#closed) throw new DisposedError('this MemoryCache is closed');
    return this.#clock.now();
  }

  /** A copy of what is stored, in Node's pool where it is small: a slice of its own costs four times as much. */
  #get(key: string, now: number): Uint8Array | null {
    const bytes = this.#entries.get(key, now);
    if (bytes === undefined) return null;
    const copy = Buffer.allocUnsafe(bytes.byteLength);
    copy.set(bytes);
    return copy;
  }

  #put(key: string, bytes: Uint8Array, ms: number, now: number): boolean {
    return this.#keep(key, new Uint8Array(bytes), ms, now);
  }

  /** @param bytes  Nobody else's from now on. */
  #keep(key: string, bytes: Uint8Array, ms: number, now: number): boolean {
    const weight = key.length + bytes.byteLength + ENTRY_OVERHEAD_BYTES;
    const reclaimAt = now + ms + RECLAIM_WITHIN_MS;
    if (reclaimAt < this.#reclaimAt) this.#reclaimLater(reclaimAt, now);
    return this.#entries.set(key, bytes, weight, now + ms, now);
  }

  /** One timer for all entries; it does not hold the cache, which may be dropped without `close`. */
  #reclaimLater(at: number, now: number): void {
    const cache = new WeakRef(this);
    this.#reclaiming?.cancel();
    this.#reclaimAt = at;
    this.#reclaiming = this.#clock.schedule(at - now, () => {
      const alive = cache.deref();
      if (alive !== undefined) alive.#reclaim();
    });
  }

  /** Frees memory of expired entries, a little at a time. */
  #reclaim(): void {
    const now = this.#clock.now();
    const dueAt = this.#entries.reclaim(now);
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

  #remainingMs(key: string, now: number): number | null {
    const expiresAt = this.#entries.expiresAt(key, now);
    return expiresAt === undefined ? null : Math.max(1, Math.round(expiresAt - now));
  }

  #deleteAll(keys: Iterable<string>, now: number): number {
    let deleted = 0;
    for (const key of keys) if (this.#entries.delete(key, now)) deleted++;
    return deleted;
  }

  /** The keys that match a pattern, a page at a time, between which the event loop turns. */
  async *#pages(pattern: string | undefined): AsyncIterable<string[]> {
    checkPattern(pattern);
    const matches = globMatcher(pattern ?? '*');
    let page: string[] = [];
    let seen = 0;
    for (const key of this.#entries.keys(this.#now())) {
      if (matches(key)) page.push(key);
      if (++seen % KEYS_A_TURN !== 0) continue;
      yield page;
      page = [];
      await nextTurn();
      this.#now();
    }
    yield page;
  }
}
