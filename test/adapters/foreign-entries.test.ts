import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { adapterOptions } from '../../src/implements/adapters/adapter-options.js';
import { ForeignEntries } from '../../src/implements/adapters/foreign-entries.js';
import { rejectsWith } from '../contract/expectations.js';
import { type CacheUnderTest, openCache, PLACES } from './cache-under-test.js';

const text = (value: Uint8Array | undefined) => value && Buffer.from(value).toString();
const bytes = (value: string) => Buffer.from(value);
const LONG = `user:${'é'.repeat(700)}`;

describe.each(PLACES)('entries of another library in %s', (where) => {
  let subject: CacheUnderTest;

  beforeAll(async () => {
    subject = await openCache(where);
  });
  beforeEach(async () => {
    await subject.cache.clear('*');
  });
  afterAll(() => subject?.close());

  const listed = async (entries: ForeignEntries, start?: string): Promise<string[]> => {
    const keys: string[] = [];
    for await (const key of entries.keys(start)) keys.push(key);
    const read: string[] = [];
    for await (const [key] of entries.entries(start)) read.push(key);
    assert.deepEqual(read.sort(), keys.sort());
    return keys;
  };

  it('a key is literal, and one above 1 KiB is stored under its hash and found by its whole text', async () => {
    const entries = new ForeignEntries(subject.cache, 'own');
    const keys = ['a', '', 'a*[b]?\\', '__proto__', '#a', '@a:b', LONG, `${LONG}!`];
    for (const key of keys) assert.equal(await entries.write(entries.place(key), bytes(key), 60_000), true);
    const places = keys.map((key) => entries.place(key));
    assert.deepEqual((await entries.readMany(places)).map(text), keys);
    assert.deepEqual(await listed(entries), keys.toSorted());
    assert.deepEqual(await listed(entries, 'user:'), [LONG, `${LONG}!`]);
    assert.deepEqual(await listed(entries, LONG), [LONG, `${LONG}!`]);
    assert.deepEqual(await listed(entries, 'a*'), ['a*[b]?\\']);
    for (const place of places) assert.equal(await entries.has(place), true);
    assert.equal(await entries.remove(entries.place(LONG)), true);
    assert.equal(await entries.read(entries.place(LONG)), undefined);
  });

  it('a value under the hash of another long key is not taken for that of this one', async () => {
    const entries = new ForeignEntries(subject.cache, 'own');
    const [one, other] = [entries.place(LONG), entries.place(`${LONG}!`)];
    await entries.write(one, bytes('one'), 60_000);
    await subject.cache.setValue(other.name, await subject.cache.getValue(one.name), '1m');
    assert.equal(await entries.read(other), undefined);
    assert.equal(await entries.has(other), false);
    await subject.cache.setValue(other.name, Buffer.from([0, 0]), '1m');
    assert.equal(await entries.read(other), undefined);
  });

  it('clear removes what begins with a text in its own part, and nothing of another', async () => {
    const own = new ForeignEntries(subject.cache, 'a[1]*');
    const near = [
      new ForeignEntries(subject.cache, 'a1x'),
      new ForeignEntries(subject.cache, 'a[1]*b'),
      own.within('users'),
      own.within('usersAbc'),
      own.within('a*'),
    ];
    for (const entries of [own, ...near]) {
      for (const key of ['k', 'users:1', 'users*:1', LONG]) {
        await entries.write(entries.place(key), bytes('v'), 60_000);
      }
    }
    await own.clear('users*');
    assert.deepEqual(await listed(own), ['k', LONG, 'users:1'].sort());
    await own.clear('user:');
    assert.deepEqual(await listed(own), ['k', 'users:1']);
    await own.clear();
    await own.clear();
    assert.deepEqual(await listed(own), []);
    for (const entries of near) assert.equal((await listed(entries)).length, 4);
    await near[2]?.clear();
    assert.deepEqual(await Promise.all(near.map(async (entries) => (await listed(entries)).length)), [
      ...[4, 4, 0, 4, 4],
    ]);
  });

  it('a life that is over leaves nothing, and one that is no number is refused with a warning', async () => {
    const entries = new ForeignEntries(subject.cache, 'own');
    const place = entries.place('k');
    await entries.write(place, bytes('v'), 60_000);
    assert.equal(await entries.write(place, bytes('v2'), Number.NaN), false);
    assert.equal(text(await entries.read(place)), 'v');
    assert.match(JSON.stringify(subject.loggerSite), /stored nothing: expected a duration above zero/);
    assert.equal(await entries.write(place, bytes('v2'), 0), true);
    assert.equal(await entries.has(place), false);
  });
});

describe('options of adapters', () => {
  it('an option that is invalid is refused when the adapter is made', async () => {
    const make = (options: object) => async () => adapterOptions(options, 'own');
    await rejectsWith('E_ARGUMENT', 'empty', make({ prefix: '' }));
    await rejectsWith('E_ARGUMENT', 'long', make({ prefix: 'é'.repeat(129) }));
    await rejectsWith('E_ARGUMENT', 'no string', make({ prefix: 7 }));
    await rejectsWith('E_ARGUMENT', 'zero', make({ expire: 0 }));
    assert.deepEqual(adapterOptions({ expire: '1m' }, 'own'), { prefix: 'own', expireMs: 60_000 });
    assert.equal(adapterOptions({ prefix: undefined, expire: undefined }, 'own').expireMs, 3_153_600_000_000);
  });
});
