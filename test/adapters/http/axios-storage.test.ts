import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it, vi } from 'vitest';
import { axiosStorage } from '../../../src/adapters/axios.js';
import { type CacheUnderTest, openCache, PLACES } from '../cache-under-test.js';

const MINUTE = 60_000;

describe.each(PLACES)('axiosStorage in %s', (where) => {
  let subject: CacheUnderTest;

  beforeAll(async () => {
    subject = await openCache(where);
  });
  beforeEach(async () => {
    await subject.cache.clear('*');
  });
  afterAll(() => subject?.close());

  const cached = (part: object = {}, headers: object = {}) => ({
    state: 'cached',
    createdAt: Date.now(),
    ttl: MINUTE,
    data: {
      data: { n: 1 },
      status: 200,
      statusText: 'OK',
      headers: { 'content-type': 'text/plain', ...headers },
    },
    ...part,
  });

  it('a response is shared, and a request on its way is known to its process only', async () => {
    const [one, other] = [axiosStorage(subject.cache), axiosStorage(subject.cache)];
    assert.deepEqual(await one.get('k'), { state: 'empty' });
    await one.set('k', { state: 'loading', previous: 'empty' });
    assert.equal((await one.get('k')).state, 'loading');
    assert.equal((await other.get('k')).state, 'empty');
    const state = cached();
    await one.set('k', state);
    assert.deepEqual(await other.get('k'), state);
    assert.deepEqual(await one.find('k'), state);
    const long = 'k'.repeat(3000);
    await one.set(long, cached({ data: { ...state.data, data: Buffer.from([0, 255]) } }));
    assert.deepEqual([...(await other.get(long)).data.data], [0, 255]);
    await one.set('k', { state: 'loading', previous: 'empty' });
    await one.remove('k');
    assert.deepEqual([await one.get('k'), await other.get('k')], [{ state: 'empty' }, { state: 'empty' }]);
    await one.clear();
    assert.equal((await other.get(long)).state, 'empty');
  });

  it('a response is fresh, then stale, then over, and one that the origin can confirm stays', async () => {
    const storage = axiosStorage(subject.cache, { expire: '2m' });
    const createdAt = Date.now() - MINUTE - 10;
    await storage.set('stale', cached({ createdAt, staleTtl: MINUTE }));
    assert.deepEqual(
      { ...(await storage.get('stale')), data: 0 },
      { state: 'stale', createdAt, ttl: 2 * MINUTE, data: 0 },
    );
    await storage.set('over', cached({ createdAt }));
    assert.equal((await storage.get('over')).state, 'empty');
    await storage.set('etag', cached({ createdAt }, { etag: '"1"' }));
    assert.equal((await storage.get('etag')).state, 'stale');
    await storage.set('must', cached({ createdAt }, { etag: '"1"', 'cache-control': 'must-revalidate' }));
    assert.equal((await storage.get('must')).state, 'must-revalidate');
    const lives: number[] = [];
    for await (const key of subject.cache.keys('*')) lives.push((await subject.cache.getExpiry(key)) ?? 0);
    lives.sort((a, b) => a - b);
    assert.equal(lives.length, 3);
    assert.ok((lives[0] ?? 0) <= MINUTE && (lives[1] ?? 0) > MINUTE && (lives[2] ?? 0) <= 2 * MINUTE);
  });

  it('headers of axios are stored as they are, and a response that cannot be stored is a warning', async () => {
    const storage = axiosStorage(subject.cache);
    class Headers {
      etag = '"1"';
      toJSON() {
        return { etag: this.etag };
      }
    }
    await storage.set('k', cached({ data: { data: 1, headers: new Headers() } }));
    assert.deepEqual((await storage.get('k')).data.headers, { etag: '"1"' });
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await storage.set('k', cached({ data: { data: () => 1, headers: {} } }));
    assert.match(String(warned.mock.calls[0]?.[0]), /a response of axios is not stored/);
    warned.mockRestore();
    assert.equal((await storage.get('k')).state, 'empty');
  });
});
