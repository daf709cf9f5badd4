/**
 * Durations of the calls that left this process: round trips to a server, or the loads of a typed cache. What memory
 * answers is not timed.
 */
export interface LatencyStats {
  /** Number of calls that were timed. Reads of one turn of the event loop that share a round trip are one. */
  readonly calls: number;
  readonly totalMs: number;
  /** Mean duration; 0 when there were no calls. */
  readonly meanMs: number;
  /** Longest duration. */
  readonly maxMs: number;
}

/** Counts of a cache since it was made, or since `resetStats`, for this process. */
export interface CacheStats<Misses = number> {
  /** Values that reads found: an empty one, `0`, `''`, `false` and `null` are values. */
  readonly hits: number;
  /** Reads that found no value. A key whose read failed is neither a hit nor a miss. */
  readonly misses: Misses;
  /** Share of the hits in the hits and misses; 0 when there were none. */
  readonly hitRate: number;
  /** Values that were stored; those of a batch count when all of it was. */
  readonly sets: number;
  /** Entries that calls removed; an eviction, an expiry, and a delete of an absent key are none. */
  readonly deletes: number;
  /** Calls that the store failed, whether their caller saw the error or a miss. */
  readonly errors: number;
  readonly latency: LatencyStats;
}

/**
 * A component that counts what it does. Counting takes no promise and no timer; telemetry reads the counts when it is
 * asked.
 *
 * @example
 * ```ts
 * const { hitRate, sets, errors } = cache.stats();
 * console.log(`${sets} sets, ${Math.round(hitRate * 100)} % hits, ${errors} errors`);
 *
 * cache.resetStats(); // Counts begin at 0 again.
 * ```
 */
export interface IStatistics<Stats extends CacheStats<unknown> = CacheStats> {
  stats(): Stats;
  /** Sets the counts to 0. What is held now, such as the number of entries, stays. */
  resetStats(): void;
}
