import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { MemoryCache } from '../../src/implements/cache/memory/memory-cache.js';
import { RedisCache } from '../../src/implements/cache/redis/redis-cache.js';
import type { ICache } from '../../src/interfaces/cache.js';
import type { Duration } from '../../src/interfaces/duration.js';
import { all } from '../contract/expectations.js';
import { keySpace, openRedis, type RedisForTests } from '../support/redis/server/redis-for-tests.js';
import { CAMPAIGN_TIMEOUT_MS, runs } from '../support/redis/stage/runs.js';

/** One call, as text for a report, and the result on which both caches must agree. */
interface Step {
  readonly call: string;
  run(cache: ICache): Promise<unknown>;
}

const TOLERANCE_MS = 2000;

const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'user:1', 'user:2', 'é', '{x}', '*') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }) },
);
const value = fc.option(fc.uint8Array({ maxLength: 200 }), { freq: 6 });
/** A minute and more, so that no pause of the machine makes a difference; and some that are refused. */
const expire: fc.Arbitrary<Duration> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 60_000, max: 10_000_000 }) },
  { weight: 4, arbitrary: fc.double({ min: 60_000, max: 10_000_000, noNaN: true }) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }).map((hours): Duration => `${hours + 0.5}h`) },
  {
    weight: 4,
    arbitrary: fc
      .record({ days: fc.nat(9), minutes: fc.integer({ min: 1, max: 59 }) })
      .map((parts): Duration => parts),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Duration>(0, -1, Number.NaN, '0s', { hours: 0 }, 36_500 * 86_400_000 + 1),
  },
);
const pattern = fc.constantFrom(
  '*',
  'user:*',
  '?',
  '??',
  '[ab]',
  '[^a]',
  '\\*',
  '',
  'zzz',
  '*:[0-9]',
  '[a-z]*',
);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .record({ key })
    .map(({ key }) => named('getValue', key, async (cache) => hex(await cache.getValue(key)))),
  fc
    .record({ key, value, expire })
    .map(({ key, value, expire }) =>
      named('setValue', [key, hex(value), expire], (cache) => cache.setValue(key, value, expire)),
    ),
  fc.record({ key }).map(({ key }) => named('deleteValue', key, (cache) => cache.deleteValue(key))),
  fc.record({ key }).map(({ key }) => named('hasValue', key, (cache) => cache.hasValue(key))),
  fc.record({ key }).map(({ key }) => named('getExpiry', key, (cache) => cache.getExpiry(key))),
  fc
    .record({ key, expire })
    .map(({ key, expire }) => named('setExpiry', [key, expire], (cache) => cache.setExpiry(key, expire))),
  fc
    .array(key, { maxLength: 6 })
    .map((keys) => named('getValues', keys, async (cache) => (await cache.getValues(keys)).map(hex))),
  fc
    .record({ entries: fc.array(fc.tuple(key, value), { maxLength: 6 }), expire })
    .map(({ entries, expire }) =>
      named('setValues', [entries.map(([key, value]) => [key, hex(value)]), expire], (cache) =>
        cache.setValues(entries, expire),
      ),
    ),
  fc
    .array(key, { maxLength: 6 })
    .map((keys) => named('deleteValues', keys, (cache) => cache.deleteValues(keys))),
  pattern.map((text) => named('keys', text, async (cache) => (await all(cache.keys(text))).sort())),
  pattern.map((text) => named('clear', text, (cache) => cache.clear(text))),
);

function named(method: string, args: unknown, run: Step['run']): Step {
  return { call: `${method}(${JSON.stringify(args)})`, run };
}

function hex(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('hex');
}

/** Remaining TTLs may differ by the time between the two calls; all other results are equal. */
function assertAgree(call: string, memory: unknown, redis: unknown): void {
  if (call.startsWith('getExpiry') && typeof memory === 'number' && typeof redis === 'number') {
    assert.ok(Math.abs(memory - redis) <= TOLERANCE_MS, `${call}: memory ${memory} ms, Redis ${redis} ms`);
  } else {
    assert.deepEqual(memory, redis, `${call}: memory and Redis answer differently`);
  }
}

describe('MemoryCache and RedisCache', () => {
  let redis: RedisForTests;
  const silent = { getLogger: () => ({ info() {}, warning() {}, error() {} }) };
  beforeAll(async () => {
    redis = await openRedis();
  });
  afterAll(() => redis.close());

  it('both caches return the same results for every sequence of calls', {
    timeout: CAMPAIGN_TIMEOUT_MS,
  }, async () => {
    const remote = new RedisCache({
      url: redis.url,
      commandTimeout: '5s',
      prefix: keySpace(),
      loggerSite: silent,
    });
    await remote.start();
    try {
      await fc.assert(
        fc
          .asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
            const memory = new MemoryCache({ loggerSite: silent });
            for (const { call, run } of steps) assertAgree(call, await run(memory), await run(remote));
            assert.deepEqual((await all(memory.keys())).sort(), (await all(remote.keys())).sort());
            await memory.close();
          })
          .afterEach(async () => void (await remote.clear())),
        runs(60, 20_000),
      );
    } finally {
      await remote.close();
    }
  });
});
