import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'vitest';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { TieredCache } from '../../../src/implements/cache/tiered/tiered-cache.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { openRedisServer, type RedisForTests } from '../../support/redis/server/redis-for-tests.js';
import { eventually } from '../../support/time/eventually.js';

const VALUE = Buffer.from('value');

describe('TieredCache that tracks', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function opened(): Promise<RedisForTests> {
    const redis = await openRedisServer();
    closing.push(() => redis.close());
    return redis;
  }

  /** A tier of a process, with a bound that no push can wait for. */
  async function tier(redis: RedisForTests): Promise<TieredCache> {
    const loggerSite = new RecordingLoggerSite();
    const l2 = new RedisCache({ url: redis.url, prefix: 'tier:', loggerSite });
    await l2.start();
    const cache = new TieredCache({ l2, coherence: 'tracking', stalenessBound: '1h', loggerSite });
    closing.push(
      () => l2.close(),
      () => cache.close(),
    );
    await cache.start();
    await eventually('the stream stands', () => cache.stats().era > 0);
    return cache;
  }

  it('changes by any program reach copies long before the bound', async () => {
    const redis = await opened();
    const cache = await tier(redis);
    const reads = (expected: string | null): Promise<void> =>
      eventually('the change is read', async () => {
        const read = await cache.getValue('a');
        return (read === null ? null : String(read)) === expected;
      });
    await cache.setValue('a', VALUE, '1m');
    await reads('value');
    await redis.client.command('SET', 'tier:a', 'newer', 'PX', 60_000);
    await reads('newer');
    await redis.client.command('DEL', 'tier:a');
    await reads(null);
    await cache.setValue('a', VALUE, '1m');
    await reads('value');
    await redis.client.command('FLUSHALL');
    await reads(null);
  });

  it('a copy that nobody changes is served from memory', async () => {
    const cache = await tier(await opened());
    await cache.setValue('a', VALUE, '1m');
    await eventually('it is read from memory', async () => {
      await cache.getValue('a');
      return cache.stats().l1Hits > 0;
    });
    assert.equal(cache.stats().era > 0, true);
  });

  it('tags and clears of typed caches reach the copies of trackers', async () => {
    const redis = await opened();
    const users = [await tier(redis), await tier(redis)].map((store) => {
      const loggerSite = new RecordingLoggerSite();
      const typed = new TypedCache<number>({ store, namespace: 'u', expire: '1m', loggerSite });
      closing.push(() => typed.close());
      return typed;
    }) as [TypedCache<number>, TypedCache<number>];
    let loads = 0;
    const load = () => users[0].getOrSet(7, () => ++loads, { tags: ['staff'] });
    assert.equal(await load(), 1);
    await users[1].invalidateTags('staff');
    await eventually('the tag is invalidated here', async () => (await load()) === 2);
    await users[1].clear();
    await eventually('the namespace is cleared here', async () => (await load()) === 3);
  });
});
