import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { HeldLoader, unwanted } from '../../contract/typed-cache/loading.js';
import { turns } from '../../contract/typed-cache/passing.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { codeOf, World } from '../world.js';

/** Isolation of values: callers, loaders and listeners share no mutable value except where documented. */

class Money {
  constructor(readonly cents: number) {}
  twice(): number {
    return 2 * this.cents;
  }
}

describe('isolation of values', () => {
  it('a key that is named twice gets copies made by its codec, which keeps more than structuredClone', async () => {
    const cache = new World().cache();
    const load = async () => [['k', { url: new URL('http://a/'), bytes: Buffer.from('x') }]] as const;
    for (const loader of [load, unwanted]) {
      const [one, two] = await cache.getOrSetMany(['k', 'k'], loader);
      assert.deepStrictEqual(two, one);
      assert.equal(two?.status, 'fulfilled');
      assert.notEqual(two.value, one?.status === 'fulfilled' && one.value);
    }
  });

  it('a value that cannot be copied goes to the caller that began its load, and is refused to the others', async () => {
    const cache = new World().cache();
    const loader = new HeldLoader();
    const calls = [cache.getOrSet('k', loader.load), cache.getOrSet('k', loader.load)];
    (await loader.call()).resolve(new Money(2));
    const [one, two] = (await Promise.allSettled(calls)) as PromiseSettledResult<unknown>[];
    assert.ok(one?.status === 'fulfilled' && one.value instanceof Money);
    assert.equal(one.value.twice(), 4);
    assert.equal(two?.status === 'rejected' && codeOf(two.reason), 'E_ENCODE');
    const many = await cache.getOrSetMany(['m', 'm'], async () => [['m', new Money(2)]]);
    assert.deepEqual(
      many.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
  });

  it('a value that its codec refuses is logged once per place and class, and is no failure of the store', async () => {
    const world = new World();
    const loggerSite = new RecordingLoggerSite();
    const cache = world.cache({ loggerSite });
    const values = [
      [{ price: new Money(1) }, 'price', 'Money'],
      [{ prices: [1, new Money(1), new Money(2)] }, 'prices[*]', 'Money'],
      [{ price: () => 1 }, 'price', 'a function'],
    ] as const;
    for (const round of [1, 2]) {
      for (const [index, [value]] of values.entries())
        await cache.getOrSet(`${index} ${round}`, async () => value);
    }
    const told = loggerSite.of('warning');
    assert.deepEqual(
      told.map(({ attributes }) => attributes),
      values.map(([, path, kind]) => ({ cache: 'typed', codec: 'json', path, class: kind })),
    );
    for (const { message } of told) assert.match(message, /can never be cached/);
    assert.equal(cache.stats().storeFailures, 0);
    assert.equal((await cache.explain('0 1')).reason, 'refused');
    assert.ok(cache.stats().misses.refused === 0);
    await cache.get('0 1');
    assert.equal(cache.stats().misses.refused, 1);
  });

  it.each(['json', 'msgpack'])(
    'a value with a hidden toJSON is read back unchanged with the codec %s',
    async (codec) => {
      const cache = new World().cache({ codec });
      for (const plain of [{ a: 1 }, [1, 2]]) {
        const value = Object.defineProperty(plain, 'toJSON', { value: () => 'other', enumerable: false });
        assert.equal(await cache.set('k', value), true);
        assert.deepEqual(await cache.get('k'), plain);
      }
    },
  );

  it('a value with a hidden toJSON is refused when plain JSON would differ', async () => {
    const cache = new World().cache({ envelope: 'none' });
    const value = Object.defineProperty({ a: 1 }, 'toJSON', { value: () => 'other', enumerable: false });
    await assert.rejects(cache.set('k', value), /an object with a method toJSON/);
  });
});

describe('stored values', () => {
  it('a value above the limit of decompression is not stored', async () => {
    const cache = new World().cache({ codec: 'text', compress: 'gzip' });
    assert.equal(await cache.set('k', 'a'.repeat(65 * 1024 ** 2)), false);
    assert.equal(await cache.get('k'), undefined);
    assert.equal(cache.stats().undecodable, 0);
  });

  it('a schema may return any thenable', async () => {
    const world = new World();
    await world.cache().set('k', 'v');
    // biome-ignore lint/suspicious/noThenProperty: the test is about such a property.
    const validate = (value: unknown) => ({ then: (done: (result: unknown) => void) => done({ value }) });
    const cache = world.cache({ schema: { '~standard': { version: 1, vendor: 'test', validate } } });
    assert.equal(await cache.get('k'), 'v');
  });
});

describe('listeners of a typed cache', () => {
  it('a listener that mutates its event changes nothing of the invalidation', async () => {
    const cache = new World().cache();
    await cache.set('k', 'v', { tags: ['t'] });
    const keys = ['l'];
    cache.on('invalidate', (event) => {
      for (const list of [event.tags, event.keys]) (list as unknown[]).splice(0);
    });
    await cache.invalidateTags('t');
    await cache.deleteMany(keys);
    assert.equal(await cache.get('k'), undefined);
    assert.deepEqual(keys, ['l']);
  });
});

describe('mode shadow', () => {
  const upper = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: async (value: string) => ({ value: value + value }),
    },
  };

  it.each([
    ['bytes that come back as another class', { codec: 'bytes' }, Buffer.from('x')],
    ['an object without prototype', {}, Object.assign(Object.create(null), { a: 1 })],
    ['a value that its schema converts', { schema: upper }, 'text', 'texttext'],
    ['null', {}, null],
  ])('mode shadow recognises %s', async (_, options, value, converted = value) => {
    const cache = new World().cache({ ...options, mode: 'shadow' });
    const told: unknown[] = [];
    cache.on('shadow', ({ hit, equal }) => told.push([hit, equal]));
    for (let round = 0; round < 2; round += 1) {
      assert.equal(await cache.getOrSet('k', async () => value), converted);
      await turns();
    }
    assert.deepEqual(told, [
      [false, false],
      [true, true],
    ]);
  });

  it('mode shadow neither slides nor refreshes', async () => {
    const world = new World();
    await world.cache().set('k', 'v', { expire: 1000 });
    await world.pass(600);
    const cache = world.cache({ mode: 'shadow' });
    await cache.get('k', { sliding: true });
    await cache.getMany(['k'], { sliding: true });
    await turns();
    assert.equal(await world.raw.getExpiry('typed:k'), 400);
    assert.equal(cache.stats().hits, 2);
  });
});
