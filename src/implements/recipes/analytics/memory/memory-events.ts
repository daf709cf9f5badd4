import type { AnalyticsValue } from '../../../../interfaces/analytics.js';
import type { IClock } from '../../../../interfaces/clock.js';
import { wallTimeMs } from '../../../foundation/clock/wall-time.js';
import type { NamedValues, Need } from '../../../foundation/store/named-values.js';
import { AnalyticsKeys } from '../analytics-keys.js';
import { uncounted } from '../analytics-options.js';
import type { AnalyticsLimits, AnalyticsStore, EventRecord } from '../analytics-store.js';
import { type Bucket, bucketAt, UNIT_MS, UNITS } from '../calendar.js';
import { DistinctUsers } from './distinct-users.js';
import { ValueCounts } from './value-counts.js';

/** Memory of a number. */
const NUMBER_BYTES = 16;
/** Memory of an event in the counts of a user, besides its name. */
const EVENT_BYTES = 60;

/** Value that is held under a key. */
type Counted = number | DistinctUsers | ValueCounts | Map<string, number>;

/** A change of one key, which `write` makes when all of them have room. */
interface Change extends Need {
  readonly expiresAt: number;
  write(): Counted;
}

/** Counts of events in the memory of this process. */
export class MemoryEvents implements AnalyticsStore {
  readonly #held: NamedValues<Counted>;
  readonly #clock: IClock;
  readonly #limits: AnalyticsLimits;
  readonly #keys = new AnalyticsKeys('');
  /** Difference between the system time at the start and the clock. */
  readonly #offsetMs: number;

  constructor(held: NamedValues<Counted>, clock: IClock, limits: AnalyticsLimits) {
    this.#held = held;
    this.#clock = clock;
    this.#limits = limits;
    this.#offsetMs = Math.floor(wallTimeMs() - clock.now());
  }

  async record(record: EventRecord): Promise<void> {
    const changes = [...this.#ofBuckets(record), ...this.#ofUser(record)];
    this.#held.requireRoom(changes);
    for (const change of changes) this.#held.set(change.name, change.write(), change.bytes, change.expiresAt);
  }

  async counts(event: string, buckets: readonly Bucket[]): Promise<number[]> {
    return buckets.map((bucket) => this.#get<number>(this.#keys.count(event, bucket)) ?? 0);
  }

  async uniques(event: string, buckets: readonly Bucket[]): Promise<number> {
    const users = new DistinctUsers();
    for (const bucket of buckets) {
      const some = this.#get<DistinctUsers>(this.#keys.users(event, bucket));
      if (some !== undefined) users.merge(some);
    }
    return users.estimate();
  }

  async top(event: string, field: string, n: number, buckets: readonly Bucket[]): Promise<AnalyticsValue[]> {
    const counts = buckets.map((bucket) => this.#get<ValueCounts>(this.#keys.values(event, bucket, field)));
    return ValueCounts.top(
      counts.filter((each) => each !== undefined),
      n,
    );
  }

  async ofUser(user: string): Promise<[string, number][]> {
    return [...(this.#get<Map<string, number>>(this.#keys.user(user)) ?? [])];
  }

  #ofBuckets({ event, by, atMs, user, values }: EventRecord): Change[] {
    const now = this.#clock.now();
    const changes: Change[] = [];
    for (const unit of UNITS) {
      const bucket = bucketAt(unit, atMs ?? now + this.#offsetMs);
      const expiresAt = bucket.startMs + UNIT_MS[unit] + this.#limits.keepMs[unit] - this.#offsetMs;
      if (expiresAt <= now) continue;
      const name = this.#keys.count(event, bucket);
      const count = sum(this.#get<number>(name), by);
      changes.push({ name, bytes: NUMBER_BYTES, expiresAt, write: () => count });
      if (user !== undefined) changes.push(this.#users(this.#keys.users(event, bucket), user, expiresAt));
      for (const [field, value] of values) {
        changes.push(this.#values(this.#keys.values(event, bucket, field), value, by, expiresAt));
      }
    }
    return changes;
  }

  #users(name: string, user: string, expiresAt: number): Change {
    const users = this.#get<DistinctUsers>(name) ?? new DistinctUsers();
    const write = (): DistinctUsers => {
      users.add(user);
      return users;
    };
    return { name, bytes: users.bytes, expiresAt, write };
  }

  #values(name: string, value: string, by: number, expiresAt: number): Change {
    const counts = this.#get<ValueCounts>(name) ?? new ValueCounts();
    const write = (): ValueCounts => {
      counts.add(value, by, this.#limits.maxValues);
      return counts;
    };
    return { name, bytes: counts.bytes + ValueCounts.bytesOf(value), expiresAt, write };
  }

  #ofUser({ event, by, user }: EventRecord): Change[] {
    if (user === undefined) return [];
    const name = this.#keys.user(user);
    const counts = this.#get<Map<string, number>>(name) ?? new Map<string, number>();
    const { maxUserEvents, keepUsersMs } = this.#limits;
    if (!counts.has(event) && counts.size >= maxUserEvents) throw uncounted.tooManyEvents(maxUserEvents);
    const count = sum(counts.get(event), by);
    let bytes = 0;
    for (const each of [...counts.keys(), event]) bytes += EVENT_BYTES + Buffer.byteLength(each);
    return [
      { name, bytes, expiresAt: this.#clock.now() + keepUsersMs, write: () => counts.set(event, count) },
    ];
  }

  #get<T extends Counted>(name: string): T | undefined {
    return this.#held.get(name)?.value as T | undefined;
  }
}

function sum(count = 0, by: number): number {
  if (count > Number.MAX_SAFE_INTEGER - by) throw uncounted.overflow();
  return count + by;
}
