import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it, onTestFinished } from 'vitest';
import { type RateLimitStoreOptions, rateLimitStore } from '../../../src/adapters/express-rate-limit.js';
import { rejectsWith } from '../../contract/expectations.js';
import { eventually } from '../../support/time/eventually.js';
import { PLACES } from '../cache-under-test.js';
import { type CollectionsUnderTest, openCollections } from '../collections-under-test.js';

const MINUTE = 60_000;

describe.each(PLACES)('rateLimitStore in %s', (where) => {
  let subject: CollectionsUnderTest;
  let rounds = 0;

  beforeAll(async () => {
    subject = await openCollections(where);
  });
  beforeEach(() => {
    rounds += 1;
  });
  afterAll(() => subject?.close());

  const open = (options: RateLimitStoreOptions = {}) =>
    rateLimitStore(subject.collections, { prefix: `rl${rounds}`, ...options });

  it('a store counts before it was told its window, and 40 parallel hits of two stores exactly', async () => {
    const [one, other] = [open(), open()];
    const hits = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 ? one : other).increment('ip')),
    );
    const totals = hits.map(({ totalHits }) => totalHits).toSorted((a, b) => a - b);
    assert.deepEqual(
      totals,
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    for (const { resetTime } of hits) {
      const left = resetTime.getTime() - Date.now();
      assert.ok(left > 0 && left <= MINUTE, `${left}`);
    }
    assert.equal((await one.get('ip'))?.totalHits, 40);
    assert.equal(await one.get('none'), undefined);
  });

  it('a window begins with the first hit of a client, and no later hit moves its end', async () => {
    const store = open();
    store.init({ windowMs: 2 * MINUTE });
    const first = await store.increment('ip');
    assert.ok(first.resetTime.getTime() - Date.now() > MINUTE);
    store.init({ windowMs: 10 * MINUTE });
    const second = await store.increment('ip');
    assert.ok(Math.abs(second.resetTime.getTime() - first.resetTime.getTime()) < MINUTE);
    store.init({ windowMs: 30 });
    await store.increment('short');
    await eventually('the window is over', async () => (await store.get('short')) === undefined);
    assert.equal((await store.increment('short')).totalHits, 1);
  });

  it('a hit that is taken back leaves no count below 0, and creates none', async () => {
    const store = open();
    await store.decrement('ip');
    assert.equal(await store.get('ip'), undefined);
    await store.increment('ip');
    await store.increment('ip');
    await Promise.all(Array.from({ length: 10 }, () => store.decrement('ip')));
    await store.decrement('ip');
    assert.equal(await store.get('ip'), undefined);
    const again = await store.increment('ip');
    assert.equal(again.totalHits, 1);
    assert.ok(again.resetTime.getTime() > Date.now());
  });

  it('a reset forgets one client or all, and none of another store', async () => {
    const [store, other] = [open(), open({ prefix: `other${rounds}` })];
    await store.resetKey('never seen');
    const long = 'k'.repeat(3000);
    const keys = ['a', 'b', long, 'x*'];
    for (const key of keys) for (const each of [store, other]) await each.increment(key);
    await store.resetKey('a');
    assert.equal(await store.get('a'), undefined);
    assert.equal((await store.increment('a')).totalHits, 1);
    await store.resetAll();
    await store.resetAll();
    assert.deepEqual(
      await Promise.all(keys.map((key) => store.get(key))),
      keys.map(() => undefined),
    );
    for (const key of keys) assert.equal((await other.get(key))?.totalHits, 1);
    await other.shutdown();
    assert.equal((await other.increment('a')).totalHits, 2);
  });
});

describe('rateLimitStore without a server', () => {
  it('a hit that the store did not count is an error, 1, beyond any limit, or counted in this process', async () => {
    const subject = await openCollections('Redis', 300);
    onTestFinished(() => subject.close());
    subject.server?.freeze();
    const hitsOf = async (onUnavailable?: RateLimitStoreOptions['onUnavailable']) => {
      const store = rateLimitStore(subject.collections, { onUnavailable });
      const hits = await Promise.all([store.increment('ip'), store.increment('ip')]);
      await store.decrement('ip');
      return hits.map(({ totalHits }) => totalHits).sort();
    };
    await assert.rejects(hitsOf(), { code: /^E_/ });
    assert.deepEqual(await hitsOf('allow'), [1, 1]);
    assert.deepEqual(await hitsOf('deny'), [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]);
    assert.deepEqual(await hitsOf('local'), [1, 2]);
    await rejectsWith('E_ARGUMENT', 'choice', async () =>
      rateLimitStore(subject.collections, { onUnavailable: 'maybe' as never }),
    );
  });
});
