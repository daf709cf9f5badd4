import { z } from 'zod';
import { IClock } from '../../../interfaces/clock.js';
import type { ComponentDefinition, IComponent } from '../../../interfaces/component.js';
import { ILoggerSite } from '../../../interfaces/logger.js';
import type { IStatistics } from '../../../interfaces/statistics.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../../foundation/logger/process-logger-site.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { maxValueBytesOption, sizeOption } from '../../foundation/options/size.js';
import { referenceOption } from '../../foundation/options/text.js';
import { type AnswerAtOnce, type AnswersAtOnce, readAtOnce } from '../../foundation/store/answers-at-once.js';
import { defaultExpireOption, failureModeOption } from '../cache-options.js';
import { DegradingCache } from '../degrading-cache.js';
import { FailurePolicy } from '../failure-policy.js';
import type { MemoryCacheStats, Removal } from './memory-entries.js';
import { MemoryStore } from './memory-store.js';

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
    defaultExpire: defaultExpireOption(),
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
 * A cache in the memory of this process. It is not shared with other processes and does not survive this one.
 *
 * Every call costs O(1), except `keys` and `clear`, which visit all entries, one page in each turn of the event loop.
 * Entries expire at the millisecond. Their memory is reclaimed by later writes, and at the latest a few seconds later
 * by a timer, some hundred microseconds at a time. An entry that alone is larger than `maxBytes` is not stored:
 * `setValue` returns `false`, and the previous value stays.
 *
 * A full cache keeps frequently used and recently used entries, in shares that adapt to the workload; entries that an
 * invalidation has made worthless leave first. Fences, leases and generations that no entry carries are bounded apart,
 * to `maxEntries` + 10 000 of each: some 300 bytes each, while loads are in flight and as long as their TTL.
 *
 * @example
 * ```ts
 * const cache = new MemoryCache({ maxEntries: 1000, maxBytes: '16MiB' });
 * cache.on('removed', ({ key, cause }) => console.log(`${key} left: ${cause}`));
 *
 * await cache.setValue('greeting', Buffer.from('hello'), '5m');
 * await cache.deleteValue('greeting');
 * const { hits, misses, entries } = cache.stats();
 * ```
 */
export class MemoryCache extends DegradingCache implements AnswersAtOnce, IComponent, IStatistics {
  static readonly component: ComponentDefinition<typeof declared, MemoryCache> = {
    options: declared,
    create: (site, { clock, ...options }) =>
      new MemoryCache({
        ...options,
        clock: clock === undefined ? site.queryComponent(IClock) : site.getComponent(IClock, clock),
        loggerSite: site.queryComponent(ILoggerSite),
      }),
  };

  readonly #store: MemoryStore;

  constructor({ clock = new SystemClock(), loggerSite, ...options }: MemoryCacheOptions = {}) {
    const { failureMode, defaultExpire, ...bounds } = parseOptions(declared, 'MemoryCache', options);
    const logger = guardedLogger(loggerSite ?? new ProcessLoggerSite(clock), 'inversify-cache.memory-cache');
    const store = new MemoryStore({ ...bounds, clock, logger });
    super(
      store,
      new FailurePolicy({
        component: 'MemoryCache',
        failureMode,
        remote: false,
        logger,
        clock,
        defaultExpire,
      }),
    );
    this.#store = store;
  }

  [readAtOnce](
    key: string,
    scope: string | undefined,
    generations: readonly string[],
    lives: boolean,
  ): AnswerAtOnce {
    return this.#store.readAtOnce(key, scope, generations, lives);
  }

  /** Returns counts since the cache was made, of the calls of typed caches above it too, and its size. */
  stats(): MemoryCacheStats {
    return this.#store.stats();
  }

  resetStats(): void {
    this.#store.resetStats();
  }

  /**
   * Calls a listener for every entry that leaves, before the call that removed it has settled. An error of the listener
   * is logged. Costs nothing while there is no listener.
   *
   * @returns A function that removes the listener.
   */
  on(_event: 'removed', listener: (removal: Removal) => void): () => void {
    return this.#store.onRemoved(listener);
  }

  /** Removes all entries. Later calls reject with a `DisposedError`. */
  async close(): Promise<void> {
    this.#store.close();
  }
}
