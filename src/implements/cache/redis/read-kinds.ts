import type { WholeRead } from '../../foundation/arguments/fenced-store.js';
import type { FailoverMode } from './redis-cache-options.js';

/** `true` for a read of values and tokens only, for which MGET is enough. */
export function isPlainRead(read: WholeRead, failover: FailoverMode): boolean {
  return !read.lives && changesNothing(read, failover);
}

/** `true` for a read of values, lives and tokens only, for which a shorter script is enough. */
export function asksLivesOnly(read: WholeRead, failover: FailoverMode): boolean {
  return read.lives && changesNothing(read, failover);
}

function changesNothing({ captured, extendMs, leases, values }: WholeRead, failover: FailoverMode): boolean {
  return captured === undefined && extendMs === undefined && !leases && values && failover === 'trust';
}
