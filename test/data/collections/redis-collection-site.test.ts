import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { RedisCollectionSite } from '../../../src/implements/data/collections/redis-collection-site.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { OperationError } from '../../../src/interfaces/errors.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import { refusedFor } from '../../contract/collections/refused.js';
import { all, rejectsWith } from '../../contract/expectations.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';

describe('RedisCollectionSite', () => {
  let server: RedisServer;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server?.stop());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  async function connect(commandTimeout: '5s' | 300 = '5s'): Promise<RedisConnection> {
    const { host, port } = server;
    const connection = new RedisConnection({
      host,
      port,
      commandTimeout,
      loggerSite: new RecordingLoggerSite(),
    });
    open.push(connection);
    await connection.start();
    await eventually('Redis answers', () => connection.status === 'ready');
    return connection;
  }

  async function collections(commandTimeout?: 300): Promise<{ site: RedisCollectionSite; prefix: string }> {
    const prefix = keySpace();
    const connection = await connect(commandTimeout);
    const site = new RedisCollectionSite({ connection, prefix, codec: 'text' });
    open.unshift(site);
    return { site, prefix };
  }

  /** Calls that write, each of another way to do so. */
  function writes(site: RedisCollectionSite): Record<string, () => Promise<unknown>> {
    const [hash, list, set] = [
      site.getHash<string>('h'),
      site.getList<string>('l'),
      site.getSet<string>('s'),
    ];
    const board = site.getSortedSet<string>('b');
    return {
      increment: () => site.getCounter('c').increment(),
      'increment with a life': () => site.getCounter('c').increment(1, { expire: '1h' }),
      incrementFloat: () => site.getCounter('c').incrementFloat(1),
      setFields: () => hash.setFields({ f: '2', g: '3' }),
      'setFields with a life': () => hash.setFields({ f: '2', g: '3' }, { expire: '1h' }),
      incrementField: () => hash.incrementField('f'),
      pushLast: () => list.pushLast(['j', 'k']),
      'pushFirst with a life': () => list.pushFirst(['j', 'k'], { expire: '1h' }),
      pushCapped: () => list.pushCapped(['j', 'k'], 1),
      add: () => set.add(['n', 'o']),
      'add with a life': () => set.add(['n', 'o'], { expire: '1h' }),
      unionInto: () => set.unionInto('s', 'other', { expire: '1h' }),
      addMany: () =>
        board.addMany([
          ['m', 5],
          ['n', 6],
        ]),
      'addMany with a life': () =>
        board.addMany(
          [
            ['m', 5],
            ['n', 6],
          ],
          { expire: '1h' },
        ),
      incrementScore: () => board.incrementScore('m'),
    };
  }

  async function fill(site: RedisCollectionSite): Promise<void> {
    await site.getCounter('c').increment();
    await site.getHash<string>('h').setField('f', '1');
    await site.getList<string>('l').pushLast('i');
    await site.getSet<string>('s').add('m');
    await site.getSortedSet<string>('b').add('m', 1);
  }

  async function assertAsFilled(site: RedisCollectionSite): Promise<void> {
    const board = site.getSortedSet<string>('b');
    assert.equal(await site.getCounter('c').value(), 1n);
    assert.deepEqual(await site.getHash<string>('h').all(), new Map([['f', '1']]));
    assert.deepEqual(await site.getList<string>('l').range(0, -1), ['i']);
    assert.deepEqual(await all(site.getSet<string>('s').members()), ['m']);
    assert.deepEqual(await board.range(0, -1), [{ member: 'm', score: 1 }]);
    for (const each of [site.getCounter('c'), site.getHash('h'), site.getList('l'), site.getSet('s'), board])
      assert.deepEqual(await each.lifeOf(), { state: 'persistent' });
  }

  it('a server without memory refuses every write with OOM, and leaves no half of one', async () => {
    const { site } = await collections();
    await fill(site);
    await server.configure('maxmemory', 1);
    try {
      for (const [verb, write] of Object.entries(writes(site))) await refusedFor('OOM', verb, write);
      await assertAsFilled(site);
      assert.equal(await site.getCounter('c').reset(), 1n);
      assert.equal(await site.getList<string>('l').popFirst(), 'i');
    } finally {
      await server.configure('maxmemory', 0);
    }
  });

  it('a replica refuses every write and every removal with READONLY, and nothing is changed', async () => {
    const { site } = await collections();
    await fill(site);
    const removals = {
      reset: () => site.getCounter('c').reset(),
      remove: () => site.getHash('h').remove('f'),
      popFirst: () => site.getList('l').popFirst(),
      blockingPopFirst: () => site.getList('l').blockingPopFirst(),
      pop: () => site.getSet('s').pop(),
      removeByRank: () => site.getSortedSet('b').removeByRank(0, -1),
      delete: () => site.getSortedSet('b').delete(),
      expire: () => site.getSortedSet('b').expire('1h'),
    };
    await server.cli('REPLICAOF', '127.0.0.1', '1');
    try {
      for (const [verb, write] of Object.entries({ ...writes(site), ...removals }))
        await refusedFor('READONLY', verb, write);
    } finally {
      await server.cli('REPLICAOF', 'NO', 'ONE');
    }
    await assertAsFilled(site);
  });

  it('every call is one command or one script, and arguments are checked before it', async () => {
    const connection = await connect();
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
    const site = new RedisCollectionSite({ connection: recording, prefix: keySpace(), codec: 'text' });
    const [hash, list, board] = [
      site.getHash<string>('h'),
      site.getList<string>('l'),
      site.getSortedSet<string>('b'),
    ];
    const expected: [string, () => Promise<unknown>][] = [
      ['INCRBY', () => site.getCounter('c').increment()],
      ['script', () => site.getCounter('c').increment(1, { expire: '1h' })],
      ['GET', () => site.getCounter('c').value()],
      ['HSET', () => hash.setFields({ a: '1', b: '2' })],
      ['HGET', () => hash.field('a')],
      ['HMGET', () => hash.fields(['a', 'b'])],
      ['script', () => hash.all()],
      ['RPUSH', () => list.pushLast(['a', 'b'])],
      ['script', () => list.pushCapped('c', 3)],
      ['LRANGE', () => list.range(0, 9)],
      ['script', () => list.range(0, -1)],
      ['BLPOP', () => list.blockingPopFirst()],
      ['SADD', () => site.getSet<string>('s').add('m')],
      ['script', () => site.getSet<string>('s').union(['t', 'u'])],
      [
        'ZADD',
        () =>
          board.addMany([
            ['m', 1],
            ['n', 2],
          ]),
      ],
      ['ZINCRBY', () => board.incrementScore('m')],
      ['ZREVRANK', () => board.reverseRank('m')],
      ['ZREVRANGE', () => board.range(0, 9, { reverse: true })],
      ['script', () => board.around('m', 3)],
      ['UNLINK', () => board.delete()],
    ];
    for (const [command, call] of expected) {
      await call();
      assert.deepEqual(sent.splice(0), [command], String(call));
    }
    await rejectsWith('E_ARGUMENT', 'increment', () => site.getCounter('c').increment(0.5));
    await rejectsWith('E_ENCODE', 'setFields', () => hash.setFields({ a: '1', b: 2 as unknown as string }));
    assert.deepEqual([await hash.setFields({}), await hash.remove([]), await board.addMany([])], [0, 0, 0]);
    assert.deepEqual(sent, []);
  });

  it('a frozen server costs a call its timeout, and the call is not sent twice', async () => {
    const { site, prefix } = await collections(300);
    const counter = site.getCounter('c');
    await counter.increment();
    server.freeze();
    try {
      const call = () => rejectsWith('E_OPERATION_TIMEOUT', 'increment', () => counter.increment());
      const error = await settlesInTime(350, 'increment', call);
      assert.ok(OperationError.is(error) && error.outcome === 'unknown');
    } finally {
      server.thaw();
    }
    await eventually('the call has run', async () => String(await server.cli('GET', `${prefix}c`)) === '2');
  });

  it('a pop on a server that freezes ends in time as unknown, and a later item stays', async () => {
    const { site, prefix } = await collections(300);
    const list = site.getList<string>('l');
    const pop = rejectsWith('E_OPERATION_TIMEOUT', 'the pop', () => list.blockingPopFirst({ wait: 400 }));
    await eventually('the pop waits', async () =>
      /blocked_clients:1/.test(await server.text('INFO', 'clients')),
    );
    server.freeze();
    try {
      const error = await settlesInTime(750, 'the pop', () => pop);
      assert.ok(OperationError.is(error) && error.outcome === 'unknown');
    } finally {
      server.thaw();
    }
    await eventually('no pop waits', async () =>
      /blocked_clients:0/.test(await server.text('INFO', 'clients')),
    );
    await server.cli('RPUSH', `${prefix}l`, 'a');
    assert.equal(String(await server.cli('LLEN', `${prefix}l`)), '1');
  });

  it('a pop that is aborted while the server is frozen rejects as unknown', async () => {
    const { site } = await collections(300);
    const abort = new AbortController();
    const { signal } = abort;
    const list = site.getList<string>('l');
    const pop = rejectsWith('E_ABORTED', 'the pop', () => list.blockingPopFirst({ wait: '1m', signal }));
    await eventually('the pop waits', async () =>
      /blocked_clients:1/.test(await server.text('INFO', 'clients')),
    );
    server.freeze();
    try {
      abort.abort();
      const error = await settlesInTime(400, 'the pop', () => pop);
      assert.ok(OperationError.is(error) && error.outcome === 'unknown');
    } finally {
      server.thaw();
    }
  });

  it('pops that are aborted while items arrive lose none of them, and none is handed out twice', async () => {
    const { site } = await collections();
    const list = site.getList<string>('l');
    const taken: string[] = [];
    const items = Array.from({ length: 60 }, (_, item) => `i${item}`);
    for (const item of items) {
      const abort = new AbortController();
      const pop = list.blockingPopFirst({ wait: '1m', signal: abort.signal }).then(
        (got) => got !== undefined && taken.push(got),
        (error) => assert.equal(error.outcome, 'not-sent'),
      );
      const push = list.pushLast(item);
      abort.abort();
      await Promise.all([pop, push]);
    }
    const left = await list.range(0, -1);
    assert.deepEqual([...taken, ...left].sort(), [...items].sort());
  });

  it('a pop that was woken leaves a key with a life, and no other trace', async () => {
    const { site, prefix } = await collections();
    const abort = new AbortController();
    const pop = site.getList('l').blockingPopFirst({ wait: '1m', signal: abort.signal });
    const ended = rejectsWith('E_ABORTED', 'the pop', () => pop);
    abort.abort();
    await ended;
    for (const key of (await server.cli('KEYS', `${prefix}*`)) as unknown[])
      assert.notEqual(await server.cli('PTTL', String(key)), -1);
    assert.equal(await site.getCounter('c').increment(), 1n);
  });

  it('calls that nobody awaits keep their order, also on a server that has lost its scripts', async () => {
    const { site } = await collections();
    await server.cli('SCRIPT', 'FLUSH');
    const list = site.getList<string>('l');
    const hash = site.getHash<string>('h');
    const answers = await Promise.all([
      list.pushLast('a', { expire: '1h' }),
      list.popFirst(),
      list.pushCapped(['b', 'c'], 1),
      list.range(0, 0),
      hash.setFields({ f: '1' }, { expire: '1h' }),
      hash.incrementField('f'),
      hash.all(),
      hash.delete(),
    ]);
    assert.deepEqual(answers, [1, 'a', 1, ['c'], 1, 2n, new Map([['f', '2']]), true]);
  });

  it('ten thousand items fit into one call, with a life or without', async () => {
    const { site } = await collections();
    const items = Array.from({ length: 10_000 }, (_, item) => `i${item}`);
    for (const expire of [undefined, '1h'] as const) {
      const name = `of ${expire}`;
      assert.equal(await site.getList<string>(`list ${name}`).pushLast(items, { expire }), 10_000);
      assert.deepEqual(await site.getList<string>(`list ${name}`).range(0, -1), items);
      assert.equal(await site.getSet<string>(`set ${name}`).add(items, { expire }), 10_000);
      const pairs = items.map((item, score): [string, number] => [item, score]);
      assert.equal(await site.getSortedSet<string>(`board ${name}`).addMany(pairs, { expire }), 10_000);
      const fields = items.map((item): [string, string] => [item, item]);
      assert.equal(await site.getHash<string>(`hash ${name}`).setFields(fields, { expire }), 10_000);
      assert.equal(await site.getSet<string>(`set ${name}`).size(), 10_000);
    }
    assert.equal(await site.getList<string>('capped').pushCapped(items, 9000), 9000);
    assert.equal(await site.getList<string>('capped').at(0), 'i9999');
    assert.equal(await site.getList<string>('capped').at(-1), 'i1000');
  });

  it('other programs find a collection under its prefix and name, and write into it', async () => {
    const { site, prefix } = await collections();
    await fill(site);
    assert.equal(String(await server.cli('GET', `${prefix}c`)), '1');
    assert.equal(String(await server.cli('HGET', `${prefix}h`, 'f')), '1');
    assert.equal(String(await server.cli('ZSCORE', `${prefix}b`, 'm')), '1');
    await server.cli('RPUSH', `${prefix}l`, 'theirs');
    await server.cli('SET', `${prefix}c`, 'text');
    assert.deepEqual(await site.getList<string>('l').range(0, -1), ['i', 'theirs']);
    await refusedFor('ERR', 'increment', () => site.getCounter('c').increment());
    await refusedFor('ERR', 'value', () => site.getCounter('c').value());
    await refusedFor('ERR', 'reset', () => site.getCounter('c').reset());
    assert.equal(String(await server.cli('GET', `${prefix}c`)), 'text');
    await server.cli('RPUSH', `${prefix}l`, Buffer.from([0xff]));
    await rejectsWith('E_DECODE', 'range', () => site.getList('l').range(0, -1));
  });

  it('a site without a server rejects as not sent, and never answers that a collection is absent', async () => {
    const site = new RedisCollectionSite({
      host: '127.0.0.1',
      port: 1,
      loggerSite: new RecordingLoggerSite(),
    });
    open.push(site);
    await site.start();
    const calls = {
      value: () => site.getCounter('c').value(),
      field: () => site.getHash('h').field('f'),
      entries: () => all(site.getHash('h').entries()),
      popFirst: () => site.getList('l').popFirst(),
      blockingPopFirst: () => site.getList('l').blockingPopFirst(),
      union: () => site.getSet('s').union('t'),
      rank: () => site.getSortedSet('b').rank('m'),
      lifeOf: () => site.getSortedSet('b').lifeOf(),
    };
    for (const [verb, call] of Object.entries(calls)) {
      const error = await rejectsWith('E_CONNECTION_REFUSED', verb, call);
      assert.equal((error as { outcome?: string }).outcome, 'not-sent', verb);
    }
  });
});
