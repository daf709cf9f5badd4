import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { LoadContext } from '../../../src/interfaces/typed-cache.js';
import { HeldLoader, outcomeOf, unhandledDuring, unwanted } from '../../contract/typed-cache/loading.js';
import { turns } from '../../contract/typed-cache/passing.js';
import { plainCache } from '../../subjects/typed-cache/faulty-store.js';
import { World } from '../world.js';

/** Loads: the one that a caller joins, its result, and its effect on other callers. */

const cluster = { lease: 'cluster' };

/** A loader whose result is not to be stored. */
async function skipping({ skip }: LoadContext<unknown>): Promise<unknown> {
  skip();
  return 'skipped';
}

describe('background refresh', () => {
  it.each([
    ['is not stored', skipping],
    ['cannot be stored', async () => () => 'a function'],
  ])('the next hit does not restart a background refresh whose result %s', async (_, load) => {
    const world = new World();
    const cache = world.cache({ expire: 20_000, refreshAhead: 0.1 });
    await cache.set('k', 'v');
    await world.pass(0);
    world.clock.advance(2000);
    for (let hit = 0; hit < 5; hit += 1) {
      assert.equal(await cache.getOrSet('k', load), 'v');
      await turns();
    }
    assert.equal(cache.stats().refreshes, 1);
    world.clock.advance(10_000);
    await cache.getOrSet('k', load);
    await turns();
    assert.equal(cache.stats().refreshes, 2);
  });

  it('no background refresh starts in a mode that does not store', async () => {
    const world = new World();
    await world.cache().set('k', 'v', { expire: 1000 });
    const cache = world.cache({ mode: 'readOnly', refreshAhead: 0.5 });
    world.clock.advance(600);
    assert.equal(await cache.getOrSet('k', unwanted), 'v');
    await turns();
    assert.equal(cache.stats().refreshes, 0);
  });
});

describe('tags named by a loader', () => {
  it('a caller is not served a load whose tag was invalidated before it called, even if the store learned of it later', async () => {
    const world = new World();
    const cache = world.cache();
    const loader = new HeldLoader();
    const first = cache.getOrSet('k', loader.load);
    const one = await loader.call();
    world.store.break('gone', ['advance']);
    assert.ok('error' in (await outcomeOf(cache.invalidateTags('t'))));
    const second = cache.getOrSet('k', async () => 'new');
    await turns();
    await world.store.heal();
    await cache.get('other');
    assert.equal(cache.stats().pendingInvalidations, 0);
    one.context.tag('t');
    one.resolve('old');
    assert.equal(await first, 'old');
    assert.equal(await second, 'new');
  });

  it('a tag named after its invalidation is noticed, even on a cache that deletes in its own order', async () => {
    const world = new World();
    const plain = plainCache(world.store);
    let stop = (): Promise<void> => Promise.resolve();
    const store = {
      ...plain,
      connected: true,
      deleteValues: async (keys: readonly string[]) => {
        let deleted = 0;
        for (const key of keys.toReversed()) {
          deleted += await plain.deleteValues([key]);
          await stop();
        }
        return deleted;
      },
    };
    const cache = world.cache({}, store);
    const loader = new HeldLoader();
    const first = cache.getOrSet('k', loader.load);
    const one = await loader.call();
    let go = (): void => undefined;
    stop = () => {
      stop = () => Promise.resolve();
      return new Promise((resolve) => {
        go = resolve;
      });
    };
    const invalidation = cache.invalidateTags('t');
    await turns();
    one.context.tag('t');
    one.resolve('old');
    await first;
    go();
    await invalidation;
    assert.equal(await cache.get('k'), undefined);
  });
});

describe('leases of loads', () => {
  it('a wait for a lease continues for other callers when the first one aborts', async () => {
    const world = new World();
    const here = world.cache(cluster);
    const there = world.cache(cluster, world.raw);
    const loader = new HeldLoader();
    const theirs = there.getOrSet('k', loader.load, { tags: ['t'] });
    const one = await loader.call();
    const abort = new AbortController();
    const mine = outcomeOf(here.getOrSet('k', unwanted, { signal: abort.signal }));
    await turns();
    const other = outcomeOf(here.getOrSet('k', unwanted));
    await turns();
    abort.abort();
    await mine;
    one.resolve('v');
    await theirs;
    await world.pass(100);
    assert.deepEqual(await other, { value: 'v' });
  });

  it.each([
    ['is skipped', { skip: true }, {}],
    ['is stored by no process', {}, { mode: 'readOnly' }],
    ['is "absent"', { absent: true }, {}],
    ['cannot be stored', { function: true }, {}],
  ])(
    'processes that waited for a lease load without another wait when its result %s',
    async (_, how, options) => {
      const world = new World();
      const result = 'absent' in how ? undefined : 'function' in how ? Math.max : 'v';
      const load = ({ skip }: LoadContext<unknown>) => {
        if ('skip' in how) skip();
        return new Promise((resolve) => world.clock.schedule(100, () => resolve(result)));
      };
      const caches = Array.from({ length: 6 }, () => world.cache({ ...cluster, ...options }));
      const calls = Promise.all(caches.map((cache) => cache.getOrSet('k', load)));
      assert.deepEqual(await world.after(300, calls), Array(6).fill(result));
    },
  );

  const unreadable = (): unknown => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const unspeakable = (): unknown =>
    Object.defineProperty(new Error('e'), 'message', {
      get: () => {
        throw new Error('a getter with a bug');
      },
    });

  it.each([
    ['cannot be looked at', unreadable],
    ['does not say its message', unspeakable],
    ['is nothing', () => undefined],
    ['has half a letter for its name', () => Object.assign(new Error('e'), { name: '\ud800' })],
  ])(
    'a lease is free at once, without an unhandled rejection, when its load fails with an error that %s',
    async (_, make) => {
      const world = new World();
      const cache = world.cache(cluster);
      const unhandled = await unhandledDuring(async () => {
        const outcome = await outcomeOf(cache.getOrSet('k', () => Promise.reject(make())));
        assert.ok('error' in outcome);
        await turns();
      });
      assert.deepEqual(unhandled, []);
      const elsewhere = world.cache(cluster, world.raw).getOrSet('k', async () => 'v');
      assert.equal(await world.after(0, elsewhere), 'v');
    },
  );

  it('a call without a lease takes none, even if the component declares a waitTimeout', async () => {
    const world = new World();
    const cache = world.cache({ ...cluster, leaseTimeout: '5s', waitTimeout: '1m' });
    assert.equal(await cache.getOrSet('k', async () => 'v', { lease: 'process' }), 'v');
    assert.ok(!world.store.journal.includes('acquireLease'));
    await assert.rejects(
      cache.getOrSet('k', unwanted, { lease: 'process', waitTimeout: '1s' }),
      /waitTimeout: requires lease: cluster/,
    );
  });
});

/** Refuses the value that another process has stored. */
const notFound = (value: unknown) => (value === 'found' ? { issues: [{ message: 'found' }] } : { value });

describe('shared loads', () => {
  it.each([
    ['version', { version: 2 }],
    ['tags', { tags: ['x'] }],
    ['schema', { schema: { '~standard': { version: 1, vendor: 'test', validate: notFound } } }],
  ])('a load that found a stored value does not serve it to a caller with another %s', async (_, options) => {
    const world = new World();
    const cache = world.cache();
    const readings = [world.store.hold('read'), world.store.hold('read')];
    const first = cache.getOrSet('k', unwanted);
    const second = cache.getOrSet('k', async () => 'own', options as never);
    for (const { arrived } of readings) await arrived;
    const capture = world.store.hold('read');
    for (const { release } of readings) release();
    await capture.arrived;
    await turns();
    await world.cache({}, world.raw).set('k', 'found');
    capture.release();
    assert.deepEqual(await Promise.all([first, second]), ['found', 'own']);
  });

  it('a load that found a stored value does not serve it after one of its tags was invalidated', async () => {
    const world = new World();
    let judge = (): void => undefined;
    const judged = new Promise<void>((resolve) => {
      judge = resolve;
    });
    const validate = async (value: unknown) => {
      if (value === 'old') await judged;
      return { value };
    };
    const cache = world.cache({ schema: { '~standard': { version: 1, vendor: 'test', validate } } });
    const elsewhere = world.cache({}, world.raw);
    const reading = world.store.hold('read');
    const first = cache.getOrSet('k', unwanted);
    await reading.arrived;
    const capture = world.store.hold('read');
    reading.release();
    await capture.arrived;
    await elsewhere.set('k', 'old', { tags: ['t'] });
    capture.release();
    await turns();
    await elsewhere.invalidateTags('t');
    const second = cache.getOrSet('k', async () => 'new');
    await turns();
    judge();
    assert.deepEqual(await Promise.all([first, second]), ['old', 'new']);
  });

  it('a caller with another version does not join a load', async () => {
    const cache = new World().cache();
    const loader = new HeldLoader();
    const calls = [cache.getOrSet('k', loader.load), cache.getOrSet('k', async () => 'two', { version: 2 })];
    (await loader.call()).resolve('one');
    assert.deepEqual(await Promise.all(calls), ['one', 'two']);
  });

  it('no load starts for a caller that aborts while its tokens are read', async () => {
    const world = new World();
    const cache = world.cache();
    const abort = new AbortController();
    const reading = world.store.hold('read');
    const call = outcomeOf(cache.getOrSet('k', unwanted, { signal: abort.signal }));
    await reading.arrived;
    const capture = world.store.hold('read');
    reading.release();
    await capture.arrived;
    abort.abort();
    capture.release();
    await call;
    await turns();
    assert.equal(cache.stats().loads, 0);
  });
});

describe('bulk loads', () => {
  it('a bulk load refreshes ahead in one call, without keys that are already being refreshed', async () => {
    const world = new World();
    const cache = world.cache({ expire: 1000, refreshAhead: 0.5 });
    await cache.setMany(['a', 'b', 'c', 'young'].map((key) => [key, key] as const));
    world.clock.advance(600);
    await cache.set('young', 'young');
    const other = new HeldLoader();
    await cache.getOrSet('b', other.load);
    await other.call();
    const asked: (readonly string[])[] = [];
    const load = async (keys: readonly string[]) => {
      asked.push(keys);
      return keys.map((key) => [key, `${key}!`] as const);
    };
    await cache.getOrSetMany(['a', 'b', 'young', 'c', 'cold'], load);
    await turns();
    assert.deepEqual(asked.toSorted(), [['a', 'c'], ['cold']]);
    assert.deepEqual(await cache.getMany(['a', 'c', 'cold']), ['a!', 'c!', 'cold!']);
  });

  it('the signal of a bulk load aborts when no caller waits, even if some of its keys have failed', async () => {
    const cache = new World().cache();
    const abort = new AbortController();
    let signal: AbortSignal | undefined;
    const load = (_: unknown, context: { signal: AbortSignal; fail(key: string, error: unknown): void }) => {
      ({ signal } = context);
      context.fail('a', new Error('a is down'));
      return new Promise<never>(() => undefined);
    };
    const call = outcomeOf(cache.getOrSetMany(['a', 'b', 'c'], load, { signal: abort.signal }));
    await turns();
    assert.equal(signal?.aborted, false);
    abort.abort();
    await call;
    assert.equal(signal?.aborted, true);
  });

  it('a bulk read validates all found values concurrently', async () => {
    const world = new World();
    const keys = ['a', 'b', 'c', 'd'];
    await world.cache().setMany(keys.map((key) => [key, key] as const));
    const validate = (value: unknown) =>
      new Promise((resolve) => world.clock.schedule(10, () => resolve({ value })));
    const cache = world.cache({ schema: { '~standard': { version: 1, vendor: 'test', validate } } });
    const call = cache.getOrSetMany(keys, unwanted);
    assert.notEqual(await world.after(10, call), 'nothing yet');
  });

  it.each([
    ['nothing', undefined],
    ['no pairs', [undefined]],
    ['pairs of no keys', [[Symbol('key'), 1]]],
  ])('a bulk load that returns %s fails its keys, without an unhandled rejection', async (_, result) => {
    const cache = new World().cache();
    const unhandled = await unhandledDuring(async () => {
      const results = await cache.getOrSetMany(['a', 'b'], () => result as never);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['rejected', 'rejected'],
      );
    });
    assert.deepEqual(unhandled, []);
  });
});
