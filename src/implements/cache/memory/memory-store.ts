import type { IClock } from '../../../interfaces/clock.js';
import type { Duration } from '../../../interfaces/duration.js';
import { DisposedError, OperationError } from '../../../interfaces/errors.js';
import type {
  Carried,
  FencedAnswer,
  FencedEntry,
  FencedRead,
  FenceToAdvance,
  PartialFailure,
} from '../../../interfaces/fenced-store.js';
import type { ILogger } from '../../../interfaces/logger.js';
import { checkedEntries } from '../../foundation/arguments/entries.js';
import { checkFence, checkToken, wholeRead } from '../../foundation/arguments/fenced-store.js';
import { checkedKeys, checkKey } from '../../foundation/arguments/key.js';
import { checkPattern } from '../../foundation/arguments/pattern.js';
import { valueBytes } from '../../foundation/arguments/value.js';
import { eachOnce } from '../../foundation/each-once.js';
import { LaterChanges } from '../../foundation/later-changes.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import type { AnswerAtOnce } from '../../foundation/store/answers-at-once.js';
import type { CacheStore } from '../cache-store.js';
import { type MemoryCacheStats, MemoryEntries, type Removal } from './memory-entries.js';
import { MemoryFences } from './memory-fences.js';
import { MemoryGenerations } from './memory-generations.js';

/** Number of tokens of each kind that are held in addition to `maxEntries`, so that a small cache has room for loads. */
const SPARE_TOKENS = 10_000;

/** A change that has taken effect: those in memory do at once. */
const DONE = Promise.resolve();

/** Entry in the making: spread objects would cost a read more than its look-ups. */
type Written<T> = { -readonly [Name in keyof T]: T[Name] };

/** Bounds and collaborators of a memory store. */
export interface MemoryStoreOptions {
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly maxValueBytes: number;
  readonly clock: IClock;
  readonly logger: ILogger;
}

/** Entries, fences, generations and leases in the memory of this process. */
export class MemoryStore implements CacheStore {
  readonly connected = true;
  readonly #clock: IClock;
  readonly #maxValueBytes: number;
  readonly #entries: MemoryEntries;
  readonly #fences: MemoryFences;
  readonly #generations: MemoryGenerations;
  readonly #later = new LaterChanges();
  #closed = false;

  constructor({ maxEntries, maxBytes, maxValueBytes, clock, logger }: MemoryStoreOptions) {
    this.#clock = clock;
    this.#maxValueBytes = maxValueBytes;
    this.#fences = new MemoryFences(maxEntries + SPARE_TOKENS);
    this.#generations = new MemoryGenerations(maxEntries, maxEntries + SPARE_TOKENS);
    this.#entries = new MemoryEntries({ maxEntries, maxBytes, clock, logger }, this.#generations);
  }

  async getValue(key: string): Promise<Uint8Array | null> {
    checkKey(key);
    return this.#entries.get(key, this.#now());
  }

  async setValue(key: string, value: Uint8Array | null, expire: Duration): Promise<boolean> {
    checkKey(key);
    const bytes = valueBytes(value, this.#maxValueBytes);
    const now = this.#now();
    const ms = requireDurationMs(expire);
    return this.#set(key, new Uint8Array(bytes), ms, now);
  }

  async deleteValue(key: string): Promise<boolean> {
    checkKey(key);
    return this.#entries.delete(key, this.#now());
  }

  async hasValue(key: string): Promise<boolean> {
    checkKey(key);
    return this.#entries.has(key, this.#now());
  }

  async getExpiry(key: string): Promise<number | null> {
    checkKey(key);
    return this.#entries.remainingMs(key, this.#now());
  }

  async setExpiry(key: string, expire: Duration): Promise<boolean> {
    checkKey(key);
    const now = this.#now();
    return this.#entries.setExpiry(key, requireDurationMs(expire), now);
  }

  async getValues(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    const names = checkedKeys(keys);
    const now = this.#now();
    return names.map((key) => this.#entries.get(key, now));
  }

  async setValues(
    entries: Iterable<readonly [string, Uint8Array | null]>,
    expire: Duration,
    accept?: () => void,
  ): Promise<boolean> {
    const checked = checkedEntries(entries, this.#maxValueBytes);
    accept?.();
    const now = this.#now();
    const ms = requireDurationMs(expire);
    let stored = true;
    for (const [key, bytes] of checked) stored = this.#set(key, bytes, ms, now) && stored;
    return stored;
  }

  async deleteValues(keys: readonly string[]): Promise<number> {
    return this.#entries.deleteAll(checkedKeys(keys), this.#now());
  }

  keys(pattern?: string): AsyncIterable<string> {
    return eachOnce(this.#pages(pattern));
  }

  async clear(pattern?: string): Promise<number> {
    return this.#later.during([], async (changed) => {
      let deleted = 0;
      for await (const page of this.#pages(pattern)) {
        deleted += this.#entries.deleteAll(changed.current(page, []), this.#now());
      }
      return deleted;
    });
  }

  async read(request: FencedRead): Promise<FencedAnswer> {
    const { scope, values, captured, lives, leases, extendMs, ...asked } = wholeRead(request);
    const names = checkedKeys(asked.keys);
    const covers = checkedKeys(asked.generations, 'generation');
    const now = this.#now();
    const entries: FencedEntry[] = [];
    for (const key of names) {
      const remainingMs = lives ? this.#entries.remainingMs(key, now) : null;
      const value = values ? this.#entries.get(key, now) : null;
      if (extendMs !== undefined) this.#entries.setExpiry(key, extendMs, now);
      const isWanted =
        captured !== undefined &&
        (captured.of === 'all' || (captured.of === 'absent' && this.#lacks(key, value, values, now)));
      const fence = isWanted ? this.#fences.capture(key, captured.lifeMs, now) : null;
      const entry: Written<FencedEntry> = { value, remainingMs, fence };
      if (leases) entry.lease = this.#fences.leaseHolder(key, now);
      if (scope !== undefined) entry.scope = this.#generation(scope, captured?.lifeMs, now);
      entries.push(entry);
    }
    const tokens = covers.map((name) => this.#generation(name, captured?.lifeMs, now));
    return { entries, generations: tokens };
  }

  /** Returns at once what `read` returns for one key. The bytes are shared: callers must not change them. */
  readAtOnce(
    key: string,
    scope: string | undefined,
    generations: readonly string[],
    lives: boolean,
  ): AnswerAtOnce {
    checkKey(key);
    const now = this.#now();
    const remainingMs = lives ? this.#entries.remainingMs(key, now) : null;
    const value = this.#entries.lent(key, now);
    const tokens: (string | null)[] = [];
    for (const name of generations) tokens.push(this.#generations.current(name, now));
    const token = scope === undefined ? null : this.#generations.current(scope, now);
    return { value, remainingMs, scope: token, generations: tokens };
  }

  async write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
    carried?: Carried,
  ): Promise<'stored' | 'fenced'> {
    checkKey(key);
    const bytes = valueBytes(value, this.#maxValueBytes);
    const ms = requireDurationMs(expire);
    const check = checkFence(fence);
    const now = this.#now();
    if (check.fence !== undefined && this.#fences.current(key, now) !== check.fence) return 'fenced';
    if (!this.#set(key, new Uint8Array(bytes), ms, now, carried)) {
      throw new OperationError('E_OPERATION_REFUSED', 'the entry alone is larger than maxBytes', 'refused');
    }
    if (check.advances) this.#fences.advance(key, now);
    return 'stored';
  }

  async invalidate(keys: readonly string[]): Promise<number> {
    const names = checkedKeys(keys);
    const now = this.#now();
    for (const key of names) this.#fences.advance(key, now);
    return this.#entries.deleteAll(names, now);
  }

  async advance(generations: readonly string[], _where?: 'everywhere' | PartialFailure): Promise<void> {
    const names = checkedKeys(generations, 'generation');
    const now = this.#now();
    for (const name of names) this.#generations.advance(name, now);
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

  #set(key: string, bytes: Uint8Array, ms: number, now: number, carried?: Carried): boolean {
    const isStored = this.#entries.set(key, bytes, ms, now, carried);
    if (isStored && this.#later.any) this.#later.add([key], DONE);
    return isStored;
  }

  /** `true` when a key has no entry: its value was read, unless only tokens were asked for. */
  #lacks(key: string, value: Uint8Array | null, values: boolean, now: number): boolean {
    return values ? value === null : !this.#entries.has(key, now);
  }

  stats(): MemoryCacheStats {
    return this.#entries.stats();
  }

  resetStats(): void {
    this.#entries.resetStats();
  }

  onRemoved(listener: (removal: Removal) => void): () => void {
    return this.#entries.onRemoved(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#entries.close();
  }

  /** Token of a generation, created if missing when its life is given. All entries are in one part. */
  #generation(name: string, lifeMs: number | undefined, now: number): string | null {
    return lifeMs === undefined
      ? this.#generations.current(name, now)
      : this.#generations.capture(name, lifeMs, now);
  }

  /** Time of a call. @throws {DisposedError} */
  #now(): number {
    if (this.#closed) throw new DisposedError('this MemoryCache is closed');
    return this.#clock.now();
  }

  async *#pages(pattern: string | undefined): AsyncIterable<string[]> {
    checkPattern(pattern);
    for await (const page of this.#entries.pages(pattern, this.#now())) {
      this.#now();
      yield page;
    }
  }
}
