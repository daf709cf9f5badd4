import { openSync, writeSync } from 'node:fs';
import { RedisRateLimiter } from '../../../../src/implements/coordination/rate-limiter/redis-rate-limiter.js';
import { SystemClock } from '../../../../src/implements/foundation/clock/system-clock.js';
import { pause } from '../../../../src/implements/foundation/waiting/pause.js';
import { RedisConnection } from '../../../../src/implements/redis/redis-connection.js';

export interface CallerOptions {
  readonly port: number;
  readonly prefix: string;
  readonly key: string;
  readonly limit: number;
  readonly pauseMs: number;
  readonly commandTimeoutMs: number;
  readonly log: string;
}

/** A call that was allowed. */
export interface CallerRecord {
  readonly algorithm: string;
}

/** Calls of a process that were not allowed, by algorithm: denied by Redis, or not decided by it. */
export type CallerCounts = Readonly<Record<string, { readonly denied: number; readonly undecided: number }>>;

/** No window ends while a campaign runs, so that each limit is a number of calls. */
const PER = '30d';
const ALGORITHMS = ['fixedWindow', 'slidingWindow', 'slidingCounter', 'tokenBucket'] as const;

const clock = new SystemClock();
const {
  port,
  prefix,
  key,
  limit,
  pauseMs,
  commandTimeoutMs,
  log: path,
} = JSON.parse(process.argv[2] ?? '') as CallerOptions;
const log = openSync(path, 'a');
const connection = new RedisConnection({ port, commandTimeout: commandTimeoutMs });
await connection.start();
const counts: Record<string, { denied: number; undecided: number }> = {};
let runs = true;

process.on('disconnect', () => process.exit());
process.on('message', (order) => {
  if (order === 'stop') runs = false;
  process.send?.(counts);
});

async function callOn(algorithm: (typeof ALGORITHMS)[number]): Promise<void> {
  const limits = [{ name: 'one', algorithm, limit, per: PER } as const];
  const rules = { limits, onUnavailable: 'deny' } as const;
  const limiter = new RedisRateLimiter({ connection, prefix: `${prefix}${algorithm}:`, ...rules });
  const count = { denied: 0, undecided: 0 };
  counts[algorithm] = count;
  while (runs) {
    const { allowed, source } = await limiter.consume(key);
    // Written at once: a process that is killed has lost only what it was never told.
    if (allowed) writeSync(log, `${JSON.stringify({ algorithm } satisfies CallerRecord)}\n`);
    else if (source === 'redis') count.denied++;
    else count.undecided++;
    await pause(clock, pauseMs);
  }
}

process.send?.('ready');
await Promise.all(ALGORITHMS.map(callOn));
