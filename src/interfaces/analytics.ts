import { defineInterface, type InterfaceToken } from './interface-token.js';

/** Size of a bucket; all buckets begin at a full minute, hour or day of UTC. */
export type AnalyticsUnit = 'minute' | 'hour' | 'day';

/** Options of every call. */
export interface AnalyticsCallOptions {
  /** Aborts the call: `E_ABORTED`, as `not-sent` if nothing had been written yet, else `unknown`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `record`. */
export interface AnalyticsRecordOptions extends AnalyticsCallOptions {
  /** Number of times that it happened: a positive integer. Default: 1. */
  readonly by?: number | undefined;
  /** Moment at which it happened. Default: now, by the clock of the store. */
  readonly at?: Date | undefined;
  /** User who did it, for `uniques` and `ofUser`. */
  readonly user?: string | undefined;
  /** Values by field, for `top`; at most 16 fields. */
  readonly values?: Readonly<Record<string, string>> | undefined;
}

/** A stretch of time: every bucket that it touches, from that of `from` to that before `to`. */
export interface AnalyticsRange {
  readonly from: Date;
  /** End, which is not part of it. */
  readonly to: Date;
  /** Size of the buckets. Default: days and hours that lie in the range as a whole, and minutes at its ends. */
  readonly per?: AnalyticsUnit | undefined;
}

/** A range whose buckets are reported one by one. */
export interface AnalyticsSeriesRange extends AnalyticsRange {
  readonly per: AnalyticsUnit;
}

/** Count of a bucket. */
export interface AnalyticsPoint {
  /** Start of the bucket. */
  readonly at: Date;
  readonly count: number;
}

/** Count of a value. */
export interface AnalyticsValue {
  readonly value: string;
  readonly count: number;
}

/**
 * Counts of events in buckets of minutes, hours and days of UTC, each kept for a time that is declared: series, totals,
 * different users, most frequent values, and counts by user.
 *
 * Counts are data: a call that fails rejects, and is not sent twice. What is past its retention counts as 0. A range has
 * at most 3000 buckets.
 *
 * @throws {ArgumentError} for an invalid event, user, value, date or range, before any I/O.
 * @throws {ConnectionError} {OperationError} when the store does not answer in time, or refuses.
 * @throws {DisposedError} after `close`.
 *
 * @example
 * ```ts
 * const day = { from: new Date(`${today}T00:00Z`), to: new Date(`${today}T24:00Z`) };
 * const perHour = await views.series(event, { ...day, per: 'hour' }); // 24 points, zeros included
 * const total = await views.total(event, day);
 * const visitors = await views.uniques(event, day);
 * const [first] = await views.top(event, 'page', 10, day); // { value: '/pricing', count: 2 }
 * const ofAda = await views.ofUser('ada'); // By event, of all time.
 * ```
 */
export interface IAnalytics {
  /**
   * Counts an event in its minute, hour and day, in one step (on a cluster, the counts of a user are another one, at the
   * same time).
   *
   * @param event  1 byte to 1 KiB as UTF-8, as are users, fields and values.
   */
  record(event: string, options?: AnalyticsRecordOptions): Promise<void>;

  /** Counts of an event bucket by bucket, in the order of time; buckets without any are 0. */
  series(
    event: string,
    range: AnalyticsSeriesRange,
    options?: AnalyticsCallOptions,
  ): Promise<AnalyticsPoint[]>;

  /** Sum of the counts of an event. */
  total(event: string, range: AnalyticsRange, options?: AnalyticsCallOptions): Promise<number>;

  /** Number of different users of an event, by HyperLogLog: its standard error is 0.81 %. */
  uniques(event: string, range: AnalyticsRange, options?: AnalyticsCallOptions): Promise<number>;

  /**
   * Most frequent values of a field, the greatest count first, and equal counts in the order of their bytes as UTF-8.
   *
   * Of each bucket the most frequent `maxValues` are kept by space-saving: a further value takes the place and the count of
   * the least one, so that a frequent value is never missing, while its count may be too high.
   *
   * @param n  At most 1000.
   */
  top(
    event: string,
    field: string,
    n: number,
    range: AnalyticsRange,
    options?: AnalyticsCallOptions,
  ): Promise<AnalyticsValue[]>;

  /** Counts by event of a user, without a prototype; empty for an unknown one. */
  ofUser(user: string, options?: AnalyticsCallOptions): Promise<Record<string, number>>;
}

export const IAnalytics: InterfaceToken<IAnalytics> = defineInterface<IAnalytics>('IAnalytics', [
  ...(['record', 'series', 'total', 'uniques', 'top', 'ofUser'] as const),
]);
