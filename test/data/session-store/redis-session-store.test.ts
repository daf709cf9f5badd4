import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import {
  RedisSessionStore,
  type RedisSessionStoreOptions,
} from '../../../src/implements/data/session-store/redis-session-store.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { ConnectionError, OperationError } from '../../../src/interfaces/errors.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import { all, rejectsWith } from '../../contract/expectations.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';

describe('RedisSessionStore', () => {
  let server: RedisServer;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server?.stop());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  async function storeWith(options: Partial<RedisSessionStoreOptions> = {}): Promise<RedisSessionStore> {
    const { host, port } = server;
    const own = { host, port, prefix: keySpace(), commandTimeout: 300, ...options };
    const store = new RedisSessionStore(own as RedisSessionStoreOptions);
    open.push(store);
    await store.start();
    await eventually('Redis answers', async () => (await store.health()).status === 'ready');
    return store;
  }

  async function keysOf(prefix: string): Promise<string[]> {
    return ((await server.cli('KEYS', `${prefix}*`)) as Buffer[]).map(String).sort();
  }

  /** Everything that Redis holds below a prefix. */
  async function contentOf(prefix: string): Promise<string> {
    const texts = await Promise.all(
      (await keysOf(prefix)).map(async (key) => {
        const isHash = (await server.text('TYPE', key)) === 'hash';
        const words = (await server.cli(
          ...(isHash ? ['HGETALL', key] : ['ZRANGE', key, '0', '-1']),
        )) as Buffer[];
        return [key, ...words.map(String)].join(' ');
      }),
    );
    return texts.join('\n');
  }

  async function calls(name: string): Promise<number> {
    const stats = await server.text('INFO', 'commandstats');
    return Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  }

  describe('keys in Redis', () => {
    it('Redis holds neither an id nor a part of one, but its SHA-256', async () => {
      const prefix = keySpace();
      const store = await storeWith({ prefix });
      const { id } = await store.create({ a: 1 }, { userId: 'ada@example.com' });
      const next = await store.regenerate(id);
      const content = await contentOf(prefix);
      for (const one of [id, next?.id ?? '']) {
        for (let at = 0; at + 10 <= one.length; at += 1) assert.ok(!content.includes(one.slice(at, at + 10)));
      }
      assert.ok(
        content.includes(
          createHash('sha256')
            .update(next?.id ?? '')
            .digest('base64url'),
        ),
      );
      assert.ok(
        (await keysOf(prefix)).every((key) => !key.includes('ada')),
        'no key has a user in it',
      );
    });

    it('every call of a session store but `update` is one command', async () => {
      const store = await storeWith();
      const { id } = await store.create({}, { userId: 'ada' });
      await store.get(id);
      await store.touch(id);
      const counted = async (call: () => Promise<unknown>): Promise<number> => {
        const before = (await calls('evalsha')) + (await calls('eval'));
        await call();
        return (await calls('evalsha')) + (await calls('eval')) - before;
      };
      assert.equal(await counted(() => store.get(id)), 1);
      assert.equal(await counted(() => store.touch(id)), 1);
      await store.update(id, (data) => data);
      assert.equal(await counted(() => store.update(id, (data) => data)), 2);
    });

    it('a session takes some 350 bytes more than its data, and its user one place', async () => {
      const prefix = keySpace();
      const store = await storeWith({ prefix });
      await store.create({}, { userId: 'ada' });
      const sizes = await Promise.all(
        (await keysOf(prefix)).map(async (key) => Number(await server.cli('MEMORY', 'USAGE', key))),
      );
      const [session = 0, user = 0] = sizes.sort((a, b) => b - a);
      assert.ok(session > 200 && session < 420, String(session));
      assert.ok(user < 200, String(user));
    });

    it('sessions that expired leave the list of their user and Redis', async () => {
      const prefix = keySpace();
      const store = await storeWith({ prefix, idle: 30 });
      await store.create({}, { userId: 'ada' });
      await store.create({}, { userId: 'ada' });
      await eventually('Redis is empty again', async () => (await keysOf(prefix)).length === 0);
      const slow = await storeWith({ prefix, idle: '1m' });
      const kept = await slow.create({}, { userId: 'ada' });
      const [session] = (await keysOf(prefix)).filter((key) => !key.endsWith('u'));
      await server.cli('UNLINK', session ?? '');
      assert.deepEqual(await all(slow.list('ada')), []);
      assert.deepEqual(await keysOf(prefix), [], kept.reference);
    });

    it('a session that lost its expiry gets it back with its next use', async () => {
      const prefix = keySpace();
      const store = await storeWith({ prefix });
      const { id } = await store.create({});
      const [key = ''] = await keysOf(prefix);
      await server.cli('PERSIST', key);
      assert.equal(await store.touch(id), true);
      assert.ok(Number(await server.cli('PTTL', key)) > 0);
    });

    it('a clock of the server that was set back does not prolong the longest life', async () => {
      const prefix = keySpace();
      const store = await storeWith({ prefix, idle: '2d', absolute: '1h' });
      const { id } = await store.create({});
      const [key = ''] = await keysOf(prefix);
      await server.cli('HSET', key, 'e', String(Number(await server.text('HGET', key, 'e')) + 9e9));
      const session = await store.get(id);
      assert.ok(session && session.remainingMs <= 3_600_000, String(session?.remainingMs));
      await eventually('the end is fixed, and comes nearer', async () => {
        return ((await store.get(id))?.remainingMs ?? 0) < 3_600_000 - 5;
      });
    });

    it('a value of another type at the place of a session is an error, and never absence', async () => {
      const prefix = keySpace();
      const store = await storeWith({ prefix });
      const { id } = await store.create({});
      const [key = ''] = await keysOf(prefix);
      await server.cli('SET', key, 'x');
      const error = await rejectsWith('E_OPERATION_REFUSED', 'get', () => store.get(id));
      assert.ok(OperationError.is(error) && error.reason === 'WRONGTYPE', String(error));
    });

    it('a full Redis refuses a session whole', async () => {
      const prefix = keySpace();
      const store = await storeWith({ prefix });
      const { id } = await store.create({ a: 1 });
      await server.cli('CONFIG', 'SET', 'maxmemory', '1');
      try {
        const error = await rejectsWith('E_OPERATION_REFUSED', 'create', () =>
          store.create({}, { userId: 'ada' }),
        );
        assert.ok(OperationError.is(error) && error.reason === 'OOM' && error.outcome === 'refused');
        await rejectsWith('E_OPERATION_REFUSED', 'update', () => store.update(id, () => ({ a: 2 })));
        assert.deepEqual((await store.get(id))?.data, { a: 1 }, 'reading goes on');
      } finally {
        await server.cli('CONFIG', 'SET', 'maxmemory', '0');
      }
      assert.equal((await keysOf(prefix)).length, 1);
    });
  });

  describe('outages', () => {
    it('a frozen Redis lets every call fail in time, with its outcome', async () => {
      const store = await storeWith();
      const { id } = await store.create({}, { userId: 'ada' });
      const running: readonly (() => Promise<unknown>)[] = [
        () => store.get(id),
        () => store.update(id, (data) => data),
        () => store.touch(id),
        () => store.regenerate(id),
        () => store.destroy(id),
        () => store.destroyAll('ada'),
        () => store.create({}),
        () => all(store.list('ada')),
      ];
      server.freeze();
      try {
        const errors = await Promise.all(
          running.map((call) =>
            settlesInTime(350, 'a call', () =>
              call().then(
                () => undefined,
                (e) => e,
              ),
            ),
          ),
        );
        for (const error of errors) {
          assert.ok(ConnectionError.is(error) || OperationError.is(error), String(error));
          assert.ok(!String(error).includes(id) && !String(error).includes('ada'), 'no id in a message');
        }
      } finally {
        server.thaw();
      }
    });

    it('calls that a frozen Redis runs after a destroy bring nothing back', async () => {
      const prefix = keySpace();
      const slow = await storeWith({ prefix });
      const other = new RedisConnection({ host: server.host, port: server.port, commandTimeout: '5s' });
      open.push(other);
      await other.start();
      const store = new RedisSessionStore({ connection: other, prefix });
      const { id } = await store.create({ a: 1 }, { userId: 'ada' });
      await slow.get(id);
      server.freeze();
      const destroying = store.destroy(id);
      const late = [slow.update(id, () => ({ a: 2 })), slow.touch(id), slow.regenerate(id), slow.get(id)].map(
        (call) =>
          call.then(
            () => undefined,
            (error: unknown) => error,
          ),
      );
      const outcomes = await Promise.all(late);
      assert.ok(outcomes.every((error) => error instanceof Error));
      server.thaw();
      const destroyed = await destroying;
      await eventually('the server has done all that it was sent', async () => {
        return (await store.get(id)) === undefined;
      });
      // Redis may have regenerated it first: then nobody knows the new id, and its user can end it.
      const left = (await all(store.list('ada'))).length;
      assert.equal(left, destroyed ? 0 : 1);
      assert.equal(await store.destroyAll('ada'), left);
      assert.deepEqual(await keysOf(prefix), []);
    });
  });

  describe('updates by several', () => {
    it('updates of one process come after each other, however many there are', async () => {
      const store = await storeWith({ commandTimeout: '5s' });
      const { id } = await store.create({ count: 0 });
      let runs = 0;
      const updates = Array.from({ length: 200 }, () =>
        store.update(id, ({ count }) => {
          runs += 1;
          return { count: Number(count) + 1 };
        }),
      );
      await Promise.all(updates);
      assert.deepEqual([(await store.get(id))?.data, runs], [{ count: 200 }, 200]);
    });

    it('an update that others forestall every time gives up, and says so', async () => {
      const prefix = keySpace();
      const connection = new RedisConnection({ host: server.host, port: server.port, commandTimeout: '9s' });
      open.push(connection);
      await connection.start();
      const { id } = await new RedisSessionStore({ connection, prefix }).create({ count: 0 });
      const [key = ''] = await keysOf(prefix);
      let runs = 0;
      const script: IRedisConnection['script'] = async (...args) => {
        await server.cli('HSET', key, 'v', `v${runs}`);
        return connection.script(...args);
      };
      const forestalled = new Proxy(connection, {
        get: (target, name) => (name === 'script' ? script : Reflect.get(target, name, target)),
      });
      const update = new RedisSessionStore({ connection: forestalled, prefix }).update(id, () => {
        runs += 1;
        return { count: runs };
      });
      const error = await rejectsWith('E_OPERATION_REFUSED', 'update', () => update);
      assert.ok(OperationError.is(error));
      assert.deepEqual([error.reason, error.outcome, runs], ['CONFLICT', 'refused', 100]);
      assert.equal(await server.text('HGET', key, 'd'), '{"count":0}');
    });
  });
});
