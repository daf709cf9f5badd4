import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import { type RouteMqHashes, type RouteMqRedis, redisManager } from '../../src/adapters/redis-manager.js';
import { MemoryKeyValue, RedisKeyValue } from '../../src/data.js';
import { RedisConnection } from '../../src/implements/redis/redis-connection.js';
import type { IKeyValue } from '../../src/interfaces/key-value.js';
import { rejectsWith } from '../contract/expectations.js';
import { scriptOf } from '../contract/redis-connection/calls.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';
import { keySpace } from '../support/redis/server/redis-for-tests.js';
import { RedisServer } from '../support/redis/server/redis-server.js';

/** Hashes of a test. */
function hashesOf(): RouteMqHashes {
  const all = new Map<string, { readonly fields: Map<string, string>; expireMs?: number }>();
  return {
    getHash: (name) => ({
      setFields: async (given) => {
        const hash = all.get(name) ?? { fields: new Map<string, string>() };
        const before = hash.fields.size;
        for (const [field, value] of given) hash.fields.set(field, String(value));
        if (hash.fields.size > 0) all.set(name, hash);
        return hash.fields.size - before;
      },
      field: async (field) => {
        const value = all.get(name)?.fields.get(field);
        return value === undefined ? undefined : Buffer.from(value);
      },
      expire: async (expireMs) => {
        const hash = all.get(name);
        if (hash !== undefined) hash.expireMs = expireMs;
        return hash !== undefined;
      },
      lifeOf: async () => {
        const hash = all.get(name);
        if (hash === undefined) return { state: 'absent' };
        const { expireMs } = hash;
        return expireMs === undefined
          ? { state: 'persistent' }
          : { state: 'expiring', remainingMs: expireMs };
      },
      delete: async () => all.delete(name),
    }),
  };
}

describe.each(['memory', 'Redis'])('redisManager in %s', (where) => {
  let server: RedisServer;
  let connection: RedisConnection;
  let store: IKeyValue & { close(): Promise<void> };
  let redis: RouteMqRedis;

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  beforeEach(async () => {
    const { host, port } = server;
    connection = new RedisConnection({ host, port, loggerSite: new RecordingLoggerSite() });
    store = where === 'memory' ? new MemoryKeyValue() : new RedisKeyValue({ connection, prefix: keySpace() });
    redis = redisManager(store, hashesOf(), connection);
    assert.equal(await redis.initialize(), true);
  });
  afterEach(async () => {
    await store.close();
    await connection.close();
  });
  afterAll(() => server?.stop());

  it('the samples of the connection work as written', async () => {
    assert.equal(redis.isEnabled(), true);
    assert.notEqual(redis.getClient(), null);
    await redis.disconnect();
    await redis.disconnect();
    assert.equal(redis.isEnabled(), false);
    assert.equal(redis.getClient(), null);
    const away = new RedisConnection({ host: '127.0.0.1', port: 1, loggerSite: new RecordingLoggerSite() });
    const unreachable = redisManager(store, hashesOf(), away);
    assert.equal(await unreachable.initialize(), false);
    await unreachable.disconnect();
  });

  it('the samples of basic operations work as written', async () => {
    assert.equal(await redis.get('user:123:name'), null);
    assert.equal(await redis.set('user:123:name', 'Ana'), true);
    assert.equal(await redis.get('user:123:name'), 'Ana');
    assert.equal(await redis.set('session:abc123', 'user_data'), true);
    assert.equal(await redis.set('temp:token', 'xyz789', { ex: 3600 }), true);
    assert.equal(await redis.set('unique:id', '123', { nx: true }), true);
    assert.equal(await redis.set('unique:id', '456', { nx: true, ex: 9 }), false);
    assert.equal(await redis.set('existing:key', 'new_value', { xx: true }), false);
    assert.equal(await redis.delete('temp:data'), 0);
    assert.equal(await redis.delete('session:abc123', 'unique:id', 'none'), 2);
    assert.equal(await redis.delete(), 0);
    assert.equal(await redis.exists('user:123:name'), true);
    assert.equal(await redis.exists('user:124'), false);
    assert.equal(await redis.set('f', 1.5), true);
    assert.equal(await redis.get('f'), '1.5');
  });

  it('the samples of lives work as written: in seconds, rounded up, -1 without end, -2 for an absent key', async () => {
    await redis.set('session:abc123', 'user_data');
    assert.equal(await redis.ttl('session:abc123'), -1);
    assert.equal(await redis.expire('session:abc123', 300), true);
    assert.equal(await redis.ttl('session:abc123'), 300);
    assert.equal(await redis.ttl('none'), -2);
    assert.equal(await redis.expire('none', 300), false);
    await redis.set('short', 'v', { px: 900 });
    assert.equal(await redis.ttl('short'), 1);
    await redis.set('long', 'v', { px: 1500 });
    assert.equal(await redis.ttl('long'), 2);
  });

  it('combinations that make no sense, and times that are none, are refused, and nothing is changed', async () => {
    await redis.set('k', 'before', { ex: 60 });
    for (const options of [
      { ex: 1, px: 1000 },
      { nx: true, xx: true },
      { ex: 0 },
      { ex: -1 },
      { px: Number.NaN },
      { ex: '5' as unknown as number },
    ]) {
      await rejectsWith('E_ARGUMENT', JSON.stringify(options), () => redis.set('k', 'v', options));
      await rejectsWith('E_ARGUMENT', JSON.stringify(options), () => redis.setJson('k', 'v', options));
    }
    for (const seconds of [0, -1, Number.NaN]) {
      await rejectsWith('E_ARGUMENT', `expire ${seconds}`, () => redis.expire('k', seconds));
    }
    assert.equal(await redis.get('k'), 'before');
    assert.equal(await redis.ttl('k'), 60);
  });

  it('the samples of counters work as written', async () => {
    assert.equal(await redis.incr('page:views'), 1);
    assert.equal(await redis.incr('api:calls', 5), 5);
    assert.equal(await redis.incr('api:calls', -2), 3);
    const requests = await Promise.all(Array.from({ length: 101 }, () => redis.incr('rate_limit:user:123')));
    assert.equal(requests.filter((count) => count > 100).length, 1);
    await redis.set('text', 'x');
    await rejectsWith('E_OPERATION_REFUSED', 'text', () => redis.incr('text'));
    await redis.set('huge', String(2n ** 53n));
    await rejectsWith('E_DECODE', 'huge', () => redis.incr('huge'));
    assert.equal(await store.getText('huge'), String(2n ** 53n + 1n));
  });

  it('the samples of hashes work as written, and their keys live, count and end as others', async () => {
    assert.equal(await redis.hset('user:123', 'name', 'John Doe'), 1);
    const mapping = { email: 'john@example.com', age: '30', status: 'active' };
    assert.equal(await redis.hset('user:123', { mapping }), 3);
    assert.equal(await redis.hset('user:123', { mapping: {} }), 0);
    assert.equal(await redis.hset('user:123', 'name', 'Jane'), 0);
    assert.equal(await redis.hget('user:123', 'name'), 'Jane');
    assert.equal(await redis.hget('user:123', 'age'), '30');
    assert.equal(await redis.hget('user:123', 'none'), null);
    assert.equal(await redis.hget('none', 'name'), null);
    await rejectsWith('E_ARGUMENT', 'hset', () => redis.hset('user:123', 'name', undefined as never));
    assert.equal(await redis.exists('user:123'), true);
    assert.equal(await redis.ttl('user:123'), -1);
    assert.equal(await redis.expire('user:123', 1800), true);
    assert.equal(await redis.ttl('user:123'), 1800);
    assert.equal(await redis.delete('user:123', 'none'), 1);
    assert.equal(await redis.hget('user:123', 'name'), null);
  });

  it('the samples of JSON work as written, and null is not an absent key', async () => {
    const data = {
      id: 123,
      name: 'John Doe',
      preferences: { theme: 'dark', notifications: true },
      tags: ['admin', 'developer'],
    };
    assert.equal(await redis.setJson('user:123:profile', data, { ex: 3600 }), true);
    assert.deepEqual(await redis.getJson('user:123:profile'), data);
    assert.equal(await redis.getJson('none'), undefined);
    for (const value of [null, {}, [], 0, '', false]) {
      await redis.setJson('k', value);
      assert.deepEqual(await redis.getJson('k'), value);
    }
    await rejectsWith('E_ENCODE', 'NaN', () => redis.setJson('k', Number.NaN));
  });

  it('the pattern of caching asks the database once', async () => {
    let asked = 0;
    const getUser = async (id: string): Promise<unknown> => {
      const cached = await redis.getJson(`user:${id}`);
      if (cached !== undefined) return cached;
      asked += 1;
      const user = { id };
      await redis.setJson(`user:${id}`, user, { ex: 3600 });
      return user;
    };
    assert.deepEqual(await getUser('7'), { id: '7' });
    assert.deepEqual(await getUser('7'), { id: '7' });
    assert.equal(asked, 1);
    assert.equal(await redis.ttl('user:7'), 3600);
  });

  it('the pattern of sessions creates, reads and deletes', async () => {
    const key = `session:${randomUUID()}`;
    await redis.setJson(key, { user_id: '7', theme: 'dark' }, { ex: 86_400 });
    assert.deepEqual(await redis.getJson(key), { user_id: '7', theme: 'dark' });
    assert.equal(await redis.ttl(key), 86_400);
    assert.equal((await redis.delete(key)) > 0, true);
    assert.equal((await redis.delete(key)) > 0, false);
  });

  it('the pattern of locks lets one of many in, and only its owner out', async () => {
    const owners = Array.from({ length: 10 }, () => randomUUID());
    const attempts = owners.map((owner) => redis.set('lock:resource:123', owner, { ex: 30, nx: true }));
    const held = (await Promise.all(attempts)).indexOf(true);
    assert.equal((await Promise.all(attempts)).filter(Boolean).length, 1);
    assert.equal(await redis.get('lock:resource:123'), owners[held]);
    if (!(store instanceof RedisKeyValue)) return;
    const release = scriptOf(
      "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end",
    );
    const key = `${store.keySpace.prefix}lock:resource:123`;
    assert.equal(await connection.script(release, [key], ['another']), 0);
    assert.equal(await connection.script(release, [key], [owners[held] as string]), 1);
  });

  it('a store that is away is an error, and neither an absent key nor a condition that is not met', async () => {
    if (where === 'memory') await store.close();
    else await redis.disconnect();
    await rejectsWith('E_DISPOSED', 'get', () => redis.get('k'));
    await rejectsWith('E_DISPOSED', 'set', () => redis.set('k', 'v', { nx: true }));
    await rejectsWith('E_DISPOSED', 'ttl', () => redis.ttl('k'));
  });
});
