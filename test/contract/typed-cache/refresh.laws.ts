import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { eventually } from '../../support/time/eventually.js';
import { counted, HeldLoader, unwanted } from './loading.js';
import { passing, turns } from './passing.js';
import { law, lawOf, type OpenTyped, type TypedLaw, type TypedOptions } from './subject.js';

const AHEAD = { expire: '10m', refreshAhead: 0.0001 };
/** Age beyond that fraction of the TTL. */
const DUE_MS = 70;

/** Opens a cache in which the next hit of `k` refreshes it. */
async function withDue(
  open: (options?: TypedOptions) => Promise<OpenTyped>,
  options: TypedOptions = {},
): Promise<OpenTyped> {
  const opened = await open({ ...AHEAD, ...options });
  await opened.cache.set('k', 'old');
  await opened.advance(DUE_MS);
  return opened;
}

export const refreshLaws: readonly TypedLaw[] = [
  law('a hit that is due for refresh is answered at once, and refreshed in the background', async (open) => {
    const { cache } = await withDue(open);
    const loader = new HeldLoader();
    assert.equal(await cache.getOrSet('k', loader.load), 'old');
    const one = await loader.call();
    assert.equal(one.context.previous?.value, 'old');
    assert.equal(one.context.previous.state, 'fresh');
    one.resolve('new');
    await eventually('the refresh is stored', async () => (await cache.get('k')) === 'new');
    const entry = await cache.getEntry('k');
    assert.ok(entry !== undefined && entry.remainingMs > 500_000, 'with a whole life');
  }),
  law('a refresh runs outside of the asynchronous context of the call that began it', async (open) => {
    const { cache } = await withDue(open);
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const load = async (): Promise<string> => {
      seen.push(context.getStore());
      return 'new';
    };
    assert.equal(await context.run('a request', () => cache.getOrSet('k', load)), 'old');
    await eventually('the refresh is stored', async () => (await cache.get('k')) === 'new');
    assert.deepEqual(seen, [undefined]);
  }),
  law('any number of hits that are due start one refresh', async (open) => {
    const { cache } = await withDue(open);
    const loader = new HeldLoader();
    const calls = Array.from({ length: 10 }, () => cache.getOrSet('k', loader.load));
    assert.deepEqual(await Promise.all(calls), Array(10).fill('old'));
    assert.equal(await cache.getOrSet('k', loader.load), 'old');
    const one = await loader.call();
    await turns();
    assert.equal(loader.count, 1);
    assert.equal(cache.stats().refreshes, 1);
    one.resolve('new');
  }),
  lawOf('exact-time', 'a hit is not refreshed before it is due', async (open) => {
    const { cache, advance } = await open({ expire: 1000, refreshAhead: 0.5 });
    await cache.set('k', 'v');
    await advance(499);
    assert.equal(await cache.getOrSet('k', unwanted), 'v');
    await turns();
    await advance(2);
    const loader = counted(() => 'new');
    await cache.getOrSet('k', loader);
    await turns();
    assert.equal(loader.count, 1);
  }),
  law('a refresh that fails changes neither the value nor its TTL, and rejects no caller', async (open) => {
    const { cache } = await withDue(open);
    const before = await cache.getEntry('k');
    const loader = new HeldLoader();
    assert.equal(await cache.getOrSet('k', loader.load), 'old');
    (await loader.call()).reject(new Error('down'));
    await turns();
    const after = await cache.getEntry('k');
    assert.deepEqual([after?.value, after?.state], ['old', 'fresh']);
    assert.ok((after?.remainingMs ?? 0) <= (before?.remainingMs ?? 0), 'no longer than before');
  }),
  law('a value that is not read is not refreshed', async (open) => {
    const opened = await withDue(open);
    await opened.advance(DUE_MS);
    await turns();
    assert.equal(await opened.cache.get('k'), 'old');
    assert.equal(await opened.cache.has('k'), true);
    await turns();
    assert.equal(opened.cache.stats().loads, 0);
  }),
  law('a refresh that never settles ends after loadTimeout, and a later hit refreshes', async (open) => {
    const opened = await withDue(open, { loadTimeout: 50, grace: '1m', graceBackoff: 1 });
    const loader = new HeldLoader();
    assert.equal(await opened.cache.getOrSet('k', loader.load), 'old');
    const one = await loader.call();
    const aborted = new Promise<void>((resolve) =>
      one.context.signal.addEventListener('abort', () => resolve()),
    );
    await passing(opened, 60, 'a refresh that never ends', aborted);
    await opened.advance(5);
    assert.equal(await opened.cache.getOrSet('k', loader.load), 'old');
    (await loader.call(2)).resolve('new');
    await eventually('the second refresh is stored', async () => (await opened.cache.get('k')) === 'new');
  }),
  lawOf('exact-time', 'a refreshed value starts a new TTL, and is not due at once', async (open) => {
    const { cache, advance } = await open({ expire: 1000, refreshAhead: 0.5 });
    await cache.set('k', 'old');
    await advance(600);
    assert.equal(await cache.getOrSet('k', async () => 'new'), 'old');
    await turns();
    await advance(499);
    assert.equal(await cache.getOrSet('k', unwanted), 'new');
    await turns();
    assert.equal(cache.stats().refreshes, 1);
    await advance(500);
    assert.equal(await cache.get('k'), 'new');
  }),
  law('a refreshAhead that is not a fraction is refused', async (open) => {
    for (const refreshAhead of [0, 1, -0.5, 2, Number.NaN, '0.5']) {
      await assert.rejects(open({ refreshAhead }), { code: /^E_(ARGUMENT|CONFIG_SCHEMA)$/ });
    }
  }),
];
