import type {
  AnalyticsCallOptions,
  AnalyticsPoint,
  AnalyticsRange,
  AnalyticsRecordOptions,
  AnalyticsSeriesRange,
  AnalyticsValue,
  IAnalytics,
} from '../../../interfaces/analytics.js';
import { DisposedError } from '../../../interfaces/errors.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { dateOf } from '../../foundation/clock/wall-time.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import type { AnalyticsStore } from './analytics-store.js';
import { analyticsSignal, checkTop, rangeOf, recordOf } from './requests.js';

/** Analytics over a store: checks every call before the store sees it. */
export class CheckedAnalytics implements IAnalytics {
  readonly #store: AnalyticsStore;
  readonly #component: string;
  #isClosed = false;

  /** @param component  Name of the class, for messages. */
  constructor(store: AnalyticsStore, component: string) {
    this.#store = store;
    this.#component = component;
  }

  async record(event: string, options?: AnalyticsRecordOptions): Promise<void> {
    const record = recordOf(event, options);
    const signal = this.#open(analyticsSignal(options && { signal: options.signal }));
    await this.#store.record(record, signal);
  }

  async series(
    event: string,
    range: AnalyticsSeriesRange,
    options?: AnalyticsCallOptions,
  ): Promise<AnalyticsPoint[]> {
    checkKey(event, 'name of an event');
    const buckets = rangeOf(range, true);
    const counts = await this.#store.counts(event, buckets, this.#open(analyticsSignal(options)));
    return buckets.map(({ startMs }, index) => ({ at: dateOf(startMs), count: counts[index] as number }));
  }

  async total(event: string, range: AnalyticsRange, options?: AnalyticsCallOptions): Promise<number> {
    checkKey(event, 'name of an event');
    const counts = await this.#store.counts(event, rangeOf(range), this.#open(analyticsSignal(options)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async uniques(event: string, range: AnalyticsRange, options?: AnalyticsCallOptions): Promise<number> {
    checkKey(event, 'name of an event');
    return this.#store.uniques(event, rangeOf(range), this.#open(analyticsSignal(options)));
  }

  async top(
    event: string,
    field: string,
    n: number,
    range: AnalyticsRange,
    options?: AnalyticsCallOptions,
  ): Promise<AnalyticsValue[]> {
    checkKey(event, 'name of an event');
    checkKey(field, 'field');
    checkTop(n);
    return this.#store.top(event, field, n, rangeOf(range), this.#open(analyticsSignal(options)));
  }

  async ofUser(user: string, options?: AnalyticsCallOptions): Promise<Record<string, number>> {
    checkKey(user, 'user');
    const counts: Record<string, number> = Object.create(null);
    for (const [event, count] of await this.#store.ofUser(user, this.#open(analyticsSignal(options)))) {
      counts[event] = count;
    }
    return counts;
  }

  /** Ends the use of the component: later calls reject. */
  async close(): Promise<void> {
    this.#isClosed = true;
  }

  /** @throws {DisposedError} {OperationError} when the component is closed, or the signal has aborted. */
  #open(signal: AbortSignal | undefined): AbortSignal | undefined {
    if (this.#isClosed) throw new DisposedError(`this ${this.#component} is closed`);
    if (signal?.aborted === true) throw abortError(signal, 'not-sent');
    return signal;
  }
}
