import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { counted, unwanted } from './loading.js';
import { passing, turns } from './passing.js';
import { type AnyCache, law, lawOf, shownBy, type TypedLaw, type TypedOptions } from './subject.js';

/** A change that covers the key `k`, which carries the tag `t`. */
interface Change {
  readonly name: string;
  run(cache: AnyCache): Promise<unknown>;
}

const SETS: readonly Change[] = [
  { name: 'set', run: (cache) => cache.set('k', 'old', { tags: ['t'] }) },
  {
    name: 'setMany',
    run: (cache) =>
      cache.setMany(
        [
          ['other', 1],
          ['k', 'old'],
        ],
        { tags: ['t'] },
      ),
  },
];

const REMOVALS: readonly Change[] = [
  { name: 'delete', run: (cache) => cache.delete('k') },
  { name: 'deleteMany', run: (cache) => cache.deleteMany(['another', 'k']) },
  { name: 'expire', run: (cache) => cache.expire('k') },
  { name: 'invalidateTags', run: (cache) => cache.invalidateTags('t') },
  { name: 'clear', run: (cache) => cache.clear() },
];

/** A schema that answers later, and later still for long texts. */
const pensive = {
  '~standard': {
    version: 1,
    vendor: 'law',
    validate: async (value: unknown) => {
      for (let turn = String(value).length > 1000 ? 6 : 2; turn > 0; turn -= 1) await setImmediate();
      return { value };
    },
  },
};

/** Options with which a value takes a while before it is sent. */
const WORK: readonly (readonly [what: string, options: TypedOptions])[] = [
  ['', {}],
  [' with compression', { compress: 'gzip' }],
  [' with an asynchronous schema', { schema: pensive }],
];

/** Long enough to be compressed, which takes a while. */
const LONG = 'long '.repeat(100_000);

/** Checks that nothing is fresh, and that the next load stays. */
async function gone(cache: AnyCache): Promise<void> {
  assert.notEqual((await cache.getEntry('k'))?.state, 'fresh');
  assert.equal(await cache.getOrSet('k', async () => 'new', { tags: ['t'] }), 'new');
  assert.equal(await cache.getOrSet('k', unwanted, { tags: ['t'] }), 'new');
}

const removing: readonly TypedLaw[] = SETS.flatMap((set) =>
  REMOVALS.flatMap((removal): TypedLaw[] => [
    ...WORK.map(([what, options]) =>
      law(`${removal.name} is not undone by a ${set.name} in flight${what}`, async (open) => {
        for (const before of [undefined, 'older']) {
          const { cache } = await open({ grace: '1m', ...options });
          if (before !== undefined) await cache.set('k', before);
          const setting = set.run(cache);
          await removal.run(cache);
          await setting;
          await turns();
          await gone(cache);
        }
      }),
    ),
    law(`a ${set.name} after ${removal.name} in flight stays`, async (open) => {
      const { cache } = await open({ grace: '1m' });
      await cache.set('k', 'older', { tags: ['t'] });
      const removing = removal.run(cache);
      assert.equal(await set.run(cache), true);
      await removing;
      await turns();
      const entry = await cache.getEntry('k');
      assert.deepEqual([entry?.value, entry?.state], ['old', 'fresh']);
    }),
    lawOf(
      'steps',
      `a ${set.name} whose answer was lost is not executed after a later ${removal.name}`,
      async (open) => {
        const opened = await open();
        const { cache, fault, outage } = opened;
        // A server that was frozen executes what it has received when it thaws.
        shownBy('steps', fault)('frozen', ['write']);
        assert.equal(await passing(opened, 4500, 'the set', set.run(cache)), false);
        await removal.run(cache);
        await shownBy('outage', outage).end();
        await turns();
        assert.equal(await cache.get('k'), undefined);
      },
    ),
  ]),
);

const setting: readonly TypedLaw[] = [
  ...WORK.map(([what, options]) =>
    law(`the later of two sets in flight stays${what}`, async (open) => {
      for (const [first, second] of [
        [LONG, 'short'],
        ['short', LONG],
      ]) {
        const { cache } = await open(options);
        const calls = [cache.set('k', first), cache.setMany([['k', second]])];
        assert.deepEqual(await Promise.all(calls), [true, true]);
        await turns();
        assert.equal(await cache.get('k'), second);
      }
    }),
  ),
  law('the last of a hundred sets in flight stays, and each returns true', async (open) => {
    const { cache } = await open();
    const calls = Array.from({ length: 100 }, (_, number) => cache.set('k', number));
    assert.ok((await Promise.all(calls)).every(Boolean));
    assert.equal(await cache.get('k'), 99);
  }),
  law('an expire after a set in flight leaves its value as a stale one', async (open) => {
    const { cache } = await open({ grace: '1m' });
    const call = cache.set('k', 'v');
    assert.equal(await cache.expire('k'), true);
    assert.equal(await call, true);
    const entry = await cache.getEntry('k');
    assert.deepEqual([entry?.value, entry?.state], ['v', 'stale']);
  }),
  law('a set that its schema refuses leaves the set before it in place', async (open) => {
    const validate = async (value: unknown) => {
      await setImmediate();
      return value === 'bad' ? { issues: [{ message: 'no' }] } : { value };
    };
    const { cache } = await open({ schema: { '~standard': { version: 1, vendor: 'law', validate } } });
    const calls = await Promise.allSettled([cache.set('k', 'good'), cache.set('k', 'bad')]);
    assert.deepEqual(
      calls.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    assert.equal(await cache.get('k'), 'good');
  }),
  lawOf('steps', 'a set whose answer was lost is not executed after a later set', async (open) => {
    const opened = await open();
    const { cache, fault, outage } = opened;
    shownBy('steps', fault)('frozen', ['write']);
    assert.equal(await passing(opened, 4500, 'the set', cache.set('k', 'old')), false);
    shownBy('steps', fault)('gone', []);
    assert.equal(await cache.set('k', 'new'), true);
    await shownBy('outage', outage).end();
    await turns();
    assert.equal(await cache.get('k'), 'new');
  }),
  lawOf('fenced', 'a set stays when another process has changed the key since it began', async (open) => {
    const opened = await open();
    const { cache } = opened;
    const elsewhere = await opened.peer();
    const write = shownBy('steps', opened.hold?.('write'));
    const call = cache.set('k', 'mine');
    await write.arrived;
    await elsewhere.delete('k');
    write.release();
    assert.equal(await call, true);
    assert.equal(await elsewhere.get('k'), 'mine');
  }),
];

/** Ways to load the key `k`. */
const LOADS: readonly (readonly [
  string,
  (cache: AnyCache, load: () => Promise<unknown>) => Promise<unknown>,
])[] = [
  ['getOrSet', (cache, load) => cache.getOrSet('k', load)],
  ['getOrSetMany', (cache, load) => cache.getOrSetMany(['k'], async () => [['k', await load()] as never])],
  ['getOrSet with forceFresh', (cache, load) => cache.getOrSet('k', load, { forceFresh: true })],
  ['getOrSet with a lease', (cache, load) => cache.getOrSet('k', load, { lease: 'cluster' })],
];

const loading: readonly TypedLaw[] = LOADS.flatMap(([how, get]): TypedLaw[] => [
  lawOf('fenced', `a set that returned true is not replaced by ${how} from before its end`, async (open) => {
    // A forced load that is called during the set, or elsewhere, may follow it.
    const isForced = how === 'getOrSet with forceFresh';
    for (const first of isForced ? ['the load'] : ['the load', 'the set']) {
      const opened = await open();
      const { cache } = opened;
      let release = (): void => {};
      const loaded = new Promise<string>((resolve) => {
        release = () => resolve('loaded');
      });
      const load = (): Promise<string> => loaded;
      const early = first === 'the load' ? get(cache, load) : undefined;
      const call = cache.set('k', 'set');
      const calls = [early, isForced ? undefined : get(await opened.peer(), load)];
      for (let turn = 0; turn < 4; turn += 1) {
        if (!isForced) calls.push(get(cache, load));
        await setImmediate();
      }
      assert.equal(await call, true);
      await turns();
      release();
      await passing(opened, 3000, 'the calls', Promise.all(calls));
      await turns();
      assert.equal(await cache.get('k'), 'set', `${first} first`);
    }
  }),
]);

const reading: readonly TypedLaw[] = [
  lawOf(
    'steps',
    'a read during a set serves the old value or the new one, and loads nothing',
    async (open) => {
      for (const method of ['read', 'write'] as const) {
        const opened = await open();
        const { cache } = opened;
        await cache.setMany([
          ['k', 'old'],
          ['l', 'old'],
        ]);
        const held = shownBy('steps', opened.hold?.(method));
        const call = cache.setMany([
          ['k', 'new'],
          ['l', 'new'],
        ]);
        await held.arrived;
        assert.equal(await cache.get('k'), 'old');
        for (const value of await cache.getMany(['k', 'l'])) assert.ok(value === 'old' || value === 'new');
        assert.equal(await cache.getOrSet('k', unwanted), 'old');
        assert.equal((await cache.getOrSetMany(['k'], unwanted))[0]?.status, 'fulfilled');
        assert.equal((await cache.explain('k')).pendingInvalidation, false);
        held.release();
        assert.equal(await call, true);
        assert.deepEqual(await cache.getMany(['k', 'l']), ['new', 'new']);
        assert.equal(cache.stats().misses.pending, 0);
      }
    },
  ),
  law('getOrSet of an absent key waits for a set in flight instead of loading', async (open) => {
    const { cache } = await open();
    const call = cache.set('k', 'set');
    assert.equal(await cache.getOrSet('k', unwanted), 'set');
    assert.equal(await call, true);
  }),
  lawOf('steps', 'getOrSet loads when the set that it waits for fails', async (open) => {
    const opened = await open();
    const { cache } = opened;
    const held = shownBy('steps', opened.hold?.('write'));
    const call = cache.set('k', 'set');
    await held.arrived;
    const got = cache.getOrSet('k', async () => 'loaded');
    await turns();
    shownBy('steps', opened.fault)('gone', ['write']);
    held.release();
    assert.equal(await call, false);
    assert.equal(await got, 'loaded');
    await shownBy('outage', opened.outage).end();
  }),
  ...['expire', 'delete'].map((name) =>
    law(`${name} costs one load, which stays, however many calls load beside it`, async (open) => {
      const { cache } = await open({ grace: '1m' });
      await cache.set('k', 'old');
      for (let round = 0; round < 5; round += 1) {
        const load = counted(() => `new ${round}`);
        const calls: Promise<unknown>[] = [name === 'expire' ? cache.expire('k') : cache.delete('k')];
        for (let turn = 0; turn < 6; turn += 1) {
          calls.push(cache.getOrSet('k', load));
          await setImmediate();
        }
        await Promise.all(calls);
        await turns();
        assert.equal(await cache.getOrSet('k', unwanted), `new ${round}`);
        assert.equal(load.count, 1);
      }
    }),
  ),
];

const removingEarly: readonly TypedLaw[] = REMOVALS.flatMap((removal): TypedLaw[] => [
  law(`${removal.name} in the turn of a getOrSet before it costs one load, which stays`, async (open) => {
    const { cache } = await open({ grace: '1m' });
    const load = counted(() => 'new');
    const calls = [cache.getOrSet('k', load, { tags: ['t'] }), removal.run(cache)];
    assert.equal(await cache.getOrSet('k', load, { tags: ['t'] }), 'new');
    await Promise.all(calls);
    await turns();
    // A loader that fails would be answered with a stale value.
    assert.equal(await cache.getOrSet('k', load, { tags: ['t'] }), 'new');
    assert.equal(load.count, 1);
  }),
  lawOf(
    'steps',
    `${removal.name} while getOrSet reads, before its loader begins, costs one load, which stays`,
    async (open) => {
      const { cache, hold } = await open({ grace: '1m' });
      const load = counted(() => 'new');
      const held = shownBy('steps', hold?.('read'));
      const calls: Promise<unknown>[] = [cache.getOrSet('k', load, { tags: ['t'], forceFresh: true })];
      await held.arrived;
      calls.push(removal.run(cache), cache.getOrSet('k', load, { tags: ['t'] }));
      held.release();
      await Promise.all(calls);
      await turns();
      // A loader that fails would be answered with a stale value.
      assert.equal(await cache.getOrSet('k', load, { tags: ['t'] }), 'new');
      assert.equal(load.count, 1);
    },
  ),
]);

export const orderLaws: readonly TypedLaw[] = [
  ...removing,
  ...removingEarly,
  ...setting,
  ...loading,
  ...reading,
];
