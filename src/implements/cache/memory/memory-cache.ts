import { z } from 'zod';
import type { ICache } from '../../../interfaces/cache.js';
import { IClock } from '../../../interfaces/clock.js';
import type { ComponentDefinition, IComponent } from '../../../interfaces/component.js';
import type { Duration } from '../../../interfaces/duration.js';
import { DisposedError, OperationError } from '../../../interfaces/errors.js';
import type {
  FencedAnswer,
  FencedEntry,
  FencedRead,
  FenceToAdvance,
  IFencedStore,
} from '../../../interfaces/fenced-store.js';
import { ILoggerSite } from '../../../interfaces/logger.js';
import { checkedEntries } from '../../foundation/arguments/entries.js';
import { checkFence, checkToken } from '../../foundation/arguments/fence.js';
import { wholeRead } from '../../foundation/arguments/fenced-read.js';
import { checkedKeys, checkKey } from '../../foundation/arguments/key.js';
import { checkPattern } from '../../foundation/arguments/pattern.js';
import { valueBytes } from '../../foundation/arguments/value.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../../foundation/logger/process-logger-site.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { parseOptions } from '../../foundation/options/parse.js';
import { sizeOption } from '../../foundation/options/size.js';
import { referenceOption } from '../../foundation/options/text.js';
import { type AnswerAtOnce, type AnswersAtOnce, readAtOnce } from '../../foundation/store/answers-at-once.js';
import { failureModeOption, maxValueBytesOption } from '../cache-options.js';
import { FailurePolicy } from '../failure-policy.js';
import { type MemoryCacheStats, MemoryEntries, type Removal } from './memory-entries.js';
import { MemoryFences } from './memory-fences.js';

const declared = z
  .strictObject({
    maxEntries: z
      .int()
      .min(1)
      .default(10_000)
      .describe(
        'Maximum number of entries. Eviction adapts to the workload: keeps frequent and recent entries.',
      ),
    maxBytes: sizeOption()
      .default(64 * 1024 ** 2)
      .describe('Maximum memory of all entries, including keys and overhead.'),
    maxValueBytes: maxValueBytesOption(),
    failureMode: failureModeOption(),
    clock: referenceOption('IClock')
      .optional()
      .describe('Clock that measures TTLs. Default: the monotonic system clock.'),
  })
  .describe('A cache in the memory of this process.');

/** Options of a `MemoryCache` that is constructed in code. */
export interface MemoryCacheOptions extends Omit<z.input<typeof declared>, 'clock'> {
  /** Default: the machine's monotonic clock. */
  readonly clock?: IClock | undefined;
  /** Default: process warnings. */
  readonly loggerSite?: ILoggerSite | undefined;
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
export class MemoryCache implements ICache, IFencedStore, AnswersAtOnce, IComponent {
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
  readonly #policy: FailurePolicy;
  readonly #maxValueBytes: number;
  readonly #entries: MemoryEntries;
  readonly #fences: MemoryFences;
  #closed = false;

  constructor({ clock = new SystemClock(), loggerSite, ...options }: MemoryCacheOptions = {}) {
    const { maxEntries, maxBytes, maxValueBytes, failureMode } = parseOptions(
      declared,
      'MemoryCache',
      options,
    );
    this.#clock = clock;
    this.#maxValueBytes = maxValueBytes;
    this.#fences = new MemoryFences(maxEntries);
    const logger = guardedLogger(loggerSite ?? new ProcessLoggerSite(clock), 'inversify-cache.memory-cache');
    this.#entries = new MemoryEntries({ maxEntries, maxBytes, clock, logger });
    this.#policy = new FailurePolicy({ component: 'MemoryCache', failureMode, logger, clock });
  }

  async getValue(key: string): Promise<Uint8Array | null> {
    checkKey(key);
    return this.#entries.get(key, this.#now());
  }

  async setValue(key: string, value: Uint8Array | null, expire: Duration): Promise<boolean> {
    checkKey(key);
    const bytes = valueBytes(value, this.#maxValueBytes);
    const now = this.#now();
    const ms = this.#policy.expiry('setValue', expire);
    return ms !== undefined && this.#entries.set(key, new Uint8Array(bytes), ms, now);
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
    const ms = this.#policy.expiry('setExpiry', expire);
    return ms !== undefined && this.#entries.setExpiry(key, ms, now);
  }

  async getValues(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    const names = checkedKeys(keys);
    const now = this.#now();
    return names.map((key) => this.#entries.get(key, now));
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
    for (const [key, bytes] of checked) stored = this.#entries.set(key, bytes, ms, now) && stored;
    return stored;
  }

  async deleteValues(keys: readonly string[]): Promise<number> {
    return this.#entries.deleteAll(checkedKeys(keys), this.#now());
  }

  async *keys(pattern?: string): AsyncIterable<string> {
    const seen = new Set<string>(); // One that is removed and stored again meanwhile comes twice.
    for await (const page of this.#pages(pattern)) {
      this.#now();
      for (const key of page) {
        if (seen.has(key)) continue;
        seen.add(key);
        yield key;
      }
    }
  }

  async clear(pattern?: string): Promise<number> {
    let deleted = 0;
    for await (const page of this.#pages(pattern)) deleted += this.#entries.deleteAll(page, this.#now());
    return deleted;
  }

  async read(request: FencedRead): Promise<FencedAnswer> {
    const { captured, lives, leases, extendMs, ...asked } = wholeRead(request);
    const names = checkedKeys(asked.keys);
    const covers = checkedKeys(asked.generations, 'generation');
    const now = this.#now();
    const entries: FencedEntry[] = [];
    for (const key of names) {
      const remainingMs = lives ? this.#entries.remainingMs(key, now) : null;
      const value = this.#entries.get(key, now);
      if (extendMs !== undefined) this.#entries.setExpiry(key, extendMs, now);
      const wanted = captured !== undefined && (captured.of === 'all' || value === null);
      const fence = wanted ? this.#fences.capture('fence', key, captured.lifeMs, now) : null;
      if (leases) {
        entries.push({ value, remainingMs, fence, lease: this.#fences.current('lease', key, now) });
      } else entries.push({ value, remainingMs, fence });
    }
    const tokens: (string | null)[] = [];
    for (const name of covers) {
      tokens.push(
        captured === undefined
          ? this.#fences.current('generation', name, now)
          : this.#fences.capture('generation', name, captured.lifeMs, now),
      );
    }
    return { entries, generations: tokens };
  }

  [readAtOnce](key: string, generations: readonly string[], lives: boolean): AnswerAtOnce {
    checkKey(key);
    const now = this.#now();
    const remainingMs = lives ? this.#entries.remainingMs(key, now) : null;
    const value = this.#entries.lent(key, now);
    const tokens: (string | null)[] = [];
    for (const name of generations) tokens.push(this.#fences.current('generation', name, now));
    return { value, remainingMs, generations: tokens };
  }

  async write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
  ): Promise<'stored' | 'fenced'> {
    checkKey(key);
    const bytes = valueBytes(value, this.#maxValueBytes);
    const ms = requireDurationMs(expire);
    const check = checkFence(fence);
    const now = this.#now();
    if (check.fence !== undefined && this.#fences.current('fence', key, now) !== check.fence) return 'fenced';
    if (!this.#entries.set(key, new Uint8Array(bytes), ms, now)) {
      throw new OperationError('E_OPERATION_REFUSED', 'the entry alone is larger than maxBytes', 'refused');
    }
    if (check.advances) this.#fences.advance('fence', key, now);
    return 'stored';
  }

  async invalidate(keys: readonly string[]): Promise<number> {
    const names = checkedKeys(keys);
    const now = this.#now();
    for (const key of names) this.#fences.advance('fence', key, now);
    return this.#entries.deleteAll(names, now);
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
    return this.#entries.stats();
  }

  /**
   * Calls a listener for every entry that leaves, before the call that removed it has settled; what it throws is
   * logged. Costs nothing while there is none.
   *
   * @returns What ends that.
   */
  on(_event: 'removed', listener: (removal: Removal) => void): () => void {
    return this.#entries.onRemoved(listener);
  }

  /** Forgets everything. Later calls reject with a `DisposedError`. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#entries.close();
  }

  /** The moment of a call. @throws {DisposedError} */
  #now(): number {
    if (this.#closed) throw new DisposedError('this MemoryCache is closed');
    return this.#clock.now();
  }

  #pages(pattern: string | undefined): AsyncIterable<string[]> {
    checkPattern(pattern);
    return this.#entries.pages(pattern, this.#now());
  }
}
