import assert from 'node:assert/strict';
import type { Duration } from '../../../src/interfaces/duration.js';
import type { CacheKey } from '../../../src/interfaces/typed-cache.js';
import { rejectsWith } from '../expectations.js';
import { counted, HeldLoader, unwanted } from './loading.js';
import { type AnyCache, law, type TypedLaw } from './subject.js';

const FALSY: readonly unknown[] = [null, 0, -0, '', false, 0n, Number.NaN];

const RICH: readonly unknown[] = [
  'text',
  'é😀\0',
  1.5,
  2 ** 53,
  -1,
  Number.POSITIVE_INFINITY,
  true,
  [],
  {},
  [undefined, null],
  { a: undefined, b: null },
  { nested: { deep: [1, [2, [3]]], __proto: 1 } },
  new Date(0),
  new Date(1_700_000_000_123),
  new Map<unknown, unknown>([
    ['a', new Date(5)],
    [{ k: 1 }, new Set([1, '1'])],
  ]),
  new Set<unknown>([null, undefined, 0]),
  12_345_678_901_234_567_890n,
  new Uint8Array([0, 255, 128]),
  { date: new Date(1), bytes: new Uint8Array([1]), map: new Map([[1, 2]]) },
];

const STRUCTURED = ['json', 'msgpack'];

/** Every way in, and every way out. */
async function roundTrip(cache: AnyCache, key: CacheKey, value: unknown): Promise<void> {
  assert.equal(await cache.set(key, value), true);
  assert.deepStrictEqual(await cache.get(key), value);
  assert.deepStrictEqual((await cache.getEntry(key))?.value, value);
  assert.deepStrictEqual(await cache.getMany([key]), [value]);
  assert.deepStrictEqual(await cache.getOrSet(key, unwanted), value);
  assert.equal(await cache.has(key), true);
  await cache.delete(key);
  assert.deepStrictEqual(await cache.getOrSet(key, async () => value), value);
  assert.deepStrictEqual(await cache.getOrSet(key, unwanted), value);
  const many = await cache.getOrSetMany([key], unwanted);
  assert.deepStrictEqual(many, [{ status: 'fulfilled', value }]);
  await cache.deleteMany([key]);
  assert.equal(await cache.setMany([[key, value]]), true);
  assert.deepStrictEqual(await cache.get(key), value);
}

const equality: readonly TypedLaw[] = [
  law('a value that was never stored is undefined, not an error', async (open) => {
    const { cache } = await open();
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.getEntry('k'), undefined);
    assert.equal(await cache.has('k'), false);
    assert.deepEqual(await cache.getMany(['k', 'l']), [undefined, undefined]);
    assert.deepEqual(await cache.getMany([]), []);
    assert.equal(await cache.delete('k'), false);
  }),
  law('falsy values are read back unchanged', async (open) => {
    const { cache } = await open();
    for (const [index, value] of FALSY.entries()) await roundTrip(cache, ['falsy', index], value);
  }),
  ...STRUCTURED.map((codec) =>
    law(`a value that the codec ${codec} reads deeply equals the value that was stored`, async (open) => {
      const { cache } = await open({ codec });
      for (const [index, value] of [...FALSY, ...RICH].entries()) await roundTrip(cache, index, value);
    }),
  ),
  law('a date is stored and read back whichever class made it, as fake timers do', async (open) => {
    class FakeDate extends Date {}
    for (const codec of STRUCTURED) {
      const { cache } = await open({ codec });
      const key = [new FakeDate(1)];
      assert.equal(await cache.set(key, { at: new FakeDate(5) }), true);
      assert.equal((await cache.get([new Date(1)]))?.at.getTime(), 5);
      await cache.delete(key);
      await cache.getOrSet(key, async () => ({ at: new FakeDate(5) }));
      assert.equal((await cache.getOrSet(key, unwanted)).at.getTime(), 5);
    }
  }),
  law('large values are read back unchanged, compressed or not', async (open) => {
    const large = { text: 'a text that repeats itself '.repeat(5000), list: Array(100).fill(1.5) };
    for (const compress of [undefined, 'gzip', 'brotli'] as const) {
      const { cache } = await open({ compress });
      await roundTrip(cache, 'k', large);
      await roundTrip(cache, 'small', 's');
    }
  }),
  law('the codecs text and bytes keep text and bytes', async (open) => {
    const text = await open({ codec: 'text' });
    await roundTrip(text.cache, 'k', 'é😀\0');
    await roundTrip(text.cache, 'empty', '');
    const bytes = await open({ codec: 'bytes' });
    await roundTrip(bytes.cache, 'k', new Uint8Array([0, 1, 255]));
    await roundTrip(bytes.cache, 'empty', new Uint8Array(0));
  }),
  law('a value that a codec cannot encode is a CodecError, and changes nothing', async (open) => {
    const { cache } = await open();
    await cache.set('k', 'v');
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    for (const value of [() => 1, Symbol('s'), cyclic, new (class Odd {})(), { deep: [() => 1] }]) {
      await rejectsWith('E_ENCODE', 'set', () => cache.set('k', value));
      await rejectsWith('E_ENCODE', 'setMany', () =>
        cache.setMany([
          ['other', 1],
          ['k', value],
        ]),
      );
    }
    assert.equal(await cache.get('k'), 'v');
  }),
  law(
    'a loaded value that a codec cannot encode is never shared by callers, and explained as refused',
    async (open) => {
      const { cache } = await open();
      class Decimal {}
      const loader = counted(() => ({ price: new Decimal() }));
      const [first, ...others] = await Promise.allSettled([1, 2, 3].map(() => cache.getOrSet('k', loader)));
      assert.ok(first?.status === 'fulfilled' && first.value.price instanceof Decimal);
      for (const other of others) {
        assert.equal(other.status, 'rejected');
        assert.equal(other.reason.code, 'E_ENCODE');
        assert.match(other.reason.message, /price$/);
      }
      assert.equal((await cache.explain('k')).reason, 'refused');
      assert.equal(await cache.set('k', 'v'), true);
      assert.equal(await cache.get('k'), 'v');
    },
  ),
  law('set refuses undefined, which is not a value', async (open) => {
    const { cache } = await open();
    await cache.set('k', 'v');
    await assert.rejects(cache.set('k', undefined), { code: /^E_(ARGUMENT|ENCODE)$/ });
    assert.equal(await cache.get('k'), 'v');
  }),
  law('setMany stores the last value of a key that is given twice', async (open) => {
    const { cache } = await open();
    const entries = [
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ] as const;
    assert.equal(await cache.setMany(entries), true);
    assert.deepEqual(await cache.getMany(['a', 'b', 'a']), [3, 2, 3]);
    assert.equal(await cache.setMany(new Map([['c', 4]])), true);
    assert.equal(await cache.setMany([]), true);
    assert.equal(await cache.get('c'), 4);
  }),
];

interface Nested {
  list: number[];
}

const isolation: readonly TypedLaw[] = [
  law('a caller that mutates a value after storing it changes nothing in the cache', async (open) => {
    const { cache } = await open();
    const value = { list: [1] };
    const stored = cache.set('k', value);
    value.list.push(2);
    await stored;
    value.list.push(3);
    assert.deepEqual(await cache.get('k'), { list: [1] });
    const many = { list: [1] };
    const all = cache.setMany([['m', many]]);
    many.list.push(2);
    await all;
    assert.deepEqual(await cache.get('m'), { list: [1] });
  }),
  law('a caller that mutates a value that it read changes nothing in the cache', async (open) => {
    const { cache } = await open();
    await cache.set('k', { list: [1] });
    const reads: readonly (() => Promise<Nested>)[] = [
      () => cache.get('k'),
      async () => (await cache.getEntry('k'))?.value,
      async () => (await cache.getMany(['k', 'k']))[0],
      () => cache.getOrSet('k', unwanted),
    ];
    for (const read of reads) {
      const value = await read();
      assert.deepEqual(value, { list: [1] });
      value.list.push(2);
      assert.deepEqual(await cache.get('k'), { list: [1] });
    }
    const [one, other] = await cache.getMany(['k', 'k']);
    one.list.push(2);
    assert.deepEqual(other, { list: [1] });
  }),
  law('a caller that mutates a loaded value changes nothing for the other callers', async (open) => {
    const { cache } = await open();
    const loader = new HeldLoader<Nested>();
    const calls = [1, 2, 3].map(() => cache.getOrSet('k', loader.load));
    const loaded = { list: [1] };
    (await loader.call()).resolve(loaded);
    const values = await Promise.all(calls);
    for (const value of values) {
      assert.deepEqual(value, { list: [1] });
      value.list.push(2);
    }
    assert.deepEqual(await cache.get('k'), { list: [1] });
  }),
  law('a loader that mutates the value that it was given changes nothing in the cache', async (open) => {
    const { cache } = await open({ grace: '1m' });
    await cache.set('k', { list: [1] });
    const call = cache.getOrSet(
      'k',
      async ({ previous }) => {
        previous?.value.list.push(2);
        throw new Error('down');
      },
      { forceFresh: true },
    );
    assert.deepEqual(await call, { list: [1] });
    assert.deepEqual(await cache.get('k'), { list: [1] });
  }),
  law('a caller that mutates keys, tags or options during a call changes nothing', async (open) => {
    const { cache } = await open();
    const [key, tags] = [['a', { b: 1 }], ['t']] as [[string, { b: number }], string[]];
    const options: { tags: string[]; expire: Duration } = { tags, expire: '1m' };
    const stored = cache.set(key, 'v', options);
    key[1].b = 2;
    tags.push('late');
    options.expire = -1;
    await stored;
    assert.equal(await cache.get(['a', { b: 1 }], { tags: ['t'] }), 'v');
    assert.deepEqual((await cache.getEntry(['a', { b: 1 }]))?.tags, ['t']);
  }),
];

const DIFFERENT: readonly CacheKey[] = [
  'a',
  '1',
  1,
  1n,
  true,
  'true',
  null,
  'null',
  '',
  0,
  [],
  {},
  ['1'],
  [1],
  [1, 2],
  ['1,2'],
  [[1], 2],
  [1, [2]],
  [[1, 2]],
  [undefined],
  [null],
  [undefined, undefined],
  { a: 1 },
  { a: '1' },
  { a: { b: 1 } },
  { 'a.b': 1 },
  { a: [1] },
  ['a', 'b'],
  ['ab'],
  ['a:b'],
  '["a","b"]',
  'a:b',
  '{"a":1}',
  '[1]',
  '__proto__',
  '~',
  '~1',
  '~~1',
  new Date(0),
  new Date(1),
  '*',
  '{tag}',
  'é',
  '😀',
];

const keys: readonly TypedLaw[] = [
  law('different keys never collide, whatever their kind', async (open) => {
    const { cache } = await open();
    for (const [index, key] of DIFFERENT.entries()) await cache.set(key, index);
    const found = await cache.getMany(DIFFERENT);
    assert.deepEqual(found, [...DIFFERENT.keys()]);
    for (const [index, key] of DIFFERENT.entries()) assert.equal(await cache.get(key), index);
  }),
  law('the order of the fields of a key does not matter', async (open) => {
    const { cache } = await open();
    await cache.set({ a: 1, b: { c: [1], d: '2' } }, 'v');
    assert.equal(await cache.get({ b: { d: '2', c: [1] }, a: 1 }), 'v');
    assert.equal(await cache.delete({ b: { c: [1], d: '2' }, a: 1 }), true);
  }),
  law('long keys and many similar keys do not collide', async (open) => {
    const { cache } = await open();
    const long = 'x'.repeat(5000);
    await cache.set(`${long}a`, 'a');
    await cache.set(`${long}b`, 'b');
    assert.deepEqual(await cache.getMany([`${long}a`, `${long}b`]), ['a', 'b']);
    const similar = Array.from({ length: 500 }, (_, index) => [`user-${index}`, { page: index }] as const);
    await cache.setMany(similar.map((key, index) => [key, index] as const));
    assert.deepEqual(await cache.getMany(similar), [...similar.keys()]);
  }),
  law('every call refuses an invalid key, before anything is done', async (open) => {
    const { cache } = await open();
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    for (const bad of [Symbol('s'), () => 1, '\ud800', cyclic, new Map(), new (class Odd {})(), ['\ud800']]) {
      const key = bad as CacheKey;
      const calls: Readonly<Record<string, () => Promise<unknown>>> = {
        get: () => cache.get(key),
        getEntry: () => cache.getEntry(key),
        has: () => cache.has(key),
        set: () => cache.set(key, 'v'),
        delete: () => cache.delete(key),
        expire: () => cache.expire(key),
        getMany: () => cache.getMany(['a', key]),
        setMany: () => cache.setMany([['a', 'v'] as [CacheKey, unknown], [key, 'v']]),
        deleteMany: () => cache.deleteMany(['a', key]),
        getOrSet: () => cache.getOrSet(key, unwanted),
        getOrSetMany: () => cache.getOrSetMany(['a', key], unwanted),
        explain: () => cache.explain(key),
      };
      for (const [name, call] of Object.entries(calls)) await rejectsWith('E_ARGUMENT', name, call);
    }
    assert.equal(await cache.get('a'), undefined);
  }),
  law('a loader and listeners are given the key as it was written', async (open) => {
    const { cache } = await open();
    const key = { b: 1, a: [2] };
    const heard: unknown[] = [];
    cache.on('miss', ({ key: missed }) => heard.push(missed));
    const loader = counted(() => 'v');
    await cache.getOrSet(key, async (context) => {
      assert.deepEqual(context.key, key);
      return loader();
    });
    assert.deepEqual(heard, [key]);
  }),
];

export const valueLaws: readonly TypedLaw[] = [...equality, ...isolation, ...keys];
