import assert from 'node:assert/strict';
import type { CacheEntry } from '../../../src/interfaces/typed-cache.js';
import { counted, HeldLoader, outcomeOf, unwanted } from './loading.js';
import { passing, turns } from './passing.js';
import {
  type AnyCache,
  law,
  lawOf,
  type OpenTyped,
  shownBy,
  type TypedLaw,
  type TypedOptions,
} from './subject.js';

/** Short TTL, on a real server too. */
const SHORT = 30;
/** A loader that must not be called. */
const early = async () => 'too early';
const failing = () => Promise.reject(new Error('the source is down'));

/** Opens a cache in which `k` is stale. */
async function withStale(
  open: (options?: TypedOptions) => Promise<OpenTyped>,
  options: TypedOptions = {},
): Promise<OpenTyped> {
  const opened = await open({ grace: '10m', ...options });
  await opened.cache.set('k', 'stale', { expire: SHORT });
  await opened.advance(SHORT);
  return opened;
}

async function entryOf(cache: AnyCache): Promise<CacheEntry<unknown>> {
  const entry = await cache.getEntry('k');
  assert.ok(entry !== undefined, 'there is an entry');
  return entry;
}

const lives: readonly TypedLaw[] = [
  lawOf('exact-time', 'a value is fresh for its TTL, stale for its grace, and then gone', async (open) => {
    for (const [expire, grace] of [
      [2000, 300],
      [300, 2000],
    ] as const) {
      const { cache, advance } = await open({ expire, grace });
      await cache.set('k', 'v');
      await advance(expire - 1);
      assert.equal((await entryOf(cache)).state, 'fresh');
      await advance(1);
      assert.equal((await entryOf(cache)).state, 'stale');
      await advance(grace - 1);
      assert.equal((await entryOf(cache)).state, 'stale');
      await advance(1);
      assert.equal(await cache.getEntry('k'), undefined);
    }
  }),
  lawOf('bytes', 'the store keeps a value for its TTL plus its grace, and no longer', async (open) => {
    const opened = await open({ expire: '60s', grace: '1s' });
    await opened.cache.set('a', 'v');
    await opened.cache.getOrSet('b', async () => 'v');
    for (const life of await shownBy('bytes', opened.bytes).lives()) {
      assert.ok(life > 56_000 && life <= 61_000, `${life} ms remain of 61 s`);
    }
  }),
  law('get, getEntry and getMany return a stale value and mark it as stale', async (open) => {
    const { cache } = await withStale(open);
    assert.equal(await cache.get('k'), 'stale');
    assert.equal(await cache.has('k'), true);
    assert.deepEqual(await cache.getMany(['absent', 'k']), [undefined, 'stale']);
    const entry = await entryOf(cache);
    assert.equal(entry.value, 'stale');
    assert.equal(entry.state, 'stale');
    assert.equal(entry.staleBecause, 'life-over');
    assert.equal(entry.remainingMs, 0);
    assert.ok(entry.remainingWithGraceMs > 0 && entry.remainingWithGraceMs <= 600_000);
  }),
  law('no value is ever stale without grace', async (open) => {
    const opened = await open();
    await opened.cache.set('k', 'v', { expire: SHORT });
    await opened.advance(SHORT);
    assert.equal(await opened.cache.get('k'), undefined);
    assert.equal(await opened.cache.has('k'), false);
  }),
];

const falling: readonly TypedLaw[] = [
  law('a failed load falls back to the stale value', async (open) => {
    const { cache } = await withStale(open);
    assert.equal(await cache.getOrSet('k', failing), 'stale');
  }),
  law('a loader that throws synchronously falls back to the stale value', async (open) => {
    const { cache } = await withStale(open);
    const load = () => {
      throw new Error('at once');
    };
    assert.equal(await cache.getOrSet('k', load), 'stale');
  }),
  law('all callers of one failed load get the stale value', async (open) => {
    const { cache } = await withStale(open);
    const loader = new HeldLoader();
    const calls = Array.from({ length: 10 }, () => cache.getOrSet('k', loader.load));
    (await loader.call()).reject(new Error('down'));
    assert.deepEqual(await Promise.all(calls), Array(10).fill('stale'));
    assert.equal(loader.count, 1);
  }),
  law('a load that succeeds replaces the stale value by a fresh one', async (open) => {
    const { cache } = await withStale(open);
    assert.equal(await cache.getOrSet('k', async () => 'new'), 'new');
    const entry = await entryOf(cache);
    assert.deepEqual([entry.value, entry.state, entry.staleBecause], ['new', 'fresh', null]);
    assert.ok(entry.remainingMs > SHORT, 'with a life of its own');
  }),
  law('a loader is given the stale value, even when its caller does not wait for it', async (open) => {
    for (const options of [{}, { softTimeout: 1 }]) {
      const opened = await withStale(open, options);
      const loader = new HeldLoader();
      const call = opened.cache.getOrSet('k', loader.load);
      const one = await loader.call();
      assert.equal(one.context.previous?.value, 'stale');
      assert.equal(one.context.previous.state, 'stale');
      assert.equal(one.context.key, 'k');
      one.resolve('new');
      await call;
    }
    const { cache } = await open();
    await cache.getOrSet('cold', async ({ previous }) => void assert.equal(previous, undefined));
  }),
  law('a stale value is never stored as fresh, however often loads fail', async (open) => {
    const opened = await withStale(open, { graceBackoff: 1 });
    const before = (await entryOf(opened.cache)).remainingWithGraceMs;
    for (let round = 0; round < 3; round += 1) {
      assert.equal(await opened.cache.getOrSet('k', failing), 'stale');
      await opened.advance(2);
    }
    const after = await entryOf(opened.cache);
    assert.equal(after.state, 'stale');
    assert.ok(after.remainingWithGraceMs <= before - 6, 'and what remains of its grace only shrinks');
  }),
  lawOf(
    'fenced',
    'a load that fails in one process leaves the value stale for other processes',
    async (open) => {
      const opened = await withStale(open);
      assert.equal(await opened.cache.getOrSet('k', failing), 'stale');
      const elsewhere = await opened.peer({ grace: '10m' });
      assert.equal(await elsewhere.getOrSet('k', async () => 'new'), 'new');
    },
  ),
];

const waiting: readonly TypedLaw[] = [
  law('no load starts within graceBackoff after a failed load', async (open) => {
    const { cache } = await withStale(open, { graceBackoff: '5m' });
    assert.equal(await cache.getOrSet('k', failing), 'stale');
    for (let round = 0; round < 3; round += 1) assert.equal(await cache.getOrSet('k', early), 'stale');
    assert.ok((await cache.explain('k')).backoffMs > 0);
  }),
  law('the next call after graceBackoff loads', async (open) => {
    const opened = await withStale(open, { graceBackoff: SHORT });
    assert.equal(await opened.cache.getOrSet('k', failing), 'stale');
    await opened.advance(SHORT + 1);
    assert.equal(await opened.cache.getOrSet('k', async () => 'new'), 'new');
  }),
  lawOf(
    'exact-time',
    'graceBackoff counts from the failure, however long the value has been stale',
    async (open) => {
      const opened = await withStale(open, { graceBackoff: 1000 });
      const { cache } = opened;
      await opened.advance(120_000);
      const loader = new HeldLoader();
      const call = cache.getOrSet('k', loader.load);
      const one = await loader.call();
      await opened.advance(500);
      one.reject(new Error('down'));
      assert.equal(await call, 'stale');
      await opened.advance(999);
      assert.equal(await cache.getOrSet('k', early), 'stale');
      await opened.advance(1);
      assert.equal(await cache.getOrSet('k', async () => 'new'), 'new');
    },
  ),
  law('graceBackoff also follows a load that fails after softTimeout', async (open) => {
    const opened = await withStale(open, { graceBackoff: '5m', softTimeout: 1 });
    const { cache } = opened;
    const loader = new HeldLoader();
    const call = cache.getOrSet('k', loader.load);
    const one = await loader.call();
    assert.equal(await passing(opened, 20, 'a call with a stale value', call), 'stale');
    one.reject(new Error('down'));
    await turns();
    assert.equal(await cache.getOrSet('k', early), 'stale');
  }),
  law('a call after an invalidation, or with forceFresh, does not wait for graceBackoff', async (open) => {
    const { cache } = await withStale(open, { graceBackoff: '5m' });
    assert.equal(await cache.getOrSet('k', failing), 'stale');
    assert.equal(await cache.getOrSet('k', async () => 'forced', { forceFresh: true }), 'forced');
    const opened = await withStale(open, { graceBackoff: '5m' });
    assert.equal(await opened.cache.getOrSet('k', failing), 'stale');
    await opened.cache.delete('k');
    assert.equal(await opened.cache.getOrSet('k', async () => 'new'), 'new');
  }),
  law('softTimeout returns the stale value, while the load continues and is stored', async (open) => {
    const opened = await withStale(open, { softTimeout: 20 });
    const { cache } = opened;
    const loader = new HeldLoader();
    const call = cache.getOrSet('k', loader.load);
    const one = await loader.call();
    assert.equal(await passing(opened, 25, 'a call with a stale value', call), 'stale');
    assert.equal(one.context.signal.aborted, false);
    one.resolve('new');
    await turns();
    const next = cache.getOrSet('k', early);
    assert.equal(await passing(opened, 25, 'the next call', next), 'new');
  }),
  law('one load at a time continues after softTimeout, however many calls are answered', async (open) => {
    const opened = await withStale(open, { softTimeout: 5 });
    const loader = new HeldLoader();
    for (let round = 0; round < 3; round += 1) {
      const calls = [1, 2, 3].map(() => opened.cache.getOrSet('k', loader.load));
      await loader.call();
      assert.deepEqual(
        await passing(opened, 10, 'calls with a stale value', Promise.all(calls)),
        Array(3).fill('stale'),
      );
    }
    assert.equal(loader.count, 1);
    loader.calls[0]?.resolve('new');
  }),
  law('softTimeout has no effect when there is no stale value', async (open) => {
    const opened = await open({ grace: '10m', softTimeout: 5 });
    const loader = new HeldLoader();
    const call = outcomeOf(opened.cache.getOrSet('k', loader.load));
    const one = await loader.call();
    await opened.advance(20);
    await turns();
    one.resolve('v');
    assert.deepEqual(await call, { value: 'v' });
  }),
  law('hardTimeout returns the stale value when there is one', async (open) => {
    const opened = await withStale(open, { hardTimeout: 1000 });
    const loader = new HeldLoader();
    const call = opened.cache.getOrSet('k', loader.load);
    const one = await loader.call();
    assert.equal(await passing(opened, 1005, 'a call with a stale value', call), 'stale');
    one.resolve('new');
  }),
];

const forbidden: readonly TypedLaw[] = [
  ...(
    [
      ['delete', (cache) => cache.delete('k')],
      ['invalidateTags', (cache) => cache.invalidateTags('t')],
      ['clear', (cache) => cache.clear()],
    ] as const satisfies readonly (readonly [string, (cache: AnyCache) => Promise<unknown>])[]
  ).map(([name, invalidate]) =>
    law(`a value that ${name} invalidated is not returned as stale`, async (open) => {
      const { cache } = await open({ grace: '10m' });
      await cache.set('k', 'v', { tags: ['t'] });
      await invalidate(cache);
      assert.equal(await cache.get('k'), undefined);
      assert.ok('error' in (await outcomeOf(cache.getOrSet('k', failing))));
    }),
  ),
  law('an expired value is stale for the rest of its grace', async (open) => {
    const { cache } = await open({ grace: '10m' });
    await cache.set('k', 'v', { expire: '1m', tags: ['t'] });
    const before = await entryOf(cache);
    assert.equal(await cache.expire('k'), true);
    const entry = await entryOf(cache);
    assert.deepEqual([entry.value, entry.state, entry.staleBecause], ['v', 'stale', 'expired-by-call']);
    assert.deepEqual(entry.tags, ['t']);
    assert.ok(entry.remainingWithGraceMs > 500_000, `${entry.remainingWithGraceMs} ms remain`);
    assert.ok(entry.remainingWithGraceMs <= before.remainingWithGraceMs, 'and no more than before');
    assert.equal(await cache.getOrSet('k', failing), 'v');
  }),
  law('the next call reloads an expired value, which can still be invalidated', async (open) => {
    const { cache } = await open({ grace: '10m' });
    await cache.set('k', 'v', { tags: ['t'] });
    await cache.expire('k');
    const loader = counted(() => 'new');
    assert.equal(await cache.getOrSet('k', loader), 'new');
    assert.equal(loader.count, 1);
    await cache.set('k', 'v', { tags: ['t'] });
    await cache.expire('k');
    await cache.invalidateTags('t');
    assert.equal(await cache.get('k'), undefined);
  }),
  law('expire removes a value without grace', async (open) => {
    const { cache } = await open();
    await cache.set('k', 'v');
    assert.equal(await cache.expire('k'), true);
    assert.equal(await cache.get('k'), undefined);
  }),
  law('forceFresh loads even if a value is fresh, and falls back to that value', async (open) => {
    const { cache } = await open({ grace: '10m' });
    await cache.set('k', 'v');
    const loader = new HeldLoader();
    const call = cache.getOrSet('k', loader.load, { forceFresh: true });
    const one = await loader.call();
    assert.equal(one.context.previous?.value, 'v');
    assert.equal(one.context.previous.state, 'fresh');
    one.reject(new Error('down'));
    assert.equal(await call, 'v');
    assert.equal(await cache.getOrSet('k', async () => 'new', { forceFresh: true }), 'new');
    assert.equal(await cache.getOrSet('k', unwanted), 'new');
  }),
];

export const graceLaws: readonly TypedLaw[] = [...lives, ...falling, ...waiting, ...forbidden];
