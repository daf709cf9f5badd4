import assert from 'node:assert/strict';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import {
  type UndiciCacheKey,
  type UndiciCacheOptions,
  type UndiciCacheStore,
  type UndiciCacheValue,
  undiciCacheStore,
} from '../../../src/adapters/undici.js';
import { NullCache } from '../../../src/index.js';
import { rejectsWith } from '../../contract/expectations.js';
import { type CacheUnderTest, openCache, PLACES } from '../cache-under-test.js';

const MINUTE = 60_000;

function keyOf(path = '/', headers: UndiciCacheKey['headers'] = {}, method = 'GET'): UndiciCacheKey {
  return { origin: 'http://api.example', method, path, headers };
}

function responseOf(part: Partial<UndiciCacheValue> = {}): UndiciCacheValue {
  const now = Date.now();
  return {
    statusCode: 200,
    statusMessage: 'OK',
    headers: { 'content-type': 'text/plain', 'set-cookie': ['a', 'b'] },
    cacheControlDirectives: { 'max-age': 60 },
    cachedAt: now,
    staleAt: now + MINUTE,
    deleteAt: now + 2 * MINUTE,
    ...part,
  };
}

describe.each(PLACES)('undiciCacheStore in %s', (where) => {
  let subject: CacheUnderTest;

  beforeAll(async () => {
    subject = await openCache(where);
  });
  beforeEach(async () => {
    await subject.cache.clear('*');
  });
  afterAll(() => subject?.close());

  const open = (options?: UndiciCacheOptions) => undiciCacheStore(subject.cache, options);
  const ended = async (stream: Writable | undefined, ...chunks: string[]): Promise<void> => {
    assert.ok(stream);
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
    await finished(stream).catch(() => undefined);
  };
  const put = (store: UndiciCacheStore, key: UndiciCacheKey, body: string, value = responseOf()) =>
    ended(store.createWriteStream(key, value), body);
  const bodyOf = async (store: UndiciCacheStore, key: UndiciCacheKey): Promise<string | undefined> => {
    const found = await store.get(key);
    return found && Buffer.concat(found.body).toString();
  };

  it('a response is there once its body is, as it was, until it is to be deleted', async () => {
    const store = open();
    const value = responseOf({ etag: '"1"' });
    const stream = store.createWriteStream(keyOf(), value);
    stream?.write('one ');
    assert.equal(await store.get(keyOf()), undefined);
    await ended(stream, 'two');
    const found = await store.get(keyOf());
    assert.deepEqual({ ...found, body: undefined }, { ...value, body: undefined });
    assert.equal(await bodyOf(open(), keyOf()), 'one two');
    await put(store, keyOf('/empty'), '');
    assert.deepEqual((await store.get(keyOf('/empty')))?.body, []);
    assert.equal(await store.get(keyOf('/other')), undefined);
    assert.equal(await store.get(keyOf('/', {}, 'HEAD')), undefined);
    for await (const key of subject.cache.keys('*')) {
      const life = (await subject.cache.getExpiry(key)) ?? 0;
      assert.ok(life > MINUTE && life <= 2 * MINUTE, `${life}`);
    }
    for (const deleteAt of [Date.now() - 1, Number.NaN])
      assert.equal(store.createWriteStream(keyOf(), responseOf({ deleteAt })), undefined);
    const long = keyOf(`/${'q'.repeat(5000)}`);
    await put(store, long, 'long');
    assert.equal(await bodyOf(store, long), 'long');
  });

  it('a response is for requests with the headers that it depends on, and the newest of a kind stays', async () => {
    const store = open();
    const german = keyOf('/', { 'accept-language': 'de', accept: ['a', 'b'] });
    const none = keyOf('/', { accept: ['a', 'b'] });
    await put(store, german, 'de', responseOf({ vary: { 'accept-language': 'de', accept: ['a', 'b'] } }));
    await put(store, none, 'none', responseOf({ vary: { 'accept-language': null } }));
    assert.equal(await bodyOf(store, german), 'de');
    assert.equal(await bodyOf(store, none), 'none');
    assert.equal(await bodyOf(store, keyOf('/', { 'accept-language': 'fr' })), undefined);
    assert.equal(await bodyOf(store, keyOf('/', { 'accept-language': 'de', accept: ['b', 'a'] })), undefined);
    await put(store, german, 'neu', responseOf({ vary: { 'accept-language': 'de', accept: ['a', 'b'] } }));
    assert.equal(await bodyOf(store, german), 'neu');
    await put(store, keyOf('/', {}, 'HEAD'), '');
    assert.equal(await bodyOf(store, none), 'none');
  });

  it('responses to one address that arrive together are all kept, up to the limit', async () => {
    const [one, other] = [open({ maxVariants: 4 }), open({ maxVariants: 4 })];
    const names = ['a', 'b', 'c', 'd'];
    const requestOf = (name: string) => keyOf('/', { accept: name });
    const store = (name: string, index: number) =>
      put(index % 2 ? one : other, requestOf(name), name, responseOf({ vary: { accept: name } }));
    await Promise.all(names.map(store));
    assert.deepEqual(await Promise.all(names.map((name) => bodyOf(one, requestOf(name)))), names);
    await store('e', 0);
    const bodies = await Promise.all([...names, 'e'].map((name) => bodyOf(one, requestOf(name))));
    assert.equal(bodies.filter((body) => body !== undefined).length, 4);
    assert.equal(bodies[4], 'e');
    let keys = 0;
    for await (const _ of subject.cache.keys('*')) keys += 1;
    assert.equal(keys, 5);
    const single = open({ maxVariants: 1, prefix: 'single' });
    for (const name of names)
      await put(single, requestOf(name), name, responseOf({ vary: { accept: name } }));
    assert.deepEqual(
      [await bodyOf(single, requestOf('c')), await bodyOf(single, requestOf('d'))],
      [undefined, 'd'],
    );
  });

  it('a delete forgets all responses of its address, also one that is still arriving', async () => {
    const [store, other] = [open(), open()];
    await put(store, keyOf(), 'get');
    await put(store, keyOf('/', {}, 'HEAD'), '');
    await put(store, keyOf('/near'), 'near');
    const arriving = store.createWriteStream(keyOf(), responseOf());
    arriving?.write('outdated');
    await store.get(keyOf()); // Its reads come after those of the stream.
    await other.delete(keyOf('/', {}, 'POST'));
    assert.equal(await store.get(keyOf()), undefined);
    assert.equal(await store.get(keyOf('/', {}, 'HEAD')), undefined);
    await ended(arriving, '!');
    assert.equal(await store.get(keyOf()), undefined);
    assert.equal(await bodyOf(store, keyOf('/near')), 'near');
    await put(store, keyOf(), 'again');
    assert.equal(await bodyOf(other, keyOf()), 'again');
  });

  it('a body that is too long, or breaks, is not stored', async () => {
    const store = open({ maxBodyBytes: 4 });
    const long = store.createWriteStream(keyOf(), responseOf());
    await ended(long, 'abc', 'de');
    assert.equal(long?.destroyed, true);
    const broken = store.createWriteStream(keyOf(), responseOf());
    broken?.write('abc');
    broken?.destroy();
    assert.equal(await store.get(keyOf()), undefined);
    await put(store, keyOf(), 'abcd');
    assert.equal(await bodyOf(store, keyOf()), 'abcd');
  });

  it('bytes of something else are a miss, and bad arguments are refused', async () => {
    const store = open();
    await put(store, keyOf(), 'body');
    for await (const key of subject.cache.keys('undici@list*'))
      await subject.cache.setValue(key, Buffer.from('{'), '1m');
    assert.equal(await store.get(keyOf()), undefined);
    await rejectsWith('E_ARGUMENT', 'key', () => store.get({} as never));
    for (const options of [{ maxBodyBytes: 0 }, { maxVariants: 1.5 }])
      await rejectsWith('E_ARGUMENT', 'count', async () => open(options));
    await rejectsWith('E_ARGUMENT', 'cache', async () => undiciCacheStore(new NullCache()));
  });
});
