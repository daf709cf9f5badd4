import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { apolloCache } from '../../../src/adapters/apollo.js';
import { bentoDriver } from '../../../src/adapters/bentocache.js';
import { cachifiedCache } from '../../../src/adapters/cachified.js';
import { unstorageDriver } from '../../../src/adapters/unstorage.js';
import { rejectsWith } from '../../contract/expectations.js';
import { type CacheUnderTest, openCache, PLACES } from '../cache-under-test.js';

const MINUTE = 60_000;
const LONG = `long:${'k'.repeat(2000)}`;

describe.each(PLACES)('adapters for values in %s', (where) => {
  let subject: CacheUnderTest;

  beforeAll(async () => {
    subject = await openCache(where);
  });
  beforeEach(async () => {
    await subject.cache.clear('*');
  });
  afterAll(() => subject?.close());

  /** Remaining lives of all entries, in milliseconds. */
  const lives = async (): Promise<number[]> => {
    const found: number[] = [];
    for await (const key of subject.cache.keys('*')) found.push((await subject.cache.getExpiry(key)) ?? 0);
    return found;
  };
  const within = async (count: number, ms: number): Promise<void> => {
    const found = await lives();
    assert.equal(found.length, count);
    for (const life of found) assert.ok(life > ms - 20_000 && life <= ms, `${life} of ${ms}`);
    await subject.cache.clear('*');
  };

  describe('unstorageDriver', () => {
    it('an item of unstorage is text or bytes, and absence is null', async () => {
      const driver = unstorageDriver(subject.cache);
      await driver.setItem('a', 'é');
      await driver.setItem(LONG, '');
      await driver.setItemRaw('raw', new Uint8Array([0, 255, 128]));
      await driver.setItemRaw('buffer', new Uint16Array([1, 2]).buffer);
      await driver.setItemRaw('text', 'é');
      await driver.setItems(
        [
          { key: 'b', value: '1' },
          { key: 'c', value: '2', options: { ttl: 60 } },
        ],
        { ttl: 30 },
      );
      assert.deepEqual(await driver.getItems([{ key: 'c' }, { key: 'none' }, { key: LONG }, { key: 'a' }]), [
        { key: 'c', value: '2' },
        { key: 'none', value: null },
        { key: LONG, value: '' },
        { key: 'a', value: 'é' },
      ]);
      assert.deepEqual([await driver.getItem('text'), await driver.getItem('none')], ['é', null]);
      assert.deepEqual([...((await driver.getItemRaw('raw')) ?? [])], [0, 255, 128]);
      assert.equal((await driver.getItemRaw('buffer'))?.byteLength, 4);
      assert.equal(await driver.getItemRaw('none'), null);
      assert.deepEqual([await driver.hasItem('a'), await driver.hasItem('none')], [true, false]);
      await driver.removeItem('a');
      assert.equal(await driver.hasItem('a'), false);
      assert.ok(((await driver.getMeta('b'))?.ttl ?? 0) <= 30);
      assert.equal(await driver.getMeta('none'), null);
      await rejectsWith('E_DECODE', 'bytes', () => driver.getItem('raw'));
      await rejectsWith('E_ARGUMENT', 'object', () => driver.setItemRaw('raw', { a: 1 }));
      await rejectsWith('E_ARGUMENT', 'number', () => driver.setItem('a', 7 as never));
      await driver.dispose();
      assert.equal(await driver.hasItem('b'), true);
    });

    it('keys and clear of unstorage stay below their base, and maxDepth counts separators', async () => {
      const driver = unstorageDriver(subject.cache);
      const other = unstorageDriver(subject.cache, { prefix: 'unstorage2' });
      const keys = ['users:1', 'users:1:name', 'usersAbc:1', 'u*:1', LONG];
      for (const key of keys) for (const each of [driver, other]) await each.setItem(key, 'v');
      assert.deepEqual((await driver.getKeys('')).sort(), keys.toSorted());
      assert.deepEqual((await driver.getKeys('users:')).sort(), ['users:1', 'users:1:name']);
      assert.deepEqual(await driver.getKeys('users', { maxDepth: 1 }), ['users:1']);
      assert.deepEqual(await driver.getKeys('long:'), [LONG]);
      await driver.clear('users');
      await driver.clear('u*:');
      assert.deepEqual((await driver.getKeys()).sort(), [LONG, 'usersAbc:1'].sort());
      await driver.clear();
      await driver.clear();
      assert.deepEqual([await driver.getKeys(), (await other.getKeys()).length], [[], 5]);
    });

    it('a ttl of unstorage is seconds, and an item without one has the life of the option', async () => {
      const driver = unstorageDriver(subject.cache, { expire: '2m' });
      await driver.setItem('a', 'v', { ttl: 60 });
      await driver.setItemRaw('b', 'v', { ttl: 60 });
      await within(2, MINUTE);
      await driver.setItem('a', 'v');
      await driver.setItem('b', 'v', { ttl: 0 });
      await driver.setItems([{ key: 'c', value: 'v' }]);
      await within(3, 2 * MINUTE);
      await driver.setItem('a', 'v', { ttl: Number.NaN });
      await driver.setItem('b', 'v', { ttl: -1 });
      await within(0, 0);
    });
  });

  describe('apolloCache', () => {
    it('an entry of Apollo is text, the empty one too, and its life is seconds', async () => {
      const cache = apolloCache(subject.cache, { expire: '2m' });
      await cache.set('k', 'v', { ttl: 60 });
      await cache.set(LONG, '', { ttl: 59.5 });
      assert.deepEqual(
        [await cache.get('k'), await cache.get(LONG), await cache.get('none')],
        ['v', '', undefined],
      );
      await within(2, MINUTE);
      for (const ttl of [null, undefined, 0]) await cache.set(`k${ttl}`, 'v', { ttl: ttl as null });
      await cache.set('k', 'v');
      await within(4, 2 * MINUTE);
      await cache.set('k', 'v');
      await cache.set('k', 'v', { ttl: -1 });
      await cache.set('k', 'v', { ttl: Number.NaN });
      assert.equal(await cache.get('k'), undefined);
      await cache.set('k', 'v');
      assert.deepEqual([await cache.delete('k'), await cache.delete('k')], [true, false]);
      await rejectsWith('E_ARGUMENT', 'object', () => cache.set('k', {} as never));
    });
  });

  describe('cachifiedCache', () => {
    it('an entry of cachified lives for its ttl and swr, and keeps what JSON would lose', async () => {
      const cache = cachifiedCache(subject.cache, { expire: '2m' });
      const createdTime = Date.now();
      const value = { at: new Date(5), most: Number.POSITIVE_INFINITY, ids: new Set([1]), none: undefined };
      const entry = { value, metadata: { createdTime, ttl: 20_000, swr: 40_000 } };
      await cache.set('k', entry);
      await cache.set(LONG, entry);
      assert.deepEqual(await cache.get('k'), entry);
      assert.deepEqual(await cache.get(LONG), entry);
      assert.equal(await cache.get('none'), null);
      await within(2, MINUTE);
      for (const [index, metadata] of [
        { ttl: null },
        {},
        { ttl: 1, swr: null },
        { ttl: Number.POSITIVE_INFINITY },
      ].entries())
        await cache.set(`${index}`, { value: 1, metadata: { createdTime, ...metadata } });
      await within(4, 2 * MINUTE);
      await cache.set('k', { value: 1, metadata: { createdTime: createdTime - MINUTE, ttl: 1 } });
      await cache.set('k', { value: 1, metadata: { createdTime, ttl: Number.NaN } });
      await within(0, 0);
      await cache.set('k', entry);
      await cache.delete('k');
      assert.equal(await cache.get('k'), null);
      await rejectsWith('E_ARGUMENT', 'entry', () => cache.set('k', 7 as never));
      await rejectsWith('E_ENCODE', 'function', () => cache.set('k', { ...entry, value: () => 1 }));
    });
  });

  describe('bentoDriver', () => {
    it('a value of bentocache is text, and its life is milliseconds', async () => {
      const driver = bentoDriver(subject.cache, { expire: '2m' });
      assert.equal(await driver.set('k', 'v', MINUTE), true);
      assert.equal(await driver.set(LONG, '', MINUTE - 1), true);
      assert.deepEqual(
        [await driver.get('k'), await driver.get(LONG), await driver.get('none')],
        ['v', '', undefined],
      );
      assert.deepEqual([await driver.has('k'), await driver.has('none')], [true, false]);
      await within(2, MINUTE);
      for (const ttl of [undefined, 0, Number.POSITIVE_INFINITY]) await driver.set(`k${ttl}`, 'v', ttl);
      await within(3, 2 * MINUTE);
      assert.equal(await driver.set('k', 'v', Number.NaN), false);
      assert.deepEqual([await driver.deleteMany([]), await driver.delete('k')], [true, false]);
      await rejectsWith('E_ARGUMENT', 'object', () => driver.set('k', {} as never));
      await driver.disconnect();
    });

    it('a pull gives its value to one of several callers', async () => {
      const driver = bentoDriver(subject.cache);
      const again = bentoDriver(subject.cache);
      for (let round = 0; round < 10; round++) {
        await driver.set('k', `${round}`);
        const pulled = await Promise.all([driver.pull('k'), again.pull('k'), driver.pull('k')]);
        assert.deepEqual(
          pulled.filter((value) => value !== undefined),
          [`${round}`],
        );
        assert.equal(await driver.has('k'), false);
      }
    });

    it('namespaces of bentocache begin keys with their names, and do not meet', async () => {
      const driver = bentoDriver(subject.cache).factory({ prefix: 'app' });
      const other = bentoDriver(subject.cache).factory({ prefix: 'app2' });
      const users = driver.namespace('users');
      await users.set('1', 'a');
      await users.namespace('posts').set('1', 'b');
      await driver.set('usersAbc', 'c');
      await other.set('users:1', 'd');
      assert.deepEqual([await driver.get('users:1'), await driver.get('users:posts:1')], ['a', 'b']);
      await users.clear();
      assert.deepEqual(
        [await users.get('1'), await driver.get('users:posts:1'), await driver.get('usersAbc')],
        [undefined, undefined, 'c'],
      );
      await driver.clear();
      assert.deepEqual([await driver.has('usersAbc'), await other.get('users:1')], [false, 'd']);
    });
  });
});
