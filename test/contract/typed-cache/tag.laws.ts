import assert from 'node:assert/strict';
import { rejectsWith } from '../expectations.js';
import { counted, unwanted } from './loading.js';
import { law, lawOf, shownBy, type TypedLaw } from './subject.js';

const DAY = 86_400_000;

const carried: readonly TypedLaw[] = [
  law('invalidateTags makes every value with one of its tags a miss, and no other', async (open) => {
    const { cache } = await open();
    await cache.set('a', 1, { tags: ['x'] });
    await cache.set('b', 2, { tags: ['y', 'x'] });
    await cache.set('c', 3, { tags: ['y'] });
    await cache.set('d', 4, { tags: ['z'] });
    await cache.set('e', 5);
    await cache.invalidateTags('x', 'z');
    assert.deepEqual(await cache.getMany(['a', 'b', 'c', 'd', 'e']), [undefined, undefined, 3, undefined, 5]);
    await cache.invalidateTags('y');
    assert.deepEqual(await cache.getMany(['c', 'e']), [undefined, 5]);
  }),
  law('a value that lacks a tag declared by the call is a miss', async (open) => {
    const { cache } = await open();
    await cache.set('k', 'v', { tags: ['a'] });
    assert.equal(await cache.get('k', { tags: ['a'] }), 'v');
    assert.equal(await cache.get('k', { tags: ['a', 'b'] }), undefined);
    assert.equal(await cache.getOrSet('k', async () => 'new', { tags: ['a', 'b'] }), 'new');
    assert.equal(await cache.getOrSet('k', unwanted, { tags: ['b'] }), 'new');
    assert.equal(await cache.getOrSet('k', unwanted), 'new');
  }),
  law('calls with different tags for one key share a value that carries all of them', async (open) => {
    const { cache } = await open();
    let loads = 0;
    const load = async (): Promise<number> => ++loads;
    for (const tag of ['one', 'other', 'one', 'other']) await cache.getOrSet('k', load, { tags: [tag] });
    assert.equal(loads, 2);
    assert.deepEqual(new Set((await cache.getEntry('k'))?.tags), new Set(['one', 'other']));
    await cache.invalidateTags('one');
    assert.equal(await cache.get('k'), undefined);
    await cache.getOrSet('k', load, { tags: ['other'] });
    assert.deepEqual((await cache.getEntry('k'))?.tags, ['other']);
  }),
  law('a forced load takes over no tags of the value that it replaces', async (open) => {
    const { cache } = await open();
    await cache.set('k', 1, { tags: ['old'] });
    await cache.getOrSet('k', async () => 2, { tags: ['new'], forceFresh: true });
    assert.deepEqual((await cache.getEntry('k'))?.tags, ['new']);
  }),
  law('a value with more than 32 tags leaves none of them to calls with other tags', async (open) => {
    const { cache } = await open();
    const tags = Array.from({ length: 33 }, (_, index) => `t${index}`);
    await cache.set('few', 1, { tags: tags.slice(1) });
    await cache.set('many', 1, { tags });
    for (const key of ['few', 'many']) await cache.getOrSet(key, async () => 2, { tags: ['new'] });
    assert.equal((await cache.getEntry('few'))?.tags.length, 33);
    assert.deepEqual((await cache.getEntry('many'))?.tags, ['new']);
  }),
  law('a tag that was never invalidated or read is current', async (open) => {
    const { cache } = await open();
    await cache.invalidateTags('never used');
    await cache.set('k', 'v', { tags: ['first use'] });
    assert.equal(await cache.get('k'), 'v');
  }),
  law('a value that is stored again has its new tags only', async (open) => {
    const { cache } = await open();
    await cache.set('k', 1, { tags: ['old'] });
    await cache.set('k', 2, { tags: ['new'] });
    await cache.invalidateTags('old');
    assert.equal(await cache.get('k'), 2);
    await cache.getOrSet('k', async () => 3, { forceFresh: true, tags: ['loaded'] });
    await cache.invalidateTags('new');
    assert.equal(await cache.get('k'), 3);
    await cache.invalidateTags('loaded');
    assert.equal(await cache.get('k'), undefined);
  }),
  law('setMany gives its tags to every value, and getMany checks the tags of each', async (open) => {
    const { cache } = await open();
    await cache.setMany(
      [
        ['a', 1],
        ['b', 2],
      ],
      { tags: ['t'] },
    );
    assert.deepEqual(await cache.getMany(['a', 'b'], { tags: ['t'] }), [1, 2]);
    await cache.invalidateTags('t');
    assert.deepEqual(await cache.getMany(['a', 'b']), [undefined, undefined]);
  }),
  law('tags may be any text, and every value carries those of the component', async (open) => {
    const { cache } = await open({ tags: ['all'] });
    const odd = ['*', '{}', ' ', '\0', '__proto__', 'é😀', 'a:b'];
    for (const tag of odd) await cache.set(['of', tag], tag, { tags: [tag, 'all'] });
    for (const tag of odd) {
      assert.equal(await cache.get(['of', tag]), tag);
      await cache.invalidateTags(tag);
      assert.equal(await cache.get(['of', tag]), undefined);
    }
    await cache.set('k', 'v');
    await cache.invalidateTags('all');
    assert.equal(await cache.get('k'), undefined);
  }),
  law('an invalid tag is refused, before anything is done', async (open) => {
    const { cache } = await open();
    await cache.set('k', 'v', { tags: ['t'] });
    for (const tag of ['', 1, null, undefined, '\ud800']) {
      const tags = ['t', tag as string];
      await rejectsWith('E_ARGUMENT', 'invalidateTags', () => cache.invalidateTags(...tags));
      await rejectsWith('E_ARGUMENT', 'set', () => cache.set('k', 'new', { tags }));
      await rejectsWith('E_ARGUMENT', 'getOrSet', () => cache.getOrSet('k', unwanted, { tags }));
    }
    assert.equal(await cache.get('k', { tags: ['t'] }), 'v');
  }),
  lawOf(
    'exact-time',
    'an invalidated tag is remembered as long as any value that carries it, even without reads',
    async (open) => {
      const { cache, advance } = await open({ expire: '300d' });
      await cache.set('kept', 'v', { tags: ['kept'] });
      await cache.set('gone', 'v', { tags: ['gone'] });
      await advance(100 * DAY);
      await cache.invalidateTags('gone');
      await advance(100 * DAY);
      assert.equal(await cache.get('kept'), 'v');
      assert.equal(await cache.get('gone'), undefined);
    },
  ),
  lawOf(
    ['bytes', 'fenced'],
    'a tag or a namespace whose state was lost counts as invalidated',
    async (open) => {
      const opened = await open();
      const { cache } = opened;
      await cache.set('k', 'v', { tags: ['t'] });
      await shownBy('bytes', opened.bytes).forget();
      assert.equal(await cache.get('k'), undefined);
      assert.equal(await cache.getOrSet('k', async () => 'new', { tags: ['t'] }), 'new');
      assert.equal(await cache.get('k'), 'new');
    },
  ),
];

const costs: readonly TypedLaw[] = [
  lawOf('trips', 'a hit without tags costs one round trip', async (open) => {
    const opened = await open();
    const { cache } = opened;
    await cache.set('k', 'v');
    await cache.getOrSet('k', unwanted);
    for (const hit of [
      () => cache.get('k'),
      () => cache.getOrSet('k', unwanted),
      () => cache.getEntry('k'),
      () => cache.has('k'),
      () => cache.getMany(['k', 'k']),
    ]) {
      await shownBy('trips', opened.trips)();
      await hit();
      assert.equal(await shownBy('trips', opened.trips)(), 1, String(hit));
    }
  }),
  lawOf(
    'trips',
    'a hit with tags costs two round trips at most, and tags declared by the call cost none',
    async (open) => {
      const opened = await open();
      const { cache } = opened;
      await cache.set('k', 'v', { tags: ['a', 'b', 'c'] });
      await cache.getOrSet('k', unwanted);
      for (const [tags, atMost] of [
        [[], 2],
        [['a'], 2],
        [['a', 'b', 'c'], 1],
      ] as const) {
        for (const hit of [() => cache.get('k', { tags }), () => cache.getOrSet('k', unwanted, { tags })]) {
          await shownBy('trips', opened.trips)();
          assert.equal(await hit(), 'v');
          const trips = await shownBy('trips', opened.trips)();
          assert.ok(trips <= atMost, `${trips} round trips with ${tags.length} tags declared`);
        }
      }
    },
  ),
  lawOf('trips', 'a bulk hit with different tags costs two round trips at most', async (open) => {
    const opened = await open();
    const { cache } = opened;
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    for (const key of keys) await cache.set(key, key, { tags: [`t${key}`, 'all'] });
    await cache.getMany(keys);
    await shownBy('trips', opened.trips)();
    assert.deepEqual(await cache.getMany(keys), keys);
    assert.ok((await shownBy('trips', opened.trips)()) <= 2);
  }),
  ...(['invalidateTags', 'clear'] as const).map((method) =>
    lawOf('trips', `${method} costs the same however many values it covers`, async (open) => {
      const opened = await open();
      const { cache } = opened;
      const costs: number[] = [];
      for (const count of [1, 200]) {
        await cache.setMany(
          Array.from({ length: count }, (_, index) => [`k${index}`, index] as const),
          { tags: ['t'] },
        );
        await shownBy('trips', opened.trips)();
        await (method === 'clear' ? cache.clear() : cache.invalidateTags('t'));
        costs.push(await shownBy('trips', opened.trips)());
        assert.equal(await cache.get('k0'), undefined);
      }
      assert.deepEqual(costs, [1, 1]);
    }),
  ),
  lawOf('commands', 'a hit sends two commands at most, plus one for each tag', async (open) => {
    const opened = await open();
    const { cache } = opened;
    const commands = shownBy('commands', opened.commands);
    await cache.set('plain', 'v');
    await cache.set('tagged', 'v', { tags: ['a', 'b', 'c'] });
    for (const [key, atMost] of [
      ['plain', 2],
      ['tagged', 5],
    ] as const) {
      await cache.getOrSet(key, unwanted);
      await commands();
      assert.equal(await cache.getOrSet(key, unwanted), 'v');
      const sent = await commands();
      assert.ok(sent > 0 && sent <= atMost, `${sent} commands for a hit of ${key}`);
    }
  }),
];

const namespaces: readonly TypedLaw[] = [
  law('clear makes every value a miss', async (open) => {
    const { cache } = await open({ grace: '1m' });
    const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);
    await cache.setMany(keys.map((key) => [key, key] as const));
    await cache.set('tagged', 'v', { tags: ['t'] });
    await cache.clear();
    assert.deepEqual(await cache.getMany([...keys, 'tagged']), Array(51).fill(undefined));
    const loader = counted(() => 'new');
    assert.equal(await cache.getOrSet('k0', loader), 'new');
    assert.equal(loader.count, 1);
    assert.equal(await cache.getOrSet('k0', unwanted), 'new');
  }),
  lawOf('fenced', 'a namespace never sees the values of another one on the same store', async (open) => {
    const opened = await open({ namespace: 'one' });
    const { cache } = opened;
    const other = await opened.peer({ namespace: 'other' });
    await cache.set('k', 'one', { tags: ['t'] });
    assert.equal(await other.get('k'), undefined);
    await other.set('k', 'other', { tags: ['t'] });
    assert.equal(await cache.get('k'), 'one');
    await other.invalidateTags('t');
    await other.set('k', 'other');
    await other.clear();
    await other.delete('k');
    assert.equal(await cache.get('k'), 'one');
    await other.set('k', 'other', { tags: ['t'] });
    await cache.clear();
    assert.equal(await other.get('k'), 'other');
    assert.equal(await cache.get('k'), undefined);
  }),
];

export const tagLaws: readonly TypedLaw[] = [...carried, ...costs, ...namespaces];
