import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import {
  ICache,
  IMutexSite,
  IPubSub,
  IQueueSite,
  IRateLimiter,
  IRedisConnection,
  ITypedCache,
  MemoryCache,
  NullCache,
  TypedCache,
} from '../../src/index.js';
import {
  expectLoads,
  type Fault,
  FaultyStore,
  ManualClock,
  recordedLogger,
  testSite,
} from '../../src/testing.js';

const DECLARED = `
- { class: RedisConnection, entries: [{ interface: IRedisConnection, name: main }], host: no.such.host }
- { class: RedisCache, entries: [{ interface: ICache, name: Redis }], connection: main, prefix: 'a:' }
- { class: RedisCache, entries: [{ interface: ICache, name: Other }], host: no.such.host, prefix: 'b:', maxValueBytes: 10 }
- { class: TieredCache, entries: [{ interface: ICache, name: Tiered }], l2: Redis, coherence: bus }
- { class: TypedCache, entries: [{ interface: ITypedCache, name: users }], store: Tiered, namespace: users, expire: 1m }
- { class: RedisMutexSite, entries: [{ interface: IMutexSite }], connection: main }
- { class: RedisQueueSite, entries: [{ interface: IQueueSite }], connection: main }
- { class: RedisPubSub, entries: [{ interface: IPubSub }], connection: main }
- class: RedisRateLimiter
  entries: [{ interface: IRateLimiter }]
  connection: main
  limits: [{ name: minute, algorithm: fixedWindow, limit: 1, per: 1m }]
`;

describe('testSite', () => {
  it('the declarations of an application load in memory, with the clock of the test', async () => {
    const clock = new ManualClock();
    await using site = await testSite(DECLARED, { clock });
    const users = site.getComponent<ITypedCache<string>>(ITypedCache, 'users');
    await users.set(1, 'Ada');
    assert.equal(await users.get(1), 'Ada');
    clock.advance(60_000);
    assert.equal(await users.get(1), undefined);
    await assert.rejects(site.getComponent(ICache, 'Other').setValue('k', new Uint8Array(11), '1m'), {
      code: 'E_ARGUMENT',
    });
    assert.equal(
      await site
        .getComponent(IMutexSite)
        .getMutex('one')
        .run(() => 'held'),
      'held',
    );
    const limiter = site.getComponent(IRateLimiter);
    assert.deepEqual(
      [(await limiter.consume('ada')).allowed, (await limiter.consume('ada')).allowed],
      [true, false],
    );
    for (const token of [IQueueSite, IPubSub]) assert.ok(site.getComponent<object>(token));
  });

  it('a connection to Redis in a test site refuses every call', async () => {
    await using site = await testSite(DECLARED);
    await assert.rejects(site.getComponent(IRedisConnection, 'main').execute(['PING']), {
      code: 'E_OPERATION_REFUSED',
      message: /override RedisConnection/,
    });
  });

  it('a test site refuses what the application would refuse', async () => {
    await assert.rejects(testSite('- { class: RedisCache, entries: [{ interface: ICache }], prot: 1 }'), {
      code: 'E_CONFIG_SCHEMA',
    });
    await assert.rejects(testSite('no-such-file.yml'), { code: 'ENOENT' });
  });

  it('an override builds another component from the declared options', async () => {
    const seen: unknown[] = [];
    const none = new NullCache();
    const overrides = {
      RedisCache: ({ prefix }: { prefix: string }) => {
        seen.push(prefix);
        return prefix === 'a:' ? new MemoryCache() : none;
      },
    };
    await using site = await testSite(DECLARED, { overrides });
    assert.deepEqual(seen.toSorted(), ['a:', 'b:']);
    assert.equal(site.getComponent(ICache, 'Other'), none);
  });

  it('a test site loads a file, and logs where the test says', async () => {
    const loggerSite = recordedLogger();
    await using site = await testSite('config/typed-redis.yml', { loggerSite });
    const users = site.getComponent<ITypedCache<string>>(ITypedCache, 'users');
    assert.equal(await users.getOrSet(1, () => 'Ada'), 'Ada');
    assert.deepEqual(loggerSite.of('error'), []);
  });
});

describe('FaultyStore', () => {
  const bytes = Buffer.from('value');
  const over = (...faults: Fault[]) => new FaultyStore(new MemoryCache(), { faults, seed: 7 });

  it('a refused call is not sent, and a call whose answer is lost was done', async () => {
    const store = over(
      { on: 'setValue', fault: 'refuse', times: 1 },
      { on: 'setValue', fault: 'lose-answer', after: 0, times: 1 },
    );
    await assert.rejects(store.setValue('k', bytes, '1m'), {
      code: 'E_CONNECTION_LOST',
      outcome: 'not-sent',
    });
    assert.equal(await store.getValue('k'), null);
    await assert.rejects(store.setValue('k', bytes, '1m'), {
      code: 'E_OPERATION_TIMEOUT',
      outcome: 'unknown',
    });
    assert.equal(await store.hasValue('k'), true);
    assert.equal(store.faultCount, 2);
  });

  it('a call that hangs goes on when the store is healed', async () => {
    const store = over({ fault: 'hang' });
    let settled = false;
    const hanging = store.setValue('k', bytes, '1m').then((done) => {
      settled = true;
      return done;
    });
    await new Promise(setImmediate);
    assert.equal(settled, false);
    store.heal();
    assert.equal(await hanging, true);
    assert.equal(await store.hasValue('k'), true);
  });

  it('a late call follows the clock of the test', async () => {
    const clock = new ManualClock();
    const store = new FaultyStore(new MemoryCache({ clock }), {
      faults: [{ fault: 'delay', delay: '1s', after: 1, times: 1 }],
      clock,
    });
    await store.setValue('k', bytes, '1m');
    const late = store.getValue('k');
    await new Promise(setImmediate);
    clock.advance(1000);
    assert.equal(Buffer.from((await late) ?? []).toString(), 'value');
  });

  it('the same seed gives the same faults', async () => {
    const outcomes = async (seed: number): Promise<string> => {
      const store = new FaultyStore(new MemoryCache(), { faults: [{ fault: 'refuse', chance: 0.5 }], seed });
      const calls = Array.from({ length: 64 }, () =>
        store.hasValue('k').then(
          () => '.',
          () => 'x',
        ),
      );
      return (await Promise.all(calls)).join('');
    };
    const [first, again, other] = [await outcomes(1), await outcomes(1), await outcomes(2)];
    assert.equal(again, first);
    assert.notEqual(other, first);
    assert.match(first, /x.*\.|\..*x/);
  });

  it('a store with faults is a fenced store, and its keys can fail', async () => {
    const store = over({ on: 'keys', fault: 'refuse' });
    const users = new TypedCache<string>({ store, namespace: 'users' });
    await users.set(1, 'Ada');
    assert.equal(await users.get(1), 'Ada');
    await assert.rejects(store.keys()[Symbol.asyncIterator]().next(), {
      code: 'E_CONNECTION_LOST',
    });
    store.plan({ faults: [{ on: 'invalidate', fault: 'refuse' }] });
    await assert.rejects(users.delete(1), { code: 'E_CONNECTION_LOST' });
    assert.equal(await users.get(1), undefined);
    await users.close();
  });

  it('a plan that makes no sense is refused', () => {
    assert.throws(() => over({ fault: 'delay' }), { code: 'E_ARGUMENT' });
    assert.throws(() => over({ fault: 'refuse', delay: '1s' }), { code: 'E_ARGUMENT' });
    assert.throws(() => over({ fault: 'refuse', chance: 2 }), { code: 'E_ARGUMENT' });
  });
});

describe('expectLoads', () => {
  it('a number of loads that is expected returns the result, and another one fails', async () => {
    const users = new TypedCache<string>({ store: new MemoryCache(), namespace: 'users' });
    const find = () => users.getOrSet(1, async () => 'Ada');
    assert.deepEqual(await expectLoads(users, 1, () => Promise.all([find(), find()])), ['Ada', 'Ada']);
    await assert.rejects(expectLoads(users, 1, find), { message: 'expected 1 loads, got 0', actual: 0 });
  });
});
