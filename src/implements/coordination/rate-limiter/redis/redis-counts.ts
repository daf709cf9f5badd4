import type { Duration } from '../../../../interfaces/duration.js';
import { OperationError } from '../../../../interfaces/errors.js';
import type { CallOptions } from '../../../../interfaces/redis-command.js';
import type { IRedisConnection } from '../../../../interfaces/redis-connection.js';
import type { Answer } from '../counts.js';
import { requestMs } from '../limiter-options.js';
import type { Limit } from '../limits.js';
import type { RateRequest } from '../requests.js';
import type { Standing } from '../standing.js';
import { DECIDE } from './scripts.js';
import { SubjectKeys } from './subject-keys.js';

const KIND = { fixedWindow: 'f', slidingWindow: 'w', slidingCounter: 'c', tokenBucket: 't' } as const;

/** Options of counts in Redis. */
export interface RedisCountsOptions {
  /** Block of a key that a limit denies; 0 for none. */
  readonly blockForMs: number;
  /** Timeout of each call. Default: that of the connection. */
  readonly timeout: Duration | undefined;
}

/** Counts of keys in Redis: each call is one atomic step. */
export class RedisCounts {
  readonly #connection: IRedisConnection;
  readonly #keys: SubjectKeys;
  readonly #limitWords: readonly string[];
  readonly #blockForMs: number;
  readonly #requestMs: number;
  readonly #options: CallOptions;

  constructor(
    connection: IRedisConnection,
    prefix: string,
    limits: readonly Limit[],
    { blockForMs, timeout }: RedisCountsOptions,
  ) {
    this.#connection = connection;
    this.#keys = new SubjectKeys(prefix, limits);
    this.#limitWords = limits.flatMap(({ algorithm, name, limit, perUs, burst }) =>
      [KIND[algorithm], name, limit, perUs, burst].map(String),
    );
    this.#blockForMs = blockForMs;
    this.#requestMs = requestMs(limits);
    this.#options = timeout === undefined ? {} : { timeout };
  }

  async decide({ key, cost, requestId, signal }: RateRequest, verb: 'consume' | 'peek'): Promise<Answer> {
    const keys = this.#keys.all(key);
    if (requestId !== undefined) keys.push(this.#keys.request(key, requestId));
    const keepMs = requestId === undefined ? 0 : this.#requestMs;
    const args = [verb, String(cost), String(this.#blockForMs), String(keepMs), ...this.#limitWords];
    const options: CallOptions = { ...this.#options, signal, reply: 'text' };
    return answerOf(await this.#connection.script(DECIDE, keys, args, options));
  }

  async block(key: string, ms: number): Promise<void> {
    await this.#connection.script(DECIDE, this.#keys.all(key), ['block', String(ms)], this.#options);
  }

  /** @returns `true` when there was a count or a block. */
  async reset(key: string): Promise<boolean> {
    const reply = await this.#connection.script(DECIDE, this.#keys.all(key), ['reset'], this.#options);
    return Number(reply) > 0;
  }
}

function answerOf(reply: unknown): Answer {
  const [blocked, ...limits] = String(reply).split(';');
  const standings = limits.map((limit): Standing => {
    const [allowed, remaining = Number.NaN, resetUs = Number.NaN, retryUs = Number.NaN] = limit
      .split(',')
      .map(Number);
    return { allowed: allowed === 1, remaining, resetUs, retryUs };
  });
  if (standings.some(({ retryUs }) => Number.isNaN(retryUs))) {
    throw new OperationError('E_OPERATION_REFUSED', 'unexpected reply of a rate limit', 'refused');
  }
  return { standings, blockedMs: Number(blocked) };
}
