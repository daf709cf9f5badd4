import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { connection, server } from '../../support/redis/stage/connection-rig.js';
import { eventually } from '../../support/time/eventually.js';

const CALLS = 200_000;
const CHUNK = 1000;
const VALUE_BYTES = 1024;
const MIB = 1024 ** 2;
/**
 * Memory for the 10 000 calls that may be in flight: 10 MiB of values, and twice as much for the objects of each call.
 * An unbounded queue of all offered calls would need 200 MiB for the values alone.
 */
const BOUND_MIB = 48;
/** Memory of calls that wait for room: `maxWaitingBytes`, which is an estimate. */
const WAITING_MIB = 64;
const WAITING_BOUND_MIB = 1.25 * WAITING_MIB;
/** Memory of a waiting call besides its value, as the option counts it. */
const CALL_BYTES = 1024;
/** Bound of the resident set, which consists mostly of garbage above the other bound. */
const RSS_BOUND_MIB = 320;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Memory that this process retains after garbage collection, bytes outside the heap included. */
async function keptMib(): Promise<number> {
  // A settled call can be collected only after its callers have run.
  for (let round = 0; round < 3; round += 1) {
    await setImmediate();
    gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MIB;
}

/** Writes values that only the connection references; returns the number of failed writes for each error code. */
async function offer(redis: RedisConnection, calls: number, paceMs = 0): Promise<Map<string, number>> {
  const failures = new Map<string, number>();
  const count = ({ code }: { code: string }): void => void failures.set(code, (failures.get(code) ?? 0) + 1);
  const startedAt = performance.now();
  const { stackTraceLimit } = Error;
  // Stack traces are most of the cost of a refusal, and irrelevant here.
  Error.stackTraceLimit = 0;
  for (let call = 0; call < calls; call += 1) {
    redis.execute(['SET', `k${call}`, Buffer.alloc(VALUE_BYTES, call)]).catch(count);
    if (call % CHUNK !== 0) continue;
    await setImmediate();
    const dueMs = (call / CHUNK) * paceMs;
    await eventually('the next are due', () => performance.now() - startedAt >= dueMs);
  }
  Error.stackTraceLimit = stackTraceLimit;
  return failures;
}

describe('process memory while the server is frozen', { timeout: 60_000 }, () => {
  /** Freezes a server at the last moment: an idle link is given up within seconds. */
  const frozen = async (
    options: object,
  ): Promise<{ redis: RedisConnection; before: number; thaw: () => void }> => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port, ...options });
    await redis.start();
    await eventually('it is ready', () => redis.status === 'ready');
    const before = await keptMib();
    await redis.ping(); // A link that was idle for longer is asked first whether it still works.
    redisServer.freeze();
    return { redis, before, thaw: () => redisServer.thaw() };
  };

  it('memory is bounded before the freeze is noticed, because calls beyond maxWaitingBytes are refused', async () => {
    const { redis, before } = await frozen({ commandTimeout: '30s', maxWaitingBytes: `${WAITING_MIB}MiB` });
    const rssBefore = process.memoryUsage.rss();
    const failures = await offer(redis, CALLS);
    expect([...failures.keys()]).toEqual(['E_OVERLOADED']);
    const most = 10_000 + (WAITING_MIB * MIB) / (CALL_BYTES + VALUE_BYTES);
    expect(failures.get('E_OVERLOADED')).toBeGreaterThanOrEqual(CALLS - most);
    expect((await keptMib()) - before).toBeLessThan(BOUND_MIB + WAITING_BOUND_MIB);
    expect((process.memoryUsage.rss() - rssBefore) / MIB).toBeLessThan(RSS_BOUND_MIB);
  });

  it('memory is bounded during seconds of expired calls, open circuits and reconnect attempts', async () => {
    const { redis, before, thaw } = await frozen({ commandTimeout: '500ms' });
    const failures = await offer(redis, CALLS, 20);
    expect((await keptMib()) - before).toBeLessThan(BOUND_MIB + WAITING_BOUND_MIB);
    expect([...failures.keys()]).toContain('E_OPERATION_TIMEOUT');
    thaw();
    await eventually('it is ready', () => redis.status === 'ready');
    expect(await redis.execute(['SET', 'k', 'v'])).toBe('OK');
  });

  it('memory would grow without a bound on calls in flight', async () => {
    const { redis, before } = await frozen({ commandTimeout: '30s', maxInFlight: 1_000_000 });
    await offer(redis, CALLS / 4);
    expect((await keptMib()) - before).toBeGreaterThan(BOUND_MIB);
  });
});
