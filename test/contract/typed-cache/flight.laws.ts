import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { counted, HeldLoader, outcomeOf, unwanted } from './loading.js';
import { turns } from './passing.js';
import { law, lawOf, shownBy, type TypedLaw } from './subject.js';

const CALLERS = 20;

const sharing: readonly TypedLaw[] = [
  law('a cold key is loaded once for all concurrent callers', async (open) => {
    const { cache } = await open();
    const loader = new HeldLoader();
    const calls = Array.from({ length: CALLERS }, () => cache.getOrSet('k', loader.load));
    const one = await loader.call();
    await turns();
    assert.equal(loader.count, 1);
    one.resolve('v');
    assert.deepEqual(await Promise.all(calls), Array(CALLERS).fill('v'));
    assert.equal(loader.count, 1);
    assert.equal(await cache.getOrSet('k', unwanted), 'v');
  }),
  law('a load that fails rejects all its callers, and is not run again for any of them', async (open) => {
    const { cache } = await open();
    const loader = new HeldLoader();
    const calls = Array.from({ length: CALLERS }, () => outcomeOf(cache.getOrSet('k', loader.load)));
    const failure = new Error('the source is down');
    const one = await loader.call();
    await turns();
    assert.equal(loader.count, 1);
    one.reject(failure);
    for (const outcome of await Promise.all(calls)) assert.deepEqual(outcome, { error: failure });
    assert.equal(loader.count, 1);
  }),
  law('the next call after a failed load loads again', async (open) => {
    const { cache } = await open();
    for (let round = 0; round < 3; round += 1) {
      await assert.rejects(
        cache.getOrSet('k', () => Promise.reject(new Error('down'))),
        /down/,
      );
    }
    assert.equal(await cache.getOrSet('k', async () => 'v'), 'v');
  }),
  law('different keys are loaded concurrently', async (open) => {
    const { cache } = await open();
    const [one, other] = [new HeldLoader(), new HeldLoader()];
    const calls = [cache.getOrSet('a', one.load), cache.getOrSet('b', other.load)];
    const load = await one.call();
    (await other.call()).resolve('b');
    assert.equal(await calls[1], 'b');
    load.resolve('a');
    assert.equal(await calls[0], 'a');
  }),
  lawOf('steps', 'a caller that arrives while a load is being stored is served that load', async (open) => {
    const opened = await open();
    const { cache } = opened;
    const write = shownBy('steps', opened.hold?.('write'));
    const loader = counted(() => 'v');
    const first = cache.getOrSet('k', loader);
    await write.arrived;
    const second = cache.getOrSet('k', loader);
    write.release();
    assert.deepEqual(await Promise.all([first, second]), ['v', 'v']);
    assert.equal(loader.count, 1);
  }),
];

const aborts: readonly TypedLaw[] = [
  law(
    'a caller that aborts rejects at once with its reason, without effect on the other callers',
    async (open) => {
      const { cache } = await open();
      const loader = new HeldLoader();
      const abort = new AbortController();
      const reason = new Error('the request was closed');
      const first = outcomeOf(cache.getOrSet('k', loader.load, { signal: abort.signal }));
      const second = cache.getOrSet('k', loader.load);
      const one = await loader.call();
      abort.abort(reason);
      const outcome = await first;
      assert.ok('error' in outcome, 'who aborted is rejected');
      assertAborted(outcome.error, reason);
      assert.equal(one.context.signal.aborted, false);
      one.resolve('v');
      assert.equal(await second, 'v');
      assert.equal(loader.count, 1);
    },
  ),
  law('the signal of a loader aborts when all its callers have aborted, and not before', async (open) => {
    const { cache } = await open();
    const loader = new HeldLoader();
    const aborts = [new AbortController(), new AbortController(), new AbortController()];
    const calls = aborts.map(({ signal }) => outcomeOf(cache.getOrSet('k', loader.load, { signal })));
    const one = await loader.call();
    for (const abort of aborts) {
      assert.equal(one.context.signal.aborted, false, 'one caller still waits');
      abort.abort();
      await calls[aborts.indexOf(abort)];
    }
    assert.equal(one.context.signal.aborted, true);
    one.reject(new Error('aborted'));
  }),
  law(
    'a caller that arrives after all others have aborted is not rejected with their abort',
    async (open) => {
      const { cache } = await open();
      const loader = new HeldLoader();
      const abort = new AbortController();
      const first = outcomeOf(cache.getOrSet('k', loader.load, { signal: abort.signal }));
      const one = await loader.call();
      abort.abort();
      await first;
      const next = cache.getOrSet('k', async () => 'v');
      one.reject(one.context.signal.reason);
      assert.equal(await next, 'v');
    },
  ),
  law('a call whose signal has already aborted loads nothing', async (open) => {
    const { cache } = await open();
    const outcome = await outcomeOf(cache.getOrSet('k', unwanted, { signal: AbortSignal.abort() }));
    assert.ok('error' in outcome);
    assertAborted(outcome.error, undefined);
  }),
  law('no listener is left on the signal of a call that has ended', async (open) => {
    const { cache } = await open();
    const { signal } = new AbortController();
    const failing = () => Promise.reject(new Error('down'));
    const load = async () => 'v';
    await assert.rejects(cache.getOrSet('k', failing, { signal }), /down/);
    await Promise.all([cache.getOrSet('k', load, { signal }), cache.getOrSet('k', load, { signal })]);
    await cache.getOrSet('k', unwanted, { signal });
    await cache.getOrSetMany(['a', 'b'], async (keys) => keys.map((key) => [key, 'v'] as const), { signal });
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  }),
  law('a hit is served even if the signal aborts afterwards', async (open) => {
    const { cache } = await open();
    await cache.set('k', 'v');
    const abort = new AbortController();
    assert.equal(await cache.getOrSet('k', unwanted, { signal: abort.signal }), 'v');
    abort.abort();
    assert.equal(await cache.getOrSet('k', unwanted), 'v');
  }),
];

/** An abort is the package's own, with the reason as its cause, or the reason itself. */
function assertAborted(error: unknown, reason: unknown): void {
  assert.ok(error instanceof Error, 'an abort is an Error');
  if (error === reason) return;
  assert.equal((error as { code?: unknown }).code, 'E_ABORTED', String(error.stack));
  if (reason !== undefined) assert.equal(error.cause, reason);
}

export const flightLaws: readonly TypedLaw[] = [...sharing, ...aborts];
