import assert from 'node:assert/strict';
import { HeldLoader, outcomeOf, unwanted } from './loading.js';
import { passing, turns } from './passing.js';
import { lawOf, type OpenTyped, shownBy, type TypedLaw } from './subject.js';

const cluster = { lease: 'cluster' };

/** Lets time pass in small steps until a promise settles. */
function soon<T>(opened: OpenTyped, what: string, promise: Promise<T>, withinMs = 2000): Promise<T> {
  return passing(opened, withinMs, what, promise);
}

export const leaseLaws: readonly TypedLaw[] = [
  lawOf('fenced', 'lease cluster loads a cold key once among all processes', async (open) => {
    const opened = await open(cluster);
    const caches = [opened.cache, await opened.peer(cluster), await opened.peer(cluster)];
    const loader = new HeldLoader();
    const calls = caches.flatMap((cache) => [1, 2].map(() => cache.getOrSet('k', loader.load)));
    const one = await loader.call();
    await turns();
    assert.equal(loader.count, 1);
    one.resolve('v');
    const values = await soon(opened, 'the calls of all', Promise.all(calls));
    assert.deepEqual(values, Array(6).fill('v'));
    assert.equal(loader.count, 1);
  }),
  lawOf('fenced', 'lease cluster loads many cold keys once each among all processes', async (open) => {
    const opened = await open(cluster);
    const elsewhere = await opened.peer(cluster);
    const loader = new HeldLoader();
    const load = async (missing: readonly string[]) => {
      await loader.load(undefined as never);
      return missing.map((key) => [key, key] as const);
    };
    const mine = opened.cache.getOrSetMany(['a', 'b'], load);
    const one = await loader.call();
    const asked: string[] = [];
    const theirs = elsewhere.getOrSetMany(['b', 'c', 'a'], async (missing) => {
      asked.push(...missing);
      return missing.map((key) => [key, key] as const);
    });
    for (let round = 0; round < 10; round += 1) {
      await opened.advance(20);
      await turns();
    }
    one.resolve(undefined);
    const values = (results: readonly PromiseSettledResult<unknown>[]) =>
      results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason));
    assert.deepEqual(values(await soon(opened, 'the first call', mine)), ['a', 'b']);
    assert.deepEqual(values(await soon(opened, 'the other call', theirs)), ['b', 'c', 'a']);
    assert.deepEqual(asked, ['c']);
  }),
  lawOf('fenced', 'lease process lets every process load for itself', async (open) => {
    const opened = await open({ lease: 'process' });
    const elsewhere = await opened.peer({ lease: 'process' });
    const loader = new HeldLoader();
    const calls = [opened.cache, elsewhere].map((cache) => cache.getOrSet('k', loader.load));
    await loader.call(2);
    for (const one of loader.calls) one.resolve('v');
    assert.deepEqual(await Promise.all(calls), ['v', 'v']);
  }),
  lawOf('fenced', 'a load that fails under a lease lets the next process load at once', async (open) => {
    const opened = await open({ ...cluster, leaseTimeout: '1m', waitTimeout: '5m' });
    const elsewhere = await opened.peer({ ...cluster, leaseTimeout: '1m', waitTimeout: '5m' });
    const loader = new HeldLoader();
    const mine = outcomeOf(opened.cache.getOrSet('k', loader.load));
    const one = await loader.call();
    const theirs = outcomeOf(elsewhere.getOrSet('k', async () => 'theirs'));
    await turns();
    one.reject(new Error('down'));
    assert.ok('error' in (await mine));
    const outcome = await soon(opened, 'the call of the other', theirs);
    assert.ok('error' in outcome || outcome.value === 'theirs');
    assert.equal(
      await soon(
        opened,
        'a later call',
        elsewhere.getOrSet('k', async () => 'theirs'),
      ),
      'theirs',
    );
  }),
  lawOf(
    'fenced',
    'a waiting process gets class and status of an error, and no text that may be a secret',
    async (open) => {
      class UpstreamFailed extends Error {
        readonly status = 503;
        readonly kind = 'upstream';
        readonly password = 'a secret';
        readonly apiKey = 'another';
        readonly sessionToken = 'a third';
        readonly query = 'select from users';
      }
      const opened = await open({ ...cluster, leaseTimeout: '1m', waitTimeout: '5m' });
      const elsewhere = await opened.peer({ ...cluster, leaseTimeout: '1m', waitTimeout: '5m' });
      const loader = new HeldLoader();
      const mine = outcomeOf(opened.cache.getOrSet('k', loader.load));
      const one = await loader.call();
      const theirs = outcomeOf(elsewhere.getOrSet('k', unwanted));
      for (let round = 0; round < 5; round += 1) {
        await opened.advance(20);
        await turns();
      }
      one.reject(new UpstreamFailed('down'));
      assert.ok('error' in (await mine));
      const outcome = await soon(opened, 'the call of the other', theirs);
      assert.ok('error' in outcome && outcome.error instanceof Error);
      assert.equal(outcome.error.name, 'UpstreamFailed');
      assert.deepEqual({ ...outcome.error }, { status: 503, kind: 'upstream' });
    },
  ),
  lawOf('fenced', 'a lease is free for the next load once its load has ended', async (open) => {
    const opened = await open({ ...cluster, leaseTimeout: '1m', waitTimeout: '5m' });
    const elsewhere = await opened.peer({ ...cluster, leaseTimeout: '1m', waitTimeout: '5m' });
    for (let round = 0; round < 3; round += 1) {
      for (const [index, cache] of [opened.cache, elsewhere].entries()) {
        const call = cache.getOrSet('k', async () => `${round} ${index}`);
        assert.equal(await soon(opened, 'a call', call), `${round} ${index}`);
        await cache.delete('k');
      }
    }
  }),
  lawOf(
    ['fenced', 'outage'],
    'a crashed lease holder delays other processes by leaseTimeout at most',
    async (open) => {
      const opened = await open({ ...cluster, leaseTimeout: 200 });
      const elsewhere = await opened.peer({ ...cluster, leaseTimeout: 200 });
      const loader = new HeldLoader();
      const mine = outcomeOf(opened.cache.getOrSet('k', loader.load));
      await loader.call();
      await shownBy('outage', opened.outage).begin('gone');
      const theirs = elsewhere.getOrSet('k', async () => 'theirs');
      assert.equal(await passing(opened, 300, 'the call of the other', theirs), 'theirs');
      loader.calls[0]?.resolve('crashed');
      await soon(opened, 'the call of the crashed', mine);
      await shownBy('outage', opened.outage).end();
    },
  ),
  lawOf('fenced', 'a process loads without a lease after waitTimeout', async (open) => {
    const opened = await open({ ...cluster, leaseTimeout: '1m', waitTimeout: 80 });
    const elsewhere = await opened.peer({ ...cluster, leaseTimeout: '1m', waitTimeout: 80 });
    const loader = new HeldLoader();
    const mine = opened.cache.getOrSet('k', loader.load);
    const one = await loader.call();
    const theirs = elsewhere.getOrSet('k', async () => 'theirs');
    assert.equal(await passing(opened, 150, 'the call of the other', theirs), 'theirs');
    one.resolve('mine');
    assert.equal(await soon(opened, 'the first call', mine), 'mine');
  }),
  lawOf(
    'fenced',
    'a caller that waits for a lease may abort, without effect on the other callers',
    async (open) => {
      const opened = await open(cluster);
      const elsewhere = await opened.peer(cluster);
      const loader = new HeldLoader();
      const theirs = elsewhere.getOrSet('k', loader.load);
      const one = await loader.call();
      const abort = new AbortController();
      const mine = outcomeOf(opened.cache.getOrSet('k', unwanted, { signal: abort.signal }));
      const other = opened.cache.getOrSet('k', unwanted);
      await turns();
      abort.abort();
      assert.ok('error' in (await soon(opened, 'the call that aborted', mine)));
      one.resolve('v');
      assert.deepEqual(await soon(opened, 'the calls of the others', Promise.all([theirs, other])), [
        'v',
        'v',
      ]);
    },
  ),
  lawOf(
    'fenced',
    'a load under a lease that was invalidated is not served to later callers',
    async (open) => {
      const opened = await open(cluster);
      const elsewhere = await opened.peer(cluster);
      const loader = new HeldLoader();
      const mine = opened.cache.getOrSet('k', loader.load);
      const one = await loader.call();
      await elsewhere.delete('k');
      const theirs = elsewhere.getOrSet('k', async () => 'new');
      await turns();
      one.resolve('old');
      assert.equal(await soon(opened, 'the first call', mine), 'old');
      assert.equal(await soon(opened, 'the call after the invalidation', theirs), 'new');
      assert.equal(await soon(opened, 'a later call', opened.cache.getOrSet('k', unwanted)), 'new');
    },
  ),
  lawOf(['fenced', 'outage'], 'a lease that the store fails to grant prevents no load', async (open) => {
    const opened = await open(cluster);
    await shownBy('outage', opened.outage).begin('gone');
    const call = opened.cache.getOrSet('k', async () => 'v');
    assert.equal(await soon(opened, 'a call without a store', call), 'v');
    await shownBy('outage', opened.outage).end();
  }),
  lawOf('fenced', 'lease cluster runs one background refresh among all processes', async (open) => {
    const options = { ...cluster, expire: '10m', refreshAhead: 0.0001 };
    const opened = await open(options);
    const elsewhere = await opened.peer(options);
    await opened.cache.set('k', 'old');
    await opened.advance(70);
    const loader = new HeldLoader();
    assert.equal(await opened.cache.getOrSet('k', loader.load), 'old');
    const one = await loader.call();
    assert.equal(await elsewhere.getOrSet('k', loader.load), 'old');
    await turns();
    assert.equal(loader.count, 1);
    one.resolve('new');
  }),
];
