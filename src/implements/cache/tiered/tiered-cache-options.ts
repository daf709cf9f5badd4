import { z } from 'zod';
import type { ICache } from '../../../interfaces/cache.js';
import type { IClock } from '../../../interfaces/clock.js';
import type { IFencedStore } from '../../../interfaces/fenced-store.js';
import type { ILoggerSite } from '../../../interfaces/logger.js';
import { durationOption } from '../../foundation/options/duration.js';
import { sizeOption } from '../../foundation/options/size.js';
import { referenceOption } from '../../foundation/options/text.js';
import { defaultExpireOption, failureModeOption } from '../cache-options.js';

/** Shortest bound: beats need time to be answered. */
const SHORTEST_BOUND_MS = 250;

const memoryShape = z.strictObject({
  maxEntries: z.int().min(1).default(10_000).describe('Maximum number of copies of entries.'),
  maxBytes: sizeOption()
    .default(64 * 1024 ** 2)
    .describe('Maximum memory of all copies, including keys and overhead.'),
});

export const tieredCacheSchema = z
  .strictObject({
    l1: memoryShape.prefault({}).describe('Memory of this process that holds copies.'),
    l2: referenceOption('ICache').describe('Cache that holds the values, such as a `RedisCache`.'),
    coherence: z
      .enum(['bus', 'tracking', 'none'])
      .default('bus')
      .describe(
        'Way in which this process learns of changes by others: messages of the writers (`bus`), pushes of the server ' +
          '(`tracking`), or not at all (`none`).',
      ),
    stalenessBound: durationOption()
      .refine((ms) => ms >= SHORTEST_BOUND_MS, `expected a duration of at least ${SHORTEST_BOUND_MS}ms`)
      .default(5000)
      .describe('Maximum age of a value that is given out, whatever is lost on the way.'),
    l1Expire: durationOption().optional().describe('Maximum TTL of a copy. Default: that of its entry.'),
    outage: z
      .enum(['bound', 'life'])
      .default('bound')
      .describe(
        'Copies beyond the bound while the cache below is away: misses (`bound`), or served to the end of their TTL (`life`).',
      ),
    failureMode: failureModeOption(),
    defaultExpire: defaultExpireOption(),
    clock: referenceOption('IClock')
      .optional()
      .describe('Clock that measures ages and TTLs. Default: the monotonic system clock.'),
  })
  .describe('Copies in memory in front of a cache, with a bound on their age.');

/** Options of a `TieredCache` that is constructed in code. */
export interface TieredCacheOptions extends Omit<z.input<typeof tieredCacheSchema>, 'l2' | 'clock'> {
  /** Holds the values. */
  readonly l2: ICache & IFencedStore;
  /** Default: the machine's monotonic clock. */
  readonly clock?: IClock | undefined;
  /** Default: process warnings. */
  readonly loggerSite?: ILoggerSite | undefined;
}
