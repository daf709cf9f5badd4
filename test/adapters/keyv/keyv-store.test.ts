import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { keyv6Store, keyvStore } from '../../../src/adapters/keyv.js';
import { rejectsWith } from '../../contract/expectations.js';
import { type CacheUnderTest, openCache, PLACES } from '../cache-under-test.js';

const HOUR = 3_600_000;
const LONG = 'k'.repeat(2000);

describe.each(PLACES)('Keyv stores in %s', (where) => {
  let subject: CacheUnderTest;

  beforeAll(async () => {
    subject = await openCache(where);
  });
  beforeEach(async () => {
    await subject.cache.clear('*');
  });
  afterAll(() => subject?.close());

  const lives = async (): Promise<(number | null)[]> => {
    const found: (number | null)[] = [];
    for await (const key of subject.cache.keys('*')) found.push(await subject.cache.getExpiry(key));
    return found;
  };
  const listed = async (entries: AsyncIterable<unknown[]>): Promise<unknown[][]> => {
    const found: unknown[][] = [];
    for await (const entry of entries) found.push(entry);
    return found.toSorted();
  };

  it.each([
    ['5', keyvStore],
    ['6', keyv6Store],
  ] as const)('a store of Keyv %s keeps texts by key, in the order that was asked for', async (_, make) => {
    const store = make(subject.cache);
    assert.equal(await store.set('a', '"1"'), true);
    assert.equal(await store.set('', '"empty"'), true);
    assert.equal(await store.set(LONG, '"long"'), true);
    await store.setMany([
      { key: 'b', value: '"2"' },
      { key: 'c', value: '' },
      { key: 'b', value: '"3"' },
    ]);
    const keys = ['c', 'none', LONG, 'b', '', 'a'];
    const values = ['', undefined, '"long"', '"3"', '"empty"', '"1"'];
    assert.deepEqual(await store.getMany(keys), values);
    assert.deepEqual(await Promise.all(keys.map((key) => store.get(key))), values);
    assert.deepEqual(await store.hasMany(keys), [true, false, true, true, true, true]);
    assert.equal(await store.has('none'), false);
    assert.equal(await store.delete('a'), true);
    assert.equal(await store.delete('a'), false);
    assert.equal((await listed(store.iterator())).length, 4);
    await store.clear();
    await store.clear();
    assert.deepEqual(await listed(store.iterator()), []);
    await store.disconnect();
    assert.equal(await store.set('a', '"still open"'), true);
  });

  it('a life is a length for Keyv 5, an end for Keyv 6, and everything has one', async () => {
    const five = keyvStore(subject.cache, { expire: '30d' });
    const six = keyv6Store(subject.cache, { expire: '30d', prefix: 'six' });
    const now = Date.now();
    await five.set('k', '1', HOUR);
    await six.set('k', '1', now + HOUR);
    await five.setMany([{ key: 'many', value: '1', ttl: HOUR }]);
    await six.setMany([{ key: 'many', value: '1', expires: now + HOUR }]);
    for (const life of await lives())
      assert.ok(life !== null && life > HOUR - 30_000 && life <= HOUR, `${life}`);
    await subject.cache.clear('*');
    for (const none of [undefined, null, Number.POSITIVE_INFINITY]) {
      await five.set(`k${none}`, '1', none as undefined);
      await six.set(`k${none}`, '1', none as undefined);
    }
    await five.set('zero', '1', 0);
    const endless = await lives();
    assert.equal(endless.length, 7);
    for (const life of endless) assert.ok(life !== null && life > 29 * 24 * HOUR && life <= 30 * 24 * HOUR);
  });

  it('a life that is over is accepted and leaves nothing, and one that is no number is not stored', async () => {
    const five = keyvStore(subject.cache);
    const six = keyv6Store(subject.cache, { prefix: 'six' });
    for (const store of [five, six]) {
      await store.set('k', '1');
      assert.equal(await store.set('k', '2', -5), true);
      assert.equal(await store.get('k'), undefined);
      assert.equal(await store.set('k', '1', Number.NaN), false);
      assert.equal(await store.has('k'), false);
    }
    assert.equal(await six.set('k', '1', Date.now() - 1), true);
    assert.equal(await six.set('k', '1', 0), true);
    assert.deepEqual(await six.setMany([{ key: 'k', value: '1', expires: 1 }]), [true]);
    assert.equal(await six.has('k'), false);
  });

  it('namespaces that begin alike do not meet, and clear and iterator see their own only', async () => {
    for (const make of [keyvStore, keyv6Store]) {
      const named = ['users', 'usersAbc', 'users:x', 'u*', undefined].map((namespace) => {
        const store = make(subject.cache);
        if (namespace !== undefined) store.namespace = namespace;
        return store;
      });
      for (const [index, store] of named.entries()) {
        await store.set('1', String(index));
        await store.set('x:1', String(index));
        await store.set(LONG, String(index));
      }
      for (const [index, store] of named.entries()) {
        assert.deepEqual(await store.getMany(['1', 'x:1', LONG]), [`${index}`, `${index}`, `${index}`]);
      }
      await named[3]?.clear();
      await named[4]?.clear();
      const counts = await Promise.all(named.map(async (store) => (await listed(store.iterator())).length));
      assert.deepEqual(counts, [3, 3, 3, 0, 0]);
    }
  });

  it('the prefix that Keyv 5 adds is stored once, and a key without it is another key', async () => {
    const store = keyvStore(subject.cache, { prefix: 'app' });
    store.namespace = 'users';
    await store.set('users:1', '"prefixed"');
    await store.set('1', '"bare"');
    await store.set('users::1', '"colon"');
    const names: string[] = [];
    for await (const name of subject.cache.keys('*')) names.push(name);
    assert.deepEqual(names.sort(), ['app@users:1', 'app@users::1', 'app@users@:1']);
    assert.deepEqual(await store.getMany(['users:1', '1', 'users::1']), ['"prefixed"', '"bare"', '"colon"']);
    assert.deepEqual(
      await listed(store.iterator()),
      [
        ['1', '"bare"'],
        ['users:1', '"prefixed"'],
        ['users::1', '"colon"'],
      ].toSorted(),
    );
    assert.equal(await store.deleteMany(['1', 'users:1']), true);
    assert.equal(await store.deleteMany(['1', 'users:1']), false);
    await store.set('1', '"bare"');
    await store.clear();
    assert.equal(await store.has('1'), false);
  });

  it('a store serves one namespace, and refuses a second one and what is no text', async () => {
    for (const make of [keyvStore, keyv6Store]) {
      const store = make(subject.cache);
      store.namespace = 'one';
      store.namespace = 'one';
      await rejectsWith('E_ARGUMENT', 'second', async () => {
        store.namespace = 'two';
      });
      await rejectsWith('E_ARGUMENT', 'none', async () => {
        store.namespace = undefined;
      });
      assert.equal(store.namespace, 'one');
      await rejectsWith('E_ARGUMENT', 'object', () => store.set('k', { value: 1 }));
      await rejectsWith('E_ARGUMENT', 'surrogate', () => store.set('k', '\ud800'));
      const entries = [
        { key: 'k', value: 'sound' },
        { key: 'l', value: Buffer.from('x') },
      ];
      await rejectsWith('E_ARGUMENT', 'bytes', async () => store.setMany(entries));
      assert.equal(await store.has('k'), false);
    }
  });
});
