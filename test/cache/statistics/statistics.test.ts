import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { NullCache } from '../../../src/implements/cache/null-cache.js';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { TieredCache } from '../../../src/implements/cache/tiered/tiered-cache.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import type { FailureMode } from '../../../src/interfaces/cache.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { ManualClock } from '../../support/time/manual-clock.js';

/** A cache whose server does not exist. */
function unreachable(failureMode: FailureMode): RedisCache {
  return new RedisCache({
    url: 'redis://127.0.0.1:1',
    prefix: 'statistics:',
    commandTimeout: '50ms',
    loggerSite: new RecordingLoggerSite(),
    failureMode,
  });
}

describe('statistics', () => {
  it.each(['degrade', 'throw'] as const)(
    'RedisCache counts calls that its server failed as errors, and neither as hits nor as misses, with failureMode %s',
    async (failureMode) => {
      const cache = unreachable(failureMode);
      await Promise.allSettled([
        ...[cache.getValue('a'), cache.getValue('a'), cache.getValues(['a', 'b'])],
        ...[cache.setValue('a', Buffer.from('v'), '1m'), cache.deleteValue('a'), cache.hasValue('a')],
        ...[cache.setValues([['a', null]], '1m'), cache.deleteValues(['a']), cache.read({ keys: ['a'] })],
        ...[cache.write('a', Buffer.from('v'), '1m'), cache.invalidate(['a']), cache.clear('*')],
      ]);
      const { latency, ...counts } = cache.stats();
      assert.deepEqual(counts, { hits: 0, misses: 0, hitRate: 0, sets: 0, deletes: 0, errors: 12 });
      assert.equal(latency.calls > 0, true);
      await cache.close();
    },
  );

  it('TieredCache counts copies and values of the cache below as hits, and what both lack as misses', async () => {
    const clock = new ManualClock();
    const below = new MemoryCache({ clock });
    const tier = new TieredCache({ l2: below, coherence: 'none', clock });
    await below.setValue('k', Buffer.from('v'), '1m');
    for (const key of ['k', 'k', 'absent']) await tier.getValue(key);
    const { l1Hits, l2Hits, hits, misses, hitRate } = tier.stats();
    assert.deepEqual({ l1Hits, l2Hits, hits, misses }, { l1Hits: 1, l2Hits: 1, hits: 2, misses: 1 });
    assert.equal(hitRate, 2 / 3);
    await tier.close();
    await below.close();
  });

  it('NullCache counts every read as a miss', async () => {
    const cache = new NullCache();
    await cache.setValue('k', null, '1m');
    await cache.getValue('k');
    await cache.getValues(['k', 'l']);
    const { hits, misses, hitRate, sets } = cache.stats();
    assert.deepEqual({ hits, misses, hitRate, sets }, { hits: 0, misses: 3, hitRate: 0, sets: 0 });
    cache.resetStats();
    assert.equal(cache.stats().misses, 0);
  });

  it('TypedCache counts falsy values as hits, with their sets, deletes and loads', async () => {
    const clock = new ManualClock();
    const store = new MemoryCache({ clock });
    const cache = new TypedCache<unknown>({ store, namespace: 'typed', expire: '1m', clock });
    for (const value of [0, '', false, null]) {
      await cache.set('k', value);
      assert.equal(await cache.get('k'), value);
    }
    await cache.delete('k');
    await cache.delete('k');
    await cache.getOrSet('k', async () => {
      await clock.advance(40);
      return 'loaded';
    });
    await assert.rejects(cache.getOrSet('other', () => Promise.reject(new Error('no'))));
    const { hits, hitRate, sets, deletes, errors, latency, misses } = cache.stats();
    assert.deepEqual({ hits, sets, deletes, errors }, { hits: 4, sets: 5, deletes: 1, errors: 0 });
    assert.equal(misses.absent, 2);
    assert.equal(hitRate, 4 / 6);
    assert.deepEqual(latency, { calls: 2, totalMs: 40, meanMs: 20, maxMs: 40 });
    cache.resetStats();
    assert.deepEqual(
      [cache.stats().hits, cache.stats().misses.absent, cache.stats().latency.calls, cache.stats().hitRate],
      [0, 0, 0, 0],
    );
    await cache.close();
    await store.close();
  });
});
