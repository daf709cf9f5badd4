import type { AnalyticsUnit, AnalyticsValue } from '../../../interfaces/analytics.js';
import type { Bucket } from './calendar.js';

/** A checked event. */
export interface EventRecord {
  readonly event: string;
  readonly by: number;
  /** Milliseconds since 1970; `undefined` for now, by the clock of the store. */
  readonly atMs: number | undefined;
  readonly user: string | undefined;
  readonly values: readonly (readonly [field: string, value: string])[];
}

/** Bounds of analytics. */
export interface AnalyticsLimits {
  /** Milliseconds for which a bucket of each unit is kept after its end. */
  readonly keepMs: Readonly<Record<AnalyticsUnit, number>>;
  /** Milliseconds for which the counts of a user are kept after the last one. */
  readonly keepUsersMs: number;
  /** Maximum number of values of a field in one bucket. */
  readonly maxValues: number;
  /** Maximum number of events of one user. */
  readonly maxUserEvents: number;
}

/** Place of the counts. Its arguments are checked; a full or absent store is a typed error. */
export interface AnalyticsStore {
  record(record: EventRecord, signal?: AbortSignal): Promise<void>;
  /** Counts of buckets, in their order. */
  counts(event: string, buckets: readonly Bucket[], signal?: AbortSignal): Promise<number[]>;
  uniques(event: string, buckets: readonly Bucket[], signal?: AbortSignal): Promise<number>;
  top(
    event: string,
    field: string,
    n: number,
    buckets: readonly Bucket[],
    signal?: AbortSignal,
  ): Promise<AnalyticsValue[]>;
  /** Counts of a user by event. */
  ofUser(user: string, signal?: AbortSignal): Promise<(readonly [event: string, count: number])[]>;
}
