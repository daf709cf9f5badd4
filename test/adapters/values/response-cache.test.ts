import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it, vi } from 'vitest';
import { responseCache } from '../../../src/adapters/envelop.js';
import { TypedCache } from '../../../src/index.js';
import { type CacheUnderTest, openCache, PLACES } from '../cache-under-test.js';

const MINUTE = 60_000;

describe.each(PLACES)('responseCache in %s', (where) => {
  let subject: CacheUnderTest;
  let typed: TypedCache<unknown>;

  beforeAll(async () => {
    subject = await openCache(where);
  });
  beforeEach(async () => {
    await subject.cache.clear('*');
    typed = new TypedCache({ store: subject.cache, namespace: 'graphql', expire: '2m' });
  });
  afterAll(() => subject?.close());

  it('an invalidation forgets the results about an entity or a type, and no others', async () => {
    const cache = responseCache(typed);
    const long = 'i'.repeat(2000);
    await cache.set(
      'q1',
      { data: { n: 1 } },
      [
        { typename: 'User', id: 1 },
        { typename: 'Post', id: '7' },
      ],
      MINUTE,
    );
    await cache.set('q2', { data: { n: 2 } }, new Set([{ typename: 'User', id: 2 }]), MINUTE);
    await cache.set('q3', { data: null }, [{ typename: 'User', id: long }], MINUTE);
    await cache.set('q4', { data: { n: 4 } }, [], MINUTE);
    const left = async () =>
      Promise.all(['q1', 'q2', 'q3', 'q4'].map(async (id) => (await cache.get(id)) !== null));
    assert.deepEqual(await cache.get('q1'), { data: { n: 1 } });
    assert.equal(await cache.get('none'), null);
    await cache.invalidate([]);
    await cache.invalidate([{ typename: 'User', id: '1' }]);
    assert.deepEqual(await left(), [false, true, true, true]);
    await cache.invalidate([{ typename: 'User', id: long }]);
    assert.deepEqual(await left(), [false, true, false, true]);
    await cache.invalidate(new Set([{ typename: 'User' }, { typename: 'Post' }]));
    assert.deepEqual(await left(), [false, false, false, true]);
  });

  it('a result lives for its ttl, else as long as the option or the typed cache says', async () => {
    const remaining = async (id: string) => (await typed.getEntry(id))?.remainingMs ?? 0;
    const isAbout = (life: number, ms: number) =>
      assert.ok(life > ms - 20_000 && life <= ms, `${life} of ${ms}`);
    await responseCache(typed).set('a', 1, [], MINUTE);
    await responseCache(typed).set('b', 1, [], Number.POSITIVE_INFINITY);
    await responseCache(typed, { expire: '3m' }).set('c', 1, [], Number.POSITIVE_INFINITY);
    isAbout(await remaining('a'), MINUTE);
    isAbout(await remaining('b'), 2 * MINUTE);
    isAbout(await remaining('c'), 3 * MINUTE);
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await responseCache(typed).set('a', 2, [], Number.NaN);
    assert.match(String(warned.mock.calls[0]?.[0]), /a result is not stored: .*NaN/);
    warned.mockRestore();
    assert.equal(await responseCache(typed).get('a'), 1);
    await responseCache(typed).set('a', 2, [], 0);
    assert.equal(await responseCache(typed).get('a'), null);
  });

  it('a call that nobody waits for ends no process when it fails', async () => {
    const cache = responseCache({
      ...typed,
      invalidateTags: () => Promise.reject(new Error('away')),
    } as unknown as TypedCache<unknown>);
    void cache.invalidate([{ typename: 'User' }]);
    await assert.rejects(cache.invalidate([{ typename: 'User' }]), /away/);
  });
});
