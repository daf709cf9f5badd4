import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { MemoryCache } from '../../src/implements/cache/memory/memory-cache.js';
import { RedisCache } from '../../src/implements/cache/redis/redis-cache.js';
import { TieredCache } from '../../src/implements/cache/tiered/tiered-cache.js';
import type { ICache } from '../../src/interfaces/cache.js';
import { bytes, rejectsWith, text } from '../contract/expectations.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';
import { keySpace, openRedis, type RedisForTests } from '../support/redis/server/redis-for-tests.js';
import { ManualClock } from '../support/time/manual-clock.js';

const HOUR_MS = 3_600_000;

describe('caches with and without defaultExpire', () => {
  const loggerSite = new RecordingLoggerSite();
  let redis: RedisForTests;
  const open: { close?(): Promise<void> }[] = [];

  beforeAll(async () => {
    redis = await openRedis();
  });
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close?.()));
    await redis?.close();
  });

  type Options = { readonly defaultExpire?: '1h'; readonly failureMode?: 'throw' };
  const CACHES: Readonly<Record<string, (options: Options) => Promise<ICache>>> = {
    MemoryCache: async (options) => new MemoryCache({ loggerSite, ...options }),
    RedisCache: async (options) => {
      const cache = new RedisCache({ url: redis.url, prefix: keySpace(), loggerSite, ...options });
      open.unshift(cache);
      await cache.start();
      return cache;
    },
    TieredCache: async (options) => {
      const l2 = new MemoryCache({ loggerSite });
      const cache = new TieredCache({ l2, coherence: 'none', loggerSite, ...options });
      open.unshift(cache);
      await cache.start();
      return cache;
    },
  };

  it.each(Object.keys(CACHES))('%s stores what has no TTL of its own for defaultExpire', async (name) => {
    const cache = await CACHES[name]?.({ defaultExpire: '1h' });
    assert.ok(cache);
    assert.equal(await cache.setValue('a', bytes('1')), true);
    assert.equal(await cache.setValues([['b', bytes('2')]]), true);
    assert.equal(await cache.setValue('c', bytes('3'), '1m'), true);
    assert.equal(text(await cache.getValue('a')), '1');
    for (const [key, ms] of [
      ['a', HOUR_MS],
      ['b', HOUR_MS],
      ['c', 60_000],
    ] as const) {
      const left = await cache.getExpiry(key);
      assert.ok(left !== null && left <= ms && left > ms - 30_000, `${key}: ${left}`);
    }
    assert.equal(await cache.setValue('d', bytes('4'), 0), false, 'a TTL of 0 is not an omitted one');
  });

  it.each(Object.keys(CACHES))('%s without defaultExpire stores nothing that has no TTL', async (name) => {
    const cache = await CACHES[name]?.({});
    assert.ok(cache);
    assert.equal(await cache.setValue('a', bytes('1')), false);
    assert.equal(await cache.setValues([['a', bytes('1')]]), false);
    assert.equal(await cache.getValue('a'), null);
    const strict = await CACHES[name]?.({ failureMode: 'throw' });
    await rejectsWith('E_ARGUMENT', 'setValue', () => (strict as ICache).setValue('a', bytes('1')));
  });

  it('an entry that was stored for defaultExpire expires at that time', async () => {
    const clock = new ManualClock();
    const cache = new MemoryCache({ clock, defaultExpire: '1h' });
    await cache.setValue('a', bytes('1'));
    clock.advance(HOUR_MS - 1);
    assert.equal(await cache.hasValue('a'), true);
    clock.advance(1);
    assert.equal(await cache.hasValue('a'), false);
  });
});
