import assert from 'node:assert/strict';
import { eventually } from '../../support/time/eventually.js';
import { rejectsWith } from '../expectations.js';
import { counted, HeldLoader, unwanted } from './loading.js';
import { passing, turns } from './passing.js';
import { type AnyCache, law, lawOf, shownBy, type TypedLaw } from './subject.js';

const SHORT = 30;

const READS: readonly (readonly [string, (cache: AnyCache) => Promise<unknown>])[] = [
  ['get', (cache) => cache.get('k')],
  ['getEntry', (cache) => cache.getEntry('k')],
  ['has', (cache) => cache.has('k')],
  ['getMany', (cache) => cache.getMany(['k'])],
  ['getOrSet', (cache) => cache.getOrSet('k', unwanted)],
  ['getOrSetMany', (cache) => cache.getOrSetMany(['k'], unwanted)],
  ['explain', (cache) => cache.explain('k')],
];

/** Remaining TTL of `k`; 0 when it is absent. */
async function remains(cache: AnyCache): Promise<number> {
  return (await cache.getEntry('k'))?.remainingMs ?? 0;
}

const reading: readonly TypedLaw[] = [
  law('a value is gone once its TTL has passed', async (open) => {
    const opened = await open({ expire: SHORT });
    await opened.cache.set('k', 'v');
    await opened.cache.getOrSet('l', async () => 'v');
    await opened.advance(SHORT);
    assert.deepEqual(await opened.cache.getMany(['k', 'l']), [undefined, undefined]);
    assert.equal(await opened.cache.getOrSet('k', async () => 'new'), 'new');
  }),
  lawOf('exact-time', 'a value is readable until its last millisecond, and no longer', async (open) => {
    const { cache, advance } = await open({ expire: 1000 });
    await cache.set('k', 'v');
    await advance(999);
    assert.equal(await cache.get('k'), 'v');
    assert.equal(await remains(cache), 1);
    await advance(1);
    assert.equal(await cache.get('k'), undefined);
  }),
  lawOf('exact-time', 'no read extends a TTL', async (open) => {
    for (const [name, read] of READS) {
      const { cache, advance } = await open({ expire: 1000 });
      await cache.set('k', 'v');
      for (let left = 900; left > 0; left -= 300) {
        await advance(left === 900 ? 100 : 300);
        await read(cache);
        assert.equal(await remains(cache), left, name);
      }
    }
  }),
  lawOf('bytes', 'no read extends a TTL in the store', async (open) => {
    const opened = await open({ expire: '10m', grace: '10m' });
    await opened.cache.set('k', 'v');
    const { lives } = shownBy('bytes', opened.bytes);
    const [before = 0] = await lives();
    await opened.advance(20);
    for (const [name, read] of READS) {
      await read(opened.cache);
      const [after = 0] = await lives();
      assert.ok(after > 0 && after <= before - 20, `${name}: ${before} → ${after}`);
    }
  }),
  lawOf('exact-time', 'sliding renews the full TTL at every hit, and never more than that', async (open) => {
    const { cache, advance } = await open({ expire: 1000, sliding: true });
    await cache.set('k', 'v');
    for (let round = 0; round < 5; round += 1) {
      await advance(900);
      assert.equal(await cache.getOrSet('k', unwanted), 'v');
      await turns();
      assert.equal(await remains(cache), 1000);
    }
    await advance(1000);
    assert.equal(await cache.get('k'), undefined);
  }),
  lawOf('bytes', 'sliding renews the full TTL in the store, and no more', async (open) => {
    const opened = await open({ expire: '10m', sliding: true });
    await opened.cache.set('k', 'v');
    const { lives } = shownBy('bytes', opened.bytes);
    await opened.advance(500);
    const [before = 0] = await lives();
    assert.equal(await opened.cache.getOrSet('k', unwanted), 'v');
    let after = 0;
    await eventually('the TTL is renewed', async () => {
      [after = 0] = await lives();
      return after > before;
    });
    assert.ok(after <= 600_000, `${before} → ${after}`);
  }),
  lawOf('exact-time', 'sliding does not make a stale value fresh', async (open) => {
    const { cache, advance } = await open({ expire: 1000, grace: 5000, sliding: true });
    await cache.set('k', 'v');
    await advance(1500);
    assert.equal((await cache.getEntry('k'))?.state, 'stale');
    await turns();
    assert.equal((await cache.getEntry('k'))?.state, 'stale');
    await advance(4500);
    assert.equal(await cache.get('k'), undefined);
  }),
  law('a sliding renewal after an invalidation revives nothing', async (open) => {
    const { cache } = await open({ sliding: true });
    await cache.set('k', 'v');
    const [value] = await Promise.all([cache.get('k'), cache.delete('k')]);
    assert.ok(value === 'v' || value === undefined);
    await turns();
    assert.equal(await cache.get('k'), undefined);
    await cache.set('k', 'v');
    assert.equal(await cache.get('k'), 'v');
    await cache.delete('k');
    await turns();
    assert.equal(await cache.get('k'), undefined);
  }),
];

const choosing: readonly TypedLaw[] = [
  law('a TTL of the call overrides that of the component', async (open) => {
    const { cache } = await open({ expire: '1m' });
    await cache.set('k', 'v', { expire: '1h' });
    assert.ok((await remains(cache)) > 3_500_000);
    await cache.getOrSet('k', async () => 'v', { expire: '2h', forceFresh: true });
    assert.ok((await remains(cache)) > 7_100_000);
    await cache.setMany([['k', 'v']], { expire: '3h' });
    assert.ok((await remains(cache)) > 10_700_000);
  }),
  law(
    'a TTL that the loader sets overrides that of the call, while tags and other options stay',
    async (open) => {
      const { cache } = await open({ expire: '1m' });
      const load = async ({ expire }: { expire(life: string): void }) => {
        expire('1h');
        return 'v';
      };
      await cache.getOrSet('k', load as never, { expire: '2m', tags: ['t'] });
      assert.ok((await remains(cache)) > 3_500_000);
      assert.equal(await cache.get('k', { tags: ['t'] }), 'v');
    },
  ),
  law('maxExpire caps a TTL that the loader sets', async (open) => {
    const { cache } = await open({ maxExpire: '2m' });
    const load = async ({ expire }: { expire(life: string): void }) => {
      expire('1d');
      return 'v';
    };
    await cache.getOrSet('k', load as never);
    const left = await remains(cache);
    assert.ok(left > 110_000 && left <= 120_000, `${left} ms remain of at most two minutes`);
  }),
  law('a TTL above maxExpire is refused, on the component and on a call', async (open) => {
    await assert.rejects(open({ expire: '1h', maxExpire: '2m' }), { code: /^E_(ARGUMENT|CONFIG_SCHEMA)$/ });
    await assert.rejects(open({ negativeExpire: '1h', maxExpire: '2m' }), {
      code: /^E_(ARGUMENT|CONFIG_SCHEMA)$/,
    });
    const { cache } = await open({ maxExpire: '2m' });
    const options = { expire: '1h' } as const;
    await rejectsWith('E_ARGUMENT', 'set', () => cache.set('k', 'v', options));
    await rejectsWith('E_ARGUMENT', 'getOrSet', () => cache.getOrSet('k', unwanted, options));
  }),
  law('jitter shortens TTLs at random, by no more than its fraction', async (open) => {
    const { cache } = await open({ expire: 1_000_000, jitter: 0.3 });
    const keys = Array.from({ length: 40 }, (_, index) => index);
    await cache.setMany(keys.map((key) => [key, key] as const));
    const lives: number[] = [];
    for (const key of keys) lives.push((await cache.getEntry(key))?.remainingMs ?? 0);
    assert.ok(Math.min(...lives) > 690_000, `the shortest is ${Math.min(...lives)}`);
    assert.ok(Math.max(...lives) <= 1_000_000, `the longest is ${Math.max(...lives)}`);
    assert.ok(Math.max(...lives) - Math.min(...lives) > 50_000, 'they are spread');
  }),
  law('null has the TTL of any value, and "absent" is not stored, without negativeExpire', async (open) => {
    const { cache } = await open({ expire: '1h' });
    await cache.getOrSet('k', async () => null);
    assert.ok((await remains(cache)) > 3_500_000);
    const loader = counted(() => undefined);
    for (const round of [1, 2]) {
      assert.equal(await cache.getOrSet('absent', loader), undefined);
      assert.equal(loader.count, round);
    }
  }),
  law('negativeExpire is the TTL of null and of "absent"', async (open) => {
    const { cache } = await open({ expire: '1h', negativeExpire: '1m' });
    await cache.set('k', null);
    assert.ok((await remains(cache)) <= 60_000);
    await cache.getOrSet('k', async () => null, { forceFresh: true });
    assert.ok((await remains(cache)) <= 60_000);
    assert.equal(await cache.getOrSet('absent', async () => undefined), undefined);
    assert.equal(await cache.getOrSet('absent', unwanted), undefined);
    assert.equal(await cache.get('absent'), undefined);
    assert.equal(await cache.has('absent'), false);
    await cache.set('k', 'v');
    assert.ok((await remains(cache)) > 3_500_000);
  }),
  law('an absent value is loaded again once negativeExpire has passed', async (open) => {
    const opened = await open({ negativeExpire: SHORT });
    await opened.cache.getOrSet('k', async () => undefined);
    await opened.advance(SHORT);
    assert.equal(await opened.cache.getOrSet('k', async () => 'v'), 'v');
  }),
  lawOf(
    'exact-time',
    'a TTL counts from when its value is stored, however long the load took',
    async (open) => {
      const opened = await open({ expire: 1000, loadTimeout: 60_000 });
      const loader = new HeldLoader();
      const call = opened.cache.getOrSet('k', loader.load);
      const one = await loader.call();
      await opened.advance(5000);
      one.resolve('v');
      assert.equal(await passing(opened, 0, 'the call', call), 'v');
      assert.equal(await remains(opened.cache), 1000);
    },
  ),
  law('an invalid TTL is refused, and the existing value stays', async (open) => {
    const { cache } = await open({ expire: '1m' });
    await cache.set('k', 'v');
    for (const expire of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 'soon', '10', null, {}, '36501d']) {
      const options = { expire: expire as never };
      await rejectsWith('E_ARGUMENT', `set ${expire}`, () => cache.set('k', 'new', options));
      await rejectsWith('E_ARGUMENT', `setMany ${expire}`, () => cache.setMany([['k', 'new']], options));
      await rejectsWith('E_ARGUMENT', `getOrSet ${expire}`, () => cache.getOrSet('k', unwanted, options));
      await rejectsWith('E_ARGUMENT', `the loader’s ${expire}`, () =>
        cache.getOrSet('cold', async (context) => {
          context.expire(expire as never);
          return 'v';
        }),
      );
      await assert.rejects(open({ expire }), { code: /^E_(ARGUMENT|CONFIG_SCHEMA)$/ }, String(expire));
    }
    assert.equal(await cache.get('k'), 'v');
    assert.equal(await cache.get('cold'), undefined);
  }),
];

export const lifeLaws: readonly TypedLaw[] = [...reading, ...choosing];
