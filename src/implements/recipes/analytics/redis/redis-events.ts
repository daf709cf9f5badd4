import type { AnalyticsValue } from '../../../../interfaces/analytics.js';
import type { IClock } from '../../../../interfaces/clock.js';
import { OperationError } from '../../../../interfaces/errors.js';
import type { RedisReply, RedisScript } from '../../../../interfaces/redis-command.js';
import type { IRedisConnection } from '../../../../interfaces/redis-connection.js';
import { partialFailure } from '../../../foundation/partial-failure.js';
import { notAnAnswer, replyList } from '../../../redis/commands/reply.js';
import { slotOf } from '../../../redis/keys/slot.js';
import { AnalyticsKeys } from '../analytics-keys.js';
import { uncounted } from '../analytics-options.js';
import type { AnalyticsLimits, AnalyticsStore, EventRecord } from '../analytics-store.js';
import { type Bucket, bucketAt, UNIT_MS, UNITS } from '../calendar.js';
import {
  OVERFLOW,
  READ_COUNTS,
  READ_TOP,
  RECORD_EVENT,
  RECORD_USER,
  RECORDED,
  TOO_MANY_EVENTS,
} from './scripts.js';
import { ServerTime } from './server-time.js';

/** Attempts to name the minute of the server; a second one is needed when it turns. */
const MAX_ATTEMPTS = 5;

/** Collaborators of counts in Redis. */
export interface RedisEventsOptions {
  readonly connection: IRedisConnection;
  readonly prefix: string;
  /** Timeout of each call. Default: that of the connection. */
  readonly timeoutMs: number | undefined;
  readonly clock: IClock;
  readonly limits: AnalyticsLimits;
}

/** Counts of events in Redis: all of an event lie in one slot. */
export class RedisEvents implements AnalyticsStore {
  readonly #connection: IRedisConnection;
  readonly #keys: AnalyticsKeys;
  readonly #timeoutMs: number | undefined;
  readonly #limits: AnalyticsLimits;
  readonly #time: ServerTime;

  constructor({ connection, prefix, timeoutMs, clock, limits }: RedisEventsOptions) {
    this.#connection = connection;
    this.#keys = new AnalyticsKeys(prefix);
    this.#timeoutMs = timeoutMs;
    this.#limits = limits;
    this.#time = new ServerTime(clock);
  }

  async record(record: EventRecord, signal?: AbortSignal): Promise<void> {
    if (!this.#hasOtherSlot(record)) return this.#recordEvent(record, true, signal);
    const names = [record.event, record.user as string];
    const parts = [this.#recordEvent(record, false, signal), this.#recordUser(record, signal)];
    const results = await Promise.allSettled(parts);
    const failed = names.filter((_, index) => results[index]?.status === 'rejected');
    const first = results.find((result) => result.status === 'rejected');
    if (first === undefined) return;
    throw failed.length === results.length ? first.reason : partialFailure(first.reason, failed);
  }

  async counts(event: string, buckets: readonly Bucket[], signal?: AbortSignal): Promise<number[]> {
    const keys = buckets.map((bucket) => this.#keys.count(event, bucket));
    return replyList(await this.#script(READ_COUNTS, keys, [], signal), keys.length).map(countOf);
  }

  async uniques(event: string, buckets: readonly Bucket[], signal?: AbortSignal): Promise<number> {
    const keys = buckets.map((bucket) => this.#keys.users(event, bucket));
    const options = { keys: keys.slice(0, 1), timeout: this.#timeoutMs, signal };
    return Number(await this.#connection.execute(['PFCOUNT', ...keys], options));
  }

  async top(
    event: string,
    field: string,
    n: number,
    buckets: readonly Bucket[],
    signal?: AbortSignal,
  ): Promise<AnalyticsValue[]> {
    const keys = buckets.map((bucket) => this.#keys.values(event, bucket, field));
    const pairs = pairsOf(await this.#script(READ_TOP, keys, [String(n)], signal));
    return pairs.map(([value, count]) => ({ value, count }));
  }

  async ofUser(user: string, signal?: AbortSignal): Promise<[string, number][]> {
    const key = this.#keys.user(user);
    const options = { keys: [key], reply: 'text', timeout: this.#timeoutMs, signal } as const;
    return pairsOf(await this.#connection.execute(['HGETALL', key], options));
  }

  /** `true` when the counts of the user of an event lie in another slot than those of the event. */
  #hasOtherSlot({ event, user }: EventRecord): boolean {
    if (!this.#connection.sharded || user === undefined) return false;
    const ofEvent = this.#keys.count(event, bucketAt('day', 0));
    return slotOf(ofEvent) !== slotOf(this.#keys.user(user));
  }

  async #recordEvent(record: EventRecord, withUser: boolean, signal: AbortSignal | undefined): Promise<void> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { keys, words } = this.#stepOf(record, withUser);
      const [answer, nowMs] = replyList(await this.#script(RECORD_EVENT, keys, words, signal), 2);
      this.#time.learn(Number(nowMs));
      if (answer !== 0) return this.#settle(answer);
    }
    const text = `expected a clock of Redis that goes on evenly, got ${MAX_ATTEMPTS} times another minute; nothing was counted`;
    throw new OperationError('E_OPERATION_REFUSED', text, 'refused', { reason: 'CLOCK' });
  }

  #stepOf({ event, by, atMs, user, values }: EventRecord, withUser: boolean) {
    const moment = atMs ?? this.#time.guess();
    const buckets = UNITS.map((unit) => bucketAt(unit, moment));
    const keys = buckets.map((bucket) => this.#keys.count(event, bucket));
    if (user !== undefined) keys.push(...buckets.map((bucket) => this.#keys.users(event, bucket)));
    for (const [field] of values) {
      keys.push(...buckets.map((bucket) => this.#keys.values(event, bucket, field)));
    }
    const { keepMs, maxValues, keepUsersMs, maxUserEvents } = this.#limits;
    const ends = buckets.map(({ unit, startMs }) => startMs + UNIT_MS[unit] + keepMs[unit]);
    const minute = atMs === undefined ? String(buckets[0]?.startMs) : '';
    const words = [minute, String(by), ...ends.map(String), user ?? '', String(maxValues)];
    words.push(String(values.length), ...values.map(([, value]) => value));
    if (user !== undefined && withUser) {
      keys.push(this.#keys.user(user));
      words.push(event, String(keepUsersMs), String(maxUserEvents));
    }
    return { keys, words };
  }

  async #recordUser({ event, by, user }: EventRecord, signal: AbortSignal | undefined): Promise<void> {
    const { keepUsersMs, maxUserEvents } = this.#limits;
    const words = [event, String(keepUsersMs), String(maxUserEvents), String(by)];
    this.#settle(await this.#script(RECORD_USER, [this.#keys.user(user as string)], words, signal));
  }

  #settle(answer: RedisReply | undefined): void {
    if (answer === RECORDED) return;
    if (answer === OVERFLOW) throw uncounted.overflow();
    if (answer === TOO_MANY_EVENTS) throw uncounted.tooManyEvents(this.#limits.maxUserEvents);
    throw notAnAnswer();
  }

  #script(
    script: RedisScript,
    keys: readonly string[],
    words: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<RedisReply> {
    return this.#connection.script(script, keys, words, { timeout: this.#timeoutMs, signal, reply: 'text' });
  }
}

function countOf(reply: RedisReply | undefined): number {
  const count = Number(reply);
  if (!Number.isFinite(count)) throw notAnAnswer();
  return count;
}

function pairsOf(reply: RedisReply): [string, number][] {
  if (!Array.isArray(reply)) throw notAnAnswer();
  const pairs: [string, number][] = [];
  for (let at = 0; at < reply.length; at += 2) pairs.push([String(reply[at]), countOf(reply[at + 1])]);
  return pairs;
}
