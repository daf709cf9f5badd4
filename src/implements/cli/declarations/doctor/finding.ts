import type { IRedisConnection } from '../../../../interfaces/redis-connection.js';

/** Result of one check. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** Action that mends it; `undefined` when there is nothing to mend. */
  readonly remedy?: string;
  /** Name of the cause of a failure, for programs. */
  readonly cause?: string;
}

/** A component that keeps its keys over a connection. */
export interface ConnectionUser {
  readonly class: string;
  readonly prefix: string;
}

/** An open connection, and what uses it. */
export interface Patient {
  readonly connection: IRedisConnection;
  readonly users: readonly ConnectionUser[];
  readonly signal: AbortSignal;
}

/** Classes whose keys are no copies of something else: an evicted one is lost. */
const KEEPERS = new Set([
  'RedisMutexSite',
  'RedisQueueSite',
  'RedisSessionStore',
  'RedisRateLimiter',
  'RedisCollectionSite',
  'RedisKeyValue',
  'RedisAnalytics',
]);

/** Classes among the users that lose data when a key is evicted. */
export function keepersOf(users: readonly ConnectionUser[]): string[] {
  return [...new Set(users.map((user) => user.class).filter((name) => KEEPERS.has(name)))];
}
