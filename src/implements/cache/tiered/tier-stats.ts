import type { CacheStats } from '../../../interfaces/statistics.js';
import type { ChangeFeedStatus } from '../change-feed.js';
import type { JournalStats } from './memory/journal.js';
import type { GapCause } from './memory/tier-ledger.js';
import type { AuditStats } from './reads/self-audit.js';

/** Counts of a `TieredCache` since it was made, and its state. */
export interface TieredCacheStats extends CacheStats {
  /** Number of entries that were read from copies. */
  readonly l1Hits: number;
  /** Number of entries that the cache below was asked for, and had. */
  readonly l2Hits: number;
  /** Number of reads of a copy that was too old to be served. */
  readonly doubtfulReads: number;
  /** Number of reads in the background that kept a copy in use. */
  readonly renewals: number;
  /** Number of answers that left no copy, because a change may have overtaken them. */
  readonly refusedFills: number;
  /** Number of gaps, by cause. */
  readonly gaps: Readonly<Record<GapCause, number>>;
  /** Era of the streams; 0 while they do not stand. */
  readonly era: number;
  /** Time since the moment before which every change is known; `null` without streams, or before the first proof. */
  readonly proofAgeMs: number | null;
  /** Masters whose streams are needed. */
  readonly masters: ChangeFeedStatus['masters'];
  /** Removals that have not reached the cache below. */
  readonly journal: JournalStats;
  /** Number of copies of entries, and their memory. */
  readonly copies: { readonly entries: number; readonly bytes: number };
  /** Copies that were compared with the cache below, one a second, while streams are followed. */
  readonly audit: AuditStats;
  /** Number of names that calls in flight touch. */
  readonly inFlight: number;
}
