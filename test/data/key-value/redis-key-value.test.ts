import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import {
  RedisKeyValue,
  type RedisKeyValueOptions,
} from '../../../src/implements/data/key-value/redis/redis-key-value.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { OperationError } from '../../../src/interfaces/errors.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import { all, patterned, rejectsWith } from '../../contract/expectations.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';

describe('RedisKeyValue', () => {
  let server: RedisServer;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server?.stop());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  type Rest = Partial<Omit<RedisKeyValueOptions, 'connection'>>;

  async function valuesWith(options: Rest = {}): Promise<RedisKeyValue> {
    const { host, port } = server;
    const own = {
      host,
      port,
      prefix: keySpace(),
      commandTimeout: '5s',
      loggerSite: new RecordingLoggerSite(),
    };
    const values = new RedisKeyValue({ ...own, ...options } as RedisKeyValueOptions);
    open.push(values);
    await values.start();
    await eventually('Redis answers', async () => (await values.health()).status === 'ready');
    return values;
  }

  /** A shared connection, and the calls that it gets. */
  async function recorded(): Promise<{ connection: IRedisConnection; sent: string[] }> {
    const { host, port } = server;
    const loggerSite = new RecordingLoggerSite();
    const connection = new RedisConnection({ host, port, loggerSite });
    open.push(connection);
    await connection.start();
    const sent: string[] = [];
    const names = new Set(['execute', 'pipeline', 'script', 'transaction', 'blocking', 'scan']);
    const recording = new Proxy<IRedisConnection>(connection, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          const [first] = args;
          if (names.has(String(name))) sent.push(Array.isArray(first) ? String(first[0]) : String(name));
          return member.apply(target, args);
        };
      },
    });
    return { connection: recording, sent };
  }

  it('every call is one round trip, and arguments are checked before it', async () => {
    const { connection, sent } = await recorded();
    const values = new RedisKeyValue({ connection, prefix: keySpace() });
    const expected: [string, () => Promise<unknown>][] = [
      ['GET', () => values.get('k')],
      ['SET', () => values.set('k', '1', { expire: 1500, when: 'absent' })],
      ['INCRBY', () => values.increment('k')],
      ['script', () => values.increment('k', 1, { expire: '1h' })],
      ['MGET', () => values.getMany(['k'])],
      [
        'script',
        () =>
          values.setMany([
            ['a', '1', { expire: 5000 }],
            ['b', '2'],
          ]),
      ],
      ['UNLINK', () => values.delete('a', 'b', 'c')],
      ['EXISTS', () => values.countExisting(['a', 'k'])],
      ['PTTL', () => values.lifeOf('k')],
      ['PEXPIRE', () => values.expire('k', '1h')],
      ['PERSIST', () => values.persist('k')],
      ['GETEX', () => values.getAndExpire('k', '1h')],
      ['SET', () => values.setJson('k', { a: 1 })],
      ['GET', () => values.getJson('k')],
      ['scan', () => all(values.keys('*'))],
      ['scan', () => values.count()],
    ];
    for (const [command, call] of expected) {
      await call();
      assert.deepEqual(sent.splice(0), [command], String(call));
    }
    await rejectsWith('E_ARGUMENT', 'set', () => values.set('k', 'v', { expire: '1h', keepExpire: true }));
    await rejectsWith('E_ENCODE', 'setJson', () => values.setJson('k', Number.NaN));
    assert.equal(await values.delete(), 0);
    assert.deepEqual(await values.getMany([]), []);
    assert.deepEqual(sent, []);
  });

  it('a server without memory refuses every write with OOM, and nothing is half written', async () => {
    const values = await valuesWith({ chunk: '1KiB' });
    await values.set('k', 'before', { expire: '1h' });
    await values.set('long', patterned(5000), { expire: '1h' });
    await server.configure('maxmemory', 1);
    try {
      const calls = [
        () => values.set('k', 'after'),
        () => values.set('k', patterned(9000)),
        () => values.set('long', patterned(9000), { keepExpire: true }),
        () => values.set('new', 'v', { when: 'absent', expire: '1h' }),
        () => values.setJson('k', 'after'),
        () =>
          values.setMany([
            ['k', 'after'],
            ['new', 'v'],
          ]),
        () => values.increment('new'),
        () => values.increment('new', 1, { expire: '1h' }),
      ];
      for (const call of calls) {
        const error = await rejectsWith('E_OPERATION_REFUSED', String(call), call);
        assert.ok(OperationError.is(error) && error.reason === 'OOM' && error.outcome === 'refused');
      }
      assert.equal(await values.getText('k'), 'before');
      assert.equal((await values.get('long'))?.byteLength, 5000);
      assert.equal((await values.lifeOf('long')).state, 'expiring');
      assert.equal(await values.exists('new'), false);
      assert.equal(await values.delete('k'), 1);
    } finally {
      await server.configure('maxmemory', 0);
    }
  });

  it('a replica refuses every change with READONLY, and nothing is half written', async () => {
    const values = await valuesWith({ chunk: '1KiB' });
    await values.setMany([
      ['k', '1', { expire: '1h' }],
      ['long', patterned(5000)],
    ]);
    await server.cli('REPLICAOF', '127.0.0.1', '1');
    try {
      const calls = [
        () => values.set('k', 'after'),
        () => values.set('long', patterned(9000)),
        () =>
          values.setMany([
            ['k', 'after'],
            ['new', 'v'],
          ]),
        () => values.increment('k'),
        () => values.increment('new', 1, { expire: '1h' }),
        () => values.delete('k', 'long'),
        () => values.persist('k'),
        () => values.clear(),
      ];
      for (const call of calls) {
        const error = await rejectsWith('E_OPERATION_REFUSED', String(call), call);
        assert.ok(OperationError.is(error) && error.reason === 'READONLY' && error.outcome === 'refused');
      }
    } finally {
      await server.cli('REPLICAOF', 'NO', 'ONE');
    }
    assert.equal(await values.getText('k'), '1');
    assert.equal((await values.lifeOf('k')).state, 'expiring');
    assert.equal((await values.get('long'))?.byteLength, 5000);
  });

  it('a call that a frozen server does not answer ends in time as unknown, and is not sent twice', async () => {
    const values = await valuesWith({ commandTimeout: 300 });
    await values.set('n', 0);
    server.freeze();
    try {
      const calls = [
        () => values.increment('n'),
        () => values.set('n', 1, { when: 'absent' }),
        () => values.get('n'),
      ];
      for (const call of calls) {
        const error = await settlesInTime(350, String(call), () =>
          rejectsWith('E_OPERATION_TIMEOUT', String(call), call),
        );
        assert.ok(OperationError.is(error) && error.outcome === 'unknown');
      }
    } finally {
      server.thaw();
    }
    await eventually('Redis answers', async () => (await values.health()).status === 'ready');
    await eventually('the call that was sent has run', async () => (await values.getText('n')) === '1');
    assert.equal(await values.increment('n'), 2n);
  });

  it('a store without a server rejects as not sent, and never answers that a value is absent', async () => {
    const values = new RedisKeyValue({ host: '127.0.0.1', port: 1, loggerSite: new RecordingLoggerSite() });
    open.push(values);
    await values.start();
    const calls = [
      () => values.get('k'),
      () => values.exists('k'),
      () => values.set('k', 'v', { when: 'absent' }),
      () => values.lifeOf('k'),
      () => values.getMany(['k']),
      () => values.delete('k'),
      () => all(values.keys('*')),
      () => values.count(),
    ];
    for (const call of calls) {
      const error = await rejectsWith('E_CONNECTION_REFUSED', String(call), call);
      assert.equal((error as { outcome?: string }).outcome, 'not-sent');
    }
  });

  it('a store without a prefix deletes by pattern only, and counts the whole database', async () => {
    const values = await valuesWith({ prefix: '' });
    const space = keySpace();
    await server.cli('SET', `${space}foreign`, 'v');
    const before = await values.count();
    await values.set(`${space}own`, 'v');
    assert.equal(await values.count(), before + 1);
    await rejectsWith('E_ARGUMENT', 'clear', () => values.clear());
    await rejectsWith('E_ARGUMENT', 'keys', () => all(values.keys()));
    assert.equal(await values.deleteMatching(`${space}own*`), 1);
    assert.equal(await server.cli('EXISTS', `${space}foreign`), 1);
  });

  it('`clear` leaves the keys of others, whatever their names', async () => {
    const space = keySpace();
    const values = await valuesWith({ prefix: `${space}a*:` });
    const foreign = [`${space}ab:k`, `${space}a`, `${space}a*`, `${space}b`];
    for (const key of foreign) await server.cli('SET', key, 'v');
    await values.setMany([
      ['k', 'v'],
      ['*', 'v'],
    ]);
    assert.equal(await values.clear(), 2);
    assert.equal(await server.cli('EXISTS', ...foreign), 4);
  });

  it('a value that another process stored in parts is damaged, not absent, when a part is missing', async () => {
    const values = await valuesWith({ chunk: '1KiB' });
    await values.set('k', patterned(5000));
    const { prefix } = values.keySpace;
    await server.cli('HDEL', `${prefix}k`, '2');
    await assert.rejects(values.get('k'));
    await assert.rejects(values.getMany(['k']));
  });
});
