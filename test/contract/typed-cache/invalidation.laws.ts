import assert from 'node:assert/strict';
import { counted, HeldLoader, unwanted } from './loading.js';
import { turns } from './passing.js';
import { type AnyCache, law, lawOf, type OpenTyped, shownBy, type TypedLaw } from './subject.js';

/** A way to invalidate the key `k`, which carries the tag `t`. */
interface Invalidation {
  readonly name: string;
  run(cache: AnyCache): Promise<unknown>;
  /** Value that `get` finds afterwards. */
  readonly leaves: unknown;
}

const INVALIDATIONS: readonly Invalidation[] = [
  { name: 'delete', run: (cache) => cache.delete('k'), leaves: undefined },
  { name: 'deleteMany', run: (cache) => cache.deleteMany(['other', 'k']), leaves: undefined },
  { name: 'expire', run: (cache) => cache.expire('k'), leaves: undefined },
  { name: 'set', run: (cache) => cache.set('k', 'set', { tags: ['t'] }), leaves: 'set' },
  {
    name: 'setMany',
    run: (cache) =>
      cache.setMany(
        [
          ['other', 1],
          ['k', 'set'],
        ],
        { tags: ['t'] },
      ),
    leaves: 'set',
  },
  { name: 'invalidateTags', run: (cache) => cache.invalidateTags('other', 't'), leaves: undefined },
  { name: 'clear', run: (cache) => cache.clear(), leaves: undefined },
];

/** From this cache, or from that of another process. */
const SIDES = [
  { of: '', needs: [] as const, side: async ({ cache }: OpenTyped): Promise<AnyCache> => cache },
  { of: ' from elsewhere', needs: ['fenced'] as const, side: (opened: OpenTyped) => opened.peer() },
];

const tagged = { tags: ['t'] };

/** Checks that the old value is never seen again once an invalidation has settled. */
async function neverServed(cache: AnyCache, leaves: unknown): Promise<void> {
  assert.equal(await cache.get('k', tagged), leaves);
  const fresh = counted(() => 'new');
  assert.equal(await cache.getOrSet('k', fresh, tagged), leaves ?? 'new');
  assert.equal(fresh.count, leaves === undefined ? 1 : 0);
  assert.equal(await cache.getOrSet('k', unwanted, tagged), leaves ?? 'new');
}

const each = INVALIDATIONS.flatMap(({ name, run, leaves }): TypedLaw[] =>
  SIDES.flatMap(({ of, needs, side }): TypedLaw[] => [
    lawOf(needs, `a stored value is not served after ${name}${of}`, async (open) => {
      const opened = await open();
      const { cache } = opened;
      await cache.set('k', 'old', tagged);
      assert.equal(await cache.get('k', tagged), 'old');
      await run(await side(opened));
      await neverServed(cache, leaves);
    }),
    lawOf(
      needs,
      `a load that began before ${name}${of} serves its own callers, and no later caller`,
      async (open) => {
        const opened = await open();
        const { cache } = opened;
        const loader = new HeldLoader();
        const before = [cache.getOrSet('k', loader.load, tagged), cache.getOrSet('k', unwanted, tagged)];
        const one = await loader.call();
        await run(await side(opened));
        one.resolve('old');
        assert.deepEqual(await Promise.all(before), ['old', 'old']);
        await neverServed(cache, leaves);
      },
    ),
    lawOf(needs, `a call after ${name}${of} does not join a load that began before it`, async (open) => {
      const opened = await open();
      const { cache } = opened;
      const loader = new HeldLoader();
      const before = cache.getOrSet('k', loader.load, tagged);
      const one = await loader.call();
      await run(await side(opened));
      const fresh = counted(() => 'new');
      const after = cache.getOrSet('k', fresh, tagged);
      await turns();
      one.resolve('old');
      assert.equal(await after, leaves ?? 'new');
      assert.equal(await before, 'old');
      // The old load may have been stored over the new one, as one that is no longer current.
      assert.equal(await cache.getOrSet('k', async () => 'new', tagged), leaves ?? 'new');
    }),
    lawOf(
      ['steps', ...needs],
      `a load that is about to be stored during ${name}${of} is not served to later callers`,
      async (open) => {
        const opened = await open();
        const { cache } = opened;
        const elsewhere = await side(opened);
        const loader = new HeldLoader();
        const before = cache.getOrSet('k', loader.load, tagged);
        const one = await loader.call();
        const write = shownBy('steps', opened.hold?.('write'));
        one.resolve('old');
        await write.arrived;
        await run(elsewhere);
        write.release();
        assert.equal(await before, 'old');
        await turns();
        await neverServed(cache, leaves);
      },
    ),
    lawOf(needs, `a background refresh that began before ${name}${of} is never served`, async (open) => {
      const opened = await open({ expire: '10m', refreshAhead: 0.0001 });
      const { cache } = opened;
      await cache.set('k', 'older', tagged);
      await opened.advance(70);
      const loader = new HeldLoader();
      assert.equal(await cache.getOrSet('k', loader.load, tagged), 'older');
      const one = await loader.call();
      await run(await side(opened));
      one.resolve('old');
      await turns();
      await neverServed(cache, leaves);
    }),
  ]),
);

const tags: readonly TypedLaw[] = [
  law('an invalidation during a load covers the tags that its loader names', async (open) => {
    const { cache } = await open();
    const loader = new HeldLoader();
    const before = cache.getOrSet('k', loader.load);
    const one = await loader.call();
    one.context.tag('late');
    await cache.invalidateTags('late');
    one.resolve('old');
    assert.equal(await before, 'old');
    assert.equal(await cache.get('k'), undefined);
  }),
  law('an invalidation before its loader names the tag still covers the load', async (open) => {
    const { cache } = await open();
    const loader = new HeldLoader();
    const before = cache.getOrSet('k', loader.load);
    const one = await loader.call();
    await cache.invalidateTags('late');
    one.context.tag('late');
    one.resolve('old');
    assert.equal(await before, 'old');
    assert.equal(await cache.get('k'), undefined);
  }),
  lawOf(
    'fenced',
    'an invalidation by another process before the loader names the tag still covers the load',
    async (open) => {
      const opened = await open();
      const { cache } = opened;
      const elsewhere = await opened.peer();
      await elsewhere.set('another', 1, { tags: ['late'] });
      const loader = new HeldLoader();
      const before = cache.getOrSet('k', loader.load);
      const one = await loader.call();
      await elsewhere.invalidateTags('late');
      await elsewhere.set('another', 2, { tags: ['late'] });
      one.context.tag('late');
      one.resolve('old');
      assert.equal(await before, 'old');
      assert.equal(await cache.get('k'), undefined);
    },
  ),
  law('a loaded value carries the tags that its loader names', async (open) => {
    const { cache } = await open();
    await cache.getOrSet('k', async ({ tag }) => {
      tag('of', 'loader');
      return 'v';
    });
    assert.equal(await cache.get('k', { tags: ['loader'] }), 'v');
    assert.deepEqual([...((await cache.getEntry('k'))?.tags ?? [])].sort(), ['loader', 'of']);
    await cache.invalidateTags('of');
    assert.equal(await cache.get('k'), undefined);
  }),
];

const others: readonly TypedLaw[] = [
  law('a load is stored even if other keys and tags are invalidated during it', async (open) => {
    const { cache } = await open();
    const loader = new HeldLoader();
    const before = cache.getOrSet('k', loader.load, tagged);
    const one = await loader.call();
    await cache.delete('other');
    await cache.set('another', 1);
    await cache.invalidateTags('other');
    one.resolve('v');
    assert.equal(await before, 'v');
    assert.equal(await cache.getOrSet('k', unwanted, tagged), 'v');
  }),
  law('a load that begins after an invalidation is stored', async (open) => {
    const { cache } = await open();
    await cache.delete('k');
    await cache.invalidateTags('t');
    await cache.clear();
    await cache.getOrSet('k', async () => 'v', tagged);
    assert.equal(await cache.getOrSet('k', unwanted, tagged), 'v');
  }),
  law('delete, deleteMany and expire return how many values existed', async (open) => {
    const { cache } = await open({ grace: '1m' });
    await cache.setMany([
      ['a', null],
      ['b', 0],
      ['c', ''],
    ]);
    assert.equal(await cache.delete('a'), true);
    assert.equal(await cache.delete('a'), false);
    assert.equal(await cache.expire('b'), true);
    assert.equal(await cache.expire('a'), false);
    assert.equal(await cache.deleteMany(['a', 'b', 'c', 'c']), 2);
    assert.equal(await cache.deleteMany([]), 0);
  }),
  lawOf(
    'fenced',
    'no interleaving of calls serves a value older than an invalidation that had settled',
    async (open) => {
      const opened = await open({ lease: 'process' });
      const { cache } = opened;
      const elsewhere = await opened.peer();
      let truth = 0;
      const load = async (): Promise<number> => {
        const value = truth;
        await turnsUpTo(truth % 4);
        return value;
      };
      const ways: ((at: AnyCache) => Promise<unknown>)[] = [
        (at) => at.delete('k'),
        (at) => at.expire('k'),
        (at) => at.invalidateTags('t'),
        (at) => at.clear(),
        (at) => at.set('k', truth, tagged),
      ];
      for (let round = 0; round < 60; round += 1) {
        await cache.delete('k');
        const loads = [cache.getOrSet('k', load, tagged), elsewhere.getOrSet('k', load, tagged)];
        await turnsUpTo(round % 3);
        truth += 1;
        const floor = truth;
        await ways[round % ways.length]?.(round % 2 === 0 ? elsewhere : cache);
        for (const at of [cache, elsewhere]) {
          const seen = await at.getOrSet('k', load, tagged);
          assert.ok(seen >= floor, `round ${round}: ${seen} was served after ${floor} was the truth`);
        }
        await Promise.all(loads);
        assert.ok(((await cache.get('k', tagged)) ?? floor) >= floor, `round ${round}: stored late`);
      }
    },
  ),
];

async function turnsUpTo(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1)
    await new Promise<void>((resolve) => void setImmediate(resolve));
}

export const invalidationLaws: readonly TypedLaw[] = [...each, ...tags, ...others];
