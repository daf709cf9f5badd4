import type { AnalyticsUnit } from '../../../interfaces/analytics.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import { dateOf } from '../../foundation/clock/wall-time.js';

/** Milliseconds of each unit, the smallest first. Days of UTC all have the same length. */
export const UNIT_MS: Readonly<Record<AnalyticsUnit, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
export const UNITS: readonly AnalyticsUnit[] = ['minute', 'hour', 'day'];
/** Maximum number of buckets that one call reads. */
const MAX_BUCKETS = 3000;
/** Length of the part of an ISO date that names a bucket. */
const NAME_LENGTH: Readonly<Record<AnalyticsUnit, number>> = { minute: 16, hour: 13, day: 10 };

/** A minute, hour or day. */
export interface Bucket {
  readonly unit: AnalyticsUnit;
  /** Milliseconds since 1970. */
  readonly startMs: number;
}

/** Bucket of a moment. */
export function bucketAt(unit: AnalyticsUnit, ms: number): Bucket {
  return { unit, startMs: Math.floor(ms / UNIT_MS[unit]) * UNIT_MS[unit] };
}

/** Name of a bucket in keys: `2026-11-28`, `2026-11-28T13` or `2026-11-28T1305`. */
export function bucketName({ unit, startMs }: Bucket): string {
  return dateOf(startMs).toISOString().slice(0, NAME_LENGTH[unit]).replace(':', '');
}

/**
 * Buckets that a range touches, in the order of time.
 *
 * @param per  Their size. Default: the fewest buckets that cover the minutes of the range.
 * @throws {ArgumentError} when they are too many.
 */
export function bucketsOf(fromMs: number, toMs: number, per: AnalyticsUnit | undefined): Bucket[] {
  const smallest = UNIT_MS[per ?? 'minute'];
  const buckets: Bucket[] = [];
  for (let startMs = Math.floor(fromMs / smallest) * smallest; startMs < toMs; ) {
    const unit = per ?? largestAt(startMs, Math.ceil(toMs / smallest) * smallest);
    if (buckets.length === MAX_BUCKETS) {
      throw new ArgumentError(
        `expected a range of at most ${MAX_BUCKETS} buckets, got more; choose larger ones with per`,
      );
    }
    buckets.push({ unit, startMs });
    startMs += UNIT_MS[unit];
  }
  return buckets;
}

/** The largest unit of which a bucket begins at a moment and ends by another. */
function largestAt(startMs: number, endMs: number): AnalyticsUnit {
  const fits = (unit: AnalyticsUnit): boolean =>
    startMs % UNIT_MS[unit] === 0 && startMs + UNIT_MS[unit] <= endMs;
  return UNITS.findLast(fits) ?? 'minute';
}
