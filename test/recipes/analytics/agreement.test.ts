import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { MemoryAnalytics } from '../../../src/implements/recipes/analytics/memory-analytics.js';
import { RedisAnalytics } from '../../../src/implements/recipes/analytics/redis-analytics.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { IAnalytics } from '../../../src/interfaces/analytics.js';
import { DAY, HOUR, MINUTE } from '../../contract/analytics/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { CAMPAIGN_TIMEOUT_MS, runs } from '../../support/redis/stage/runs.js';
import { eventually } from '../../support/time/eventually.js';

/** One call, relative to the start of a day. */
type Step = (analytics: IAnalytics, dayMs: number) => Promise<unknown>;

const name = fc.constantFrom('a', 'b', 'a}', '{a', '__proto__', '%7B');
const moment = fc.oneof(
  fc.integer({ min: -DAY, max: DAY - 1 }),
  fc.constantFrom(-1, 0, 1, MINUTE - 1, MINUTE, HOUR - 1, HOUR, -30 * DAY),
);
const recordStep = fc
  .record({
    event: name,
    at: moment,
    by: fc.constantFrom(1, 2, 7, 2 ** 52, Number.MAX_SAFE_INTEGER),
    user: fc.option(fc.oneof(name, fc.constantFrom('c', 'd', 'e')), { nil: undefined }),
    values: fc.dictionary(
      fc.constantFrom('page', 'f:x'),
      fc.constantFrom('x', 'ä', '🙂', '\uffff', 'Z', '', 'y'),
    ),
  })
  .map(
    ({ event, at, ...rest }): Step =>
      (analytics, dayMs) =>
        analytics.record(event, { ...rest, at: new Date(dayMs + at) }),
  );
const range = fc
  .record({
    from: moment,
    length: fc.oneof(fc.integer({ min: 1, max: 2 * DAY }), fc.constantFrom(MINUTE, HOUR, DAY)),
    per: fc.constantFrom('minute' as const, 'hour' as const, 'day' as const, undefined),
  })
  .map(({ from, length, per }) => (dayMs: number) => ({
    from: new Date(dayMs + from),
    to: new Date(dayMs + from + length),
    per,
  }));
const readStep = fc
  .record({ event: name, range, n: fc.integer({ min: 0, max: 5 }), what: fc.nat(4) })
  .map(({ event, range: at, n, what }): Step => {
    return (analytics, dayMs) =>
      [
        () => analytics.series(event, { ...at(dayMs), per: at(dayMs).per ?? 'hour' }),
        () => analytics.total(event, at(dayMs)),
        () => analytics.uniques(event, at(dayMs)),
        () => analytics.top(event, 'page', n, at(dayMs)),
        async () => ({ ...(await analytics.ofUser(event)) }),
      ][what]?.() as Promise<unknown>;
  });
const programs = fc.array(fc.oneof({ weight: 2, arbitrary: recordStep }, readStep), {
  minLength: 1,
  maxLength: 30,
  size: 'max',
});

/** Result of a call, or the code and the reason of its error. */
async function answerOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    const { code, reason } = error as { code?: unknown; reason?: unknown };
    assert.ok(typeof code === 'string', String(error));
    return [code, reason];
  }
}

describe.each([TOPOLOGIES.STANDALONE])('analytics in memory and on $name', (topology) => {
  const stage = onStage(topology);

  it('random calls have the same answers', { timeout: CAMPAIGN_TIMEOUT_MS }, async () => {
    const loggerSite = new RecordingLoggerSite();
    const connection = new RedisConnection({ ...stage().options, commandTimeout: '5s', loggerSite });
    await connection.start();
    await eventually('the connection is there', () => connection.status === 'ready');
    const dayMs = Math.floor(Date.now() / DAY) * DAY - DAY;
    try {
      const property = fc.asyncProperty(programs, async (steps) => {
        const options = { maxValues: 3, maxUserEvents: 3, keepMinutes: 4 * DAY };
        const redis = new RedisAnalytics({ connection, prefix: keySpace(), loggerSite, ...options });
        const memory = new MemoryAnalytics(options);
        for (const [index, step] of steps.entries()) {
          const [ofRedis, ofMemory] = [
            await answerOf(step(redis, dayMs)),
            await answerOf(step(memory, dayMs)),
          ];
          assert.deepEqual(ofMemory, ofRedis, `step ${index}`);
        }
      });
      await fc.assert(property, runs(80, 5000));
    } finally {
      await connection.close();
    }
  });
});
