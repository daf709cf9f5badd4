import type { HealthStatus } from '../../../interfaces/health.js';
import { type SelfReport, worstOf } from '../../foundation/health.js';
import type { TieredCacheStats } from './tier-stats.js';

/** Health of a `TieredCache`: that of the cache below and of its streams, and its statistics. */
export interface TieredCacheHealth extends TieredCacheStats {
  readonly status: HealthStatus;
  /** Reasons why it is not `up`: they name servers, and no key, no value and no secret. */
  readonly reasons: readonly string[];
}

/** Health of a tier over a cache that reports about itself. */
export function tierHealth(
  below: SelfReport,
  stats: TieredCacheStats,
  { boundMs, now }: { readonly boundMs: number; readonly now: number },
): TieredCacheHealth {
  const { masters, proofAgeMs, journal, audit } = stats;
  const reasons: string[] = [];
  for (const { name, standingSince } of masters) {
    if (standingSince === null) reasons.push(`no changes are heard from ${name}`);
    // A stream that has just been opened has had no time to prove anything.
    else if (now - standingSince >= boundMs && (proofAgeMs ?? boundMs) >= boundMs) {
      reasons.push('the streams of changes do not answer within stalenessBound');
      break;
    }
  }
  if (journal.everything) reasons.push('the removal of everything has not reached the cache below');
  if (journal.pending > 0) reasons.push(`removals that have not reached the cache below: ${journal.pending}`);
  if (audit.late > 0) reasons.push(`copies that were older than stalenessBound: ${audit.late}`);
  const status = worstOf([below.status, reasons.length === 0 ? 'up' : 'degraded']);
  return { ...stats, status, reasons: [...below.reasons.map((reason) => `l2: ${reason}`), ...reasons] };
}
