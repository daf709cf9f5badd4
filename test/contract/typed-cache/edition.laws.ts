import assert from 'node:assert/strict';
import { HeldLoader, unwanted } from './loading.js';
import { passing, turns } from './passing.js';
import {
  type AnyCache,
  lawOf,
  type OpenTyped,
  shownBy,
  type TypedLaw,
  type TypedOptions,
} from './subject.js';

/** Options of two processes during a rolling deployment. */
const OLD = { version: 1 };
const NEW = { version: 2, codec: 'msgpack' };

/** Two caches of two editions on one store. */
async function editions(
  open: (options?: TypedOptions) => Promise<OpenTyped>,
  options: TypedOptions = {},
): Promise<{ readonly opened: OpenTyped; readonly caches: readonly [AnyCache, AnyCache] }> {
  const opened = await open({ ...OLD, ...options });
  return { opened, caches: [opened.cache, await opened.peer({ ...NEW, ...options })] };
}

/** Loads a key in every cache; a value tells which one loaded it. */
async function loadAll(caches: readonly AnyCache[], key = 'k', options: TypedOptions = {}): Promise<void> {
  for (const [index, cache] of caches.entries()) await cache.getOrSet(key, async () => index, options);
}

/** Values of a key in every cache. */
const valuesIn = (caches: readonly AnyCache[], key = 'k'): Promise<unknown[]> =>
  Promise.all(caches.map((cache) => cache.get(key)));

export const editionLaws: readonly TypedLaw[] = [
  lawOf('fenced', 'two versions on one namespace have their hits side by side', async (open) => {
    const { caches } = await editions(open);
    await loadAll(caches);
    for (let round = 0; round < 5; round += 1) {
      for (const [index, cache] of caches.entries()) {
        assert.equal(await cache.getOrSet('k', unwanted), index);
        assert.deepEqual(await cache.getMany(['k']), [index]);
      }
    }
  }),
  lawOf('fenced', 'two codecs on one namespace have their hits side by side', async (open) => {
    const opened = await open();
    const caches = [opened.cache, await opened.peer({ codec: 'msgpack' })];
    await loadAll(caches);
    await loadAll(caches);
    assert.deepEqual(await valuesIn(caches), [0, 1]);
  }),
  lawOf('fenced', 'values of two versions outlive loads of the other one', async (open) => {
    const { opened, caches } = await editions(open, { expire: 3000 });
    const [old, other] = caches;
    await old.getOrSet('k', async () => 'old', { expire: '1h' });
    await other.getOrSet('k', async () => 'new');
    await opened.advance(3001);
    assert.equal(await other.getOrSet('k', async () => 'newer'), 'newer');
    assert.equal(await old.getOrSet('k', unwanted), 'old');
  }),
  lawOf('fenced', 'a value beside that of another version expires at its own time', async (open) => {
    const { opened, caches } = await editions(open);
    const [old, other] = caches;
    await old.getOrSet('k', async () => 'old', { expire: 2000 });
    await other.getOrSet('k', async () => 'new', { expire: '1h' });
    assert.equal(await old.get('k'), 'old');
    const entry = await old.getEntry('k');
    assert.ok(entry !== undefined && entry.remainingMs <= 2000);
    await opened.advance(2001);
    assert.deepEqual(await valuesIn(caches), [undefined, 'new']);
    assert.deepEqual(await old.getMany(['k']), [undefined]);
  }),
  lawOf('fenced', 'sliding restarts the TTL of its own version only', async (open) => {
    const { opened, caches } = await editions(open, { expire: 4000 });
    const [old, other] = caches;
    await loadAll(caches);
    await opened.advance(2500);
    assert.equal(await other.get('k', { sliding: true }), 1);
    await turns();
    for (let round = 0; round < 200 && ((await other.getEntry('k'))?.remainingMs ?? 0) < 3000; round += 1) {
      await turns();
    }
    await opened.advance(1600);
    assert.equal(await old.get('k'), undefined);
    assert.equal(await other.get('k'), 1);
  }),
  lawOf('fenced', 'delete, deleteMany and clear reach the values of every version', async (open) => {
    const { caches } = await editions(open);
    const [old, other] = caches;
    const removals = [
      () => old.delete('k'),
      () => other.delete('k'),
      () => other.deleteMany(['k']),
      () => old.clear(),
      () => other.clear(),
    ];
    for (const remove of removals) {
      await loadAll(caches);
      assert.deepEqual(await valuesIn(caches), [0, 1]);
      await remove();
      assert.deepEqual(await valuesIn(caches), [undefined, undefined]);
    }
  }),
  lawOf('fenced', 'invalidateTags reaches the values of every version that carry the tag', async (open) => {
    const { caches } = await editions(open);
    const [old, other] = caches;
    await loadAll(caches, 'both', { tags: ['t'] });
    await old.getOrSet('k', async () => 'old', { tags: ['t'] });
    await other.getOrSet('k', async () => 'new', { tags: ['u'] });
    await old.invalidateTags('t');
    assert.deepEqual(await valuesIn(caches, 'both'), [undefined, undefined]);
    assert.deepEqual(await valuesIn(caches), [undefined, 'new']);
    await old.getOrSet('k', async () => 'old');
    assert.deepEqual(await valuesIn(caches), ['old', 'new']);
    await old.invalidateTags('u');
    assert.deepEqual(await valuesIn(caches), ['old', undefined]);
  }),
  lawOf('fenced', 'expire leaves a stale value of every version', async (open) => {
    const { caches } = await editions(open, { grace: '1m' });
    await loadAll(caches);
    assert.equal(await caches[1].expire('k'), true);
    for (const [index, cache] of caches.entries()) {
      const entry = await cache.getEntry('k');
      assert.deepEqual(
        [entry?.value, entry?.state, entry?.staleBecause],
        [index, 'stale', 'expired-by-call'],
      );
    }
    assert.equal(await caches[0].getOrSet('k', async () => 'loaded'), 'loaded');
    assert.equal((await caches[1].getEntry('k'))?.state, 'stale');
  }),
  lawOf('fenced', 'set and a forced load replace the values of every version', async (open) => {
    const { caches } = await editions(open);
    const [old, other] = caches;
    await loadAll(caches);
    assert.equal(await old.set('k', 'set'), true);
    assert.deepEqual(await valuesIn(caches), ['set', undefined]);
    await loadAll(caches);
    await other.getOrSet('k', async () => 'forced', { forceFresh: true });
    assert.deepEqual(await valuesIn(caches), [undefined, 'forced']);
  }),
  lawOf(
    'fenced',
    'a load beside another version never brings back what was removed meanwhile',
    async (open) => {
      const { caches } = await editions(open);
      const [old, other] = caches;
      await old.getOrSet('k', async () => 'old');
      const loader = new HeldLoader();
      const loading = other.getOrSet('k', loader.load);
      const one = await loader.call();
      await old.delete('k');
      one.resolve('new');
      assert.equal(await loading, 'new');
      assert.deepEqual(await valuesIn(caches), [undefined, undefined]);
    },
  ),
  lawOf(
    'fenced',
    'four versions have their hits, and a fifth takes the place of the oldest',
    async (open) => {
      const opened = await open({ version: 1 });
      const caches = [opened.cache];
      for (let version = 2; version <= 5; version += 1) caches.push(await opened.peer({ version }));
      await loadAll(caches);
      assert.deepEqual(await valuesIn(caches), [undefined, 1, 2, 3, 4]);
    },
  ),
  lawOf('fenced', 'a lease never waits for the load of another version', async (open) => {
    const { opened, caches } = await editions(open, {
      lease: 'cluster',
      waitTimeout: '1h',
      leaseTimeout: '1h',
    });
    const [old, other] = caches;
    const loader = new HeldLoader();
    const loading = old.getOrSet('k', loader.load);
    const one = await loader.call();
    const loaded = passing(
      opened,
      1000,
      'the load of the other',
      other.getOrSet('k', async () => 'new'),
    );
    assert.equal(await loaded, 'new');
    one.resolve('old');
    assert.equal(await passing(opened, 1000, 'the first load', loading), 'old');
  }),
  lawOf('fenced', 'lease cluster loads a cold key once among the processes of each version', async (open) => {
    const options = { lease: 'cluster', waitTimeout: '1h', leaseTimeout: '1h' };
    const { opened, caches } = await editions(open, options);
    const twins = [await opened.peer({ ...OLD, ...options }), await opened.peer({ ...NEW, ...options })];
    // Both versions know of each other.
    await loadAll(caches, 'a');
    await loadAll([...caches].reverse(), 'b');
    const loader = new HeldLoader();
    const call = (cache: AnyCache | undefined) => cache?.getOrSet('k', loader.load);
    // A twin knows of no other version yet: it must not be the one that loads.
    const old = [call(caches[0])];
    const first = await loader.call();
    const others = [call(caches[1])];
    const second = await loader.call(2);
    old.push(call(twins[0]));
    others.push(call(twins[1]));
    await turns();
    assert.equal(loader.count, 2);
    first.resolve('old');
    await passing(opened, 2000, 'the calls of one version', Promise.all(old));
    second.resolve('new');
    await passing(opened, 2000, 'the calls of the other', Promise.all(others));
    assert.equal(loader.count, 2);
    assert.deepEqual(await valuesIn([...caches, ...twins]), ['old', 'new', 'old', 'new']);
  }),
  lawOf(['fenced', 'bytes'], 'a key with values of one version holds a single envelope', async (open) => {
    const opened = await open(OLD);
    const twin = await opened.peer(OLD);
    const seen: number[] = [];
    const look = async (): Promise<void> => {
      await shownBy('bytes', opened.bytes).rewrite((bytes) => {
        seen.push(bytes[2] ?? 0);
        return bytes;
      });
    };
    await opened.cache.getOrSet('k', async () => 'v');
    await look();
    await twin.getOrSet('k', async () => 'w', { forceFresh: true });
    await twin.expire('k');
    await opened.cache.getOrSet('k', async () => 'v');
    await look();
    assert.deepEqual(seen, [1, 1]);
  }),
];
