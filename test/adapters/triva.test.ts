import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { type TrivaCache, trivaCache } from '../../src/adapters/triva.js';
import { MemoryKeyValue, RedisKeyValue } from '../../src/data.js';
import type { IKeyValue } from '../../src/interfaces/key-value.js';
import { rejectsWith } from '../contract/expectations.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';
import { keySpace } from '../support/redis/server/redis-for-tests.js';
import { RedisServer } from '../support/redis/server/redis-server.js';

describe.each(['memory', 'Redis'])('trivaCache in %s', (where) => {
  let server: RedisServer | undefined;
  let store: IKeyValue & { close(): Promise<void> };
  let cache: TrivaCache;

  beforeAll(async () => {
    if (where === 'memory') {
      store = new MemoryKeyValue();
      return;
    }
    server = await RedisServer.start();
    const { host, port } = server;
    const redis = new RedisKeyValue({
      host,
      port,
      prefix: keySpace(),
      loggerSite: new RecordingLoggerSite(),
    });
    await redis.start();
    store = redis;
  });
  beforeEach(async () => {
    await store.clear();
    cache = trivaCache(store);
  });
  afterAll(async () => {
    await store?.close();
    await server?.stop();
  });

  const remaining = async (key: string): Promise<number> => {
    const life = await store.lifeOf(key);
    return life.state === 'expiring' ? life.remainingMs : Number.NaN;
  };

  it('the quick start of its page works as written', async () => {
    await cache.set('user:123', { name: 'John' }, 3_600_000);
    assert.deepEqual(await cache.get('user:123'), { name: 'John' });
    assert.ok((await remaining('user:123')) > 3_590_000);
  });

  it('the samples of patterns work as written, and find no more than they say', async () => {
    await cache.set('user:1', { name: 'Alice' });
    await cache.set('user:2', { name: 'Bob' });
    await cache.set('session:abc', { userId: 1 });
    await cache.set('xuser:1', 0);
    assert.deepEqual((await cache.keys('user:*')).sort(), ['user:1', 'user:2']);
    assert.deepEqual((await cache.keys('*')).sort(), ['session:abc', 'user:1', 'user:2', 'xuser:1']);
    assert.deepEqual((await cache.keys()).length, 4);
    assert.equal(await cache.delete('user:*'), 2);
    assert.equal(await cache.delete('user:*'), 0);
    assert.equal(await cache.delete('session:abc'), true);
    assert.equal(await cache.delete('session:abc'), false);
    assert.deepEqual(await cache.keys('*'), ['xuser:1']);
    assert.equal(await cache.clear(), 1);
  });

  it('the samples of TTLs work as written, to the millisecond', async () => {
    assert.equal(await cache.set('stock:AAPL', 187.5, 1000), true);
    await cache.set('user:123', { id: 123 }, 300_000);
    await cache.set('config', { a: 1 }, 86_400_000);
    await cache.set('session', { id: 1 }, 1999.5);
    await cache.set('forgotten', 1);
    const lives = await Promise.all(
      ['stock:AAPL', 'user:123', 'config', 'session', 'forgotten'].map(remaining),
    );
    const bounds = [1000, 300_000, 86_400_000, 2000, 600_000];
    lives.forEach((life, index) => {
      const bound = bounds[index] as number;
      assert.ok(life <= bound && life > bound - 1000, `${life} of ${bound}`);
    });
    const endless = trivaCache(store, { retention: 'none' });
    await endless.set('endless', 1);
    assert.deepEqual(await store.lifeOf('endless'), { state: 'persistent' });
  });

  it('a counter that was set as a number is incremented by the store', async () => {
    await cache.set('counter', 0);
    assert.equal(await store.increment('counter'), 1n);
    assert.equal(await cache.get('counter'), 1);
  });

  it('values that are falsy are values, and an absent one is null', async () => {
    for (const value of [0, '', false, null, [], {}]) {
      await cache.set('k', value);
      assert.deepEqual(await cache.get('k'), value);
      assert.equal(await cache.has('k'), true);
    }
    assert.equal(await cache.get('none'), null);
    assert.equal(await cache.has('none'), false);
  });

  it('a TTL that is none, and a value that JSON does not represent, are refused, and nothing is stored', async () => {
    for (const ttl of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      await rejectsWith('E_ARGUMENT', String(ttl), () => cache.set('k', 1, ttl));
    }
    await rejectsWith('E_ENCODE', 'undefined', () => cache.set('k', undefined));
    assert.equal(await cache.has('k'), false);
  });
});
