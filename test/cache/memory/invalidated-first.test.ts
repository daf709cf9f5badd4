import { describe, expect, it } from 'vitest';
import { MemoryCache, type MemoryCacheOptions } from '../../../src/implements/cache/memory/memory-cache.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { bytes } from '../../contract/expectations.js';
import { captureGeneration } from '../../contract/fenced-store/steps.js';
import { ManualClock } from '../../support/time/manual-clock.js';

const ENTRIES = 600;
const ROUNDS = 5;

function open(options: MemoryCacheOptions = {}) {
  const clock = new ManualClock();
  const store = new MemoryCache({ clock, maxEntries: ENTRIES, ...options });
  const typed = (more: object = {}): TypedCache =>
    new TypedCache({ store, namespace: 'n', expire: '1h', clock, ...more });
  return { clock, store, typed };
}

function named(count: number, name: string): string[] {
  return Array.from({ length: count }, (_, index) => `${name} ${index}`);
}

/** Asks for all keys in rounds, and returns the number of loads. */
async function loads(cache: TypedCache, keys: readonly string[], rounds = ROUNDS, tags: string[] = []) {
  let loaded = 0;
  for (let round = 0; round < rounds; round++) {
    for (const key of keys) await cache.getOrSet(key, () => ++loaded, { tags });
  }
  return loaded;
}

describe('invalidated entries of a full MemoryCache', () => {
  const others = named(ENTRIES - 20, 'other');

  it.each<[string, (cache: TypedCache, world: ReturnType<typeof open>) => unknown, object?]>([
    ['clear()', (cache) => cache.clear()],
    ['invalidateTags()', (cache) => cache.invalidateTags('all')],
    ['a new version', (_, { typed }) => typed({ version: '2' }), { version: '1' }],
    ['clear() of bare values', (cache) => cache.clear(), { envelope: 'none', codec: 'json' }],
    ['clear(pattern) of the store', (_, { store }) => store.clear('n:*')],
    [
      'clear() and another namespace',
      (cache, { typed }) => cache.clear().then(() => typed({ namespace: 'm' })),
    ],
  ])('other keys are loaded as often as in a fresh cache after %s', async (how, invalidate, options = {}) => {
    const world = open();
    const cache = world.typed(options);
    const tags = 'envelope' in options ? [] : ['all'];
    await loads(cache, named(ENTRIES, 'key'), 8, tags);
    const next = await invalidate(cache, world);
    const used = next instanceof TypedCache ? next : cache;
    const fresh = await loads(open().typed(), others);
    expect(fresh).toBe(others.length);
    // It shows only after some uses of the next version that one is no longer in use.
    const allowed = how === 'a new version' ? 1.1 : 1;
    expect(await loads(used, others)).toBeLessThanOrEqual(allowed * fresh);
  });

  it('invalidated entries make room for light and heavy values of any cache before a live entry is evicted', async () => {
    const { store, typed } = open({ maxEntries: 10_000, maxBytes: '1MiB' });
    const live = typed({ namespace: 'live' });
    await loads(live, named(200, 'key'), 8);
    const cache = typed();
    let filled = 0;
    while (store.stats().removed.weight === 0) await loads(cache, [`key ${filled++}`], 8);
    await loads(live, named(200, 'key'), 1);
    await cache.clear();
    expect(await store.setValue('heavy', Buffer.alloc(400_000), '1h')).toBe(true);
    for (const key of named(200, 'plain')) await store.setValue(key, bytes('value'), '1h');
    expect(await loads(live, named(200, 'key'), 1)).toBe(0);
    expect(await store.hasValue('heavy')).toBe(true);
  });

  it('live entries all stay when as many others are stored as were invalidated', async () => {
    const { typed } = open();
    const cache = typed();
    const halves = [named(ENTRIES / 2, 'live'), named(ENTRIES / 2, 'dead')] as const;
    await loads(cache, halves[1], 8, ['dead']);
    await loads(cache, halves[0], 2, ['live']);
    await cache.invalidateTags('dead');
    expect(await loads(cache, named(ENTRIES / 2, 'new'), 2)).toBe(ENTRIES / 2);
    expect(await loads(cache, halves[0], 1, ['live'])).toBe(0);
  });

  it('an entry that was outdated when it was stored is evicted before any other', async () => {
    const { store } = open({ maxEntries: 10 });
    const carried = { generations: [{ name: 'g', token: await captureGeneration(store, 'g') }] };
    for (const key of named(9, 'key')) await store.write(key, bytes('v'), '1h', undefined, carried);
    const outdated = { generations: [{ name: 'g', token: 'an earlier token' }] };
    await store.write('outdated', bytes('v'), '1h', undefined, outdated);
    for (let use = 0; use < 50; use++) await store.getValue('outdated');
    await store.write('newcomer', bytes('v'), '1h', undefined, carried);
    expect(await store.hasValue('outdated')).toBe(false);
    expect(await store.getValues(named(9, 'key'))).not.toContain(null);
  });

  it('an entry that is stored again after an invalidation is no longer among the first to go', async () => {
    const { typed } = open({ maxEntries: 100 });
    const cache = typed();
    await loads(cache, named(100, 'key'), 8);
    await cache.clear();
    const again = named(50, 'key');
    expect(await loads(cache, again, 1)).toBe(50);
    expect(await loads(cache, named(50, 'other'), 1)).toBe(50);
    expect(await loads(cache, again, 1)).toBe(0);
  });

  it('two versions that are both in use keep their entries', async () => {
    const { typed } = open();
    const [one, two] = [typed({ namespace: 'v', version: '1' }), typed({ namespace: 'v', version: '2' })];
    const keys = [named(270, 'one'), named(270, 'two')] as const;
    await loads(one, keys[0], 4);
    await loads(two, keys[1], 4);
    let loaded = 0;
    for (let round = 0; round < 5; round++) {
      for (let at = 0; at < 270; at++) {
        for (const [index, cache] of [one, two].entries()) {
          await cache.getOrSet(keys[index]?.[at] ?? '', () => ++loaded);
        }
        await two.set(`once ${round} ${at}`, 1);
      }
    }
    expect(loaded).toBeLessThan(100);
  });

  it('a version that comes back is as good as any other', async () => {
    const { typed } = open();
    const [one, two] = [typed({ version: '1' }), typed({ version: '2' })];
    await loads(one, named(ENTRIES, 'one'), 2);
    await loads(two, named(300, 'two'), 2);
    await one.set('one again', 1);
    const back = named(270, 'back');
    await loads(one, back, 4);
    await loads(two, named(180, 'more'), 1);
    expect(await loads(one, back, 1)).toBeLessThanOrEqual(60);
  });

  it('a listener hears that an invalidated entry was evicted to make room', async () => {
    const { store, typed } = open({ maxEntries: 2 });
    const cache = typed();
    await cache.set('a', 1);
    await cache.set('b', 1);
    await cache.clear();
    const told: unknown[] = [];
    store.on('removed', (removal) => told.push(removal));
    await cache.set('c', 1);
    expect(told).toEqual([{ key: expect.stringContaining('a'), cause: 'size' }]);
    expect(store.stats()).toMatchObject({ entries: 2, removed: { size: 1, deleted: 0 } });
  });

  it('a listener that stores and removes while entries are evicted meets a sound cache', async () => {
    const { store, typed } = open({ maxEntries: 50 });
    const cache = typed();
    let depth = 0;
    const stop = store.on('removed', ({ key }) => {
      if (depth > 0) return;
      depth++;
      void store.deleteValue('written by the listener');
      void store.setValue('written by the listener', bytes('v'), '1h');
      void store.deleteValue(key);
      void store.advance(['n!n']);
      depth--;
    });
    for (let round = 0; round < 20; round++) {
      await loads(cache, named(60, `key ${round}`), 2, ['tag']);
      await cache.invalidateTags('tag');
      expect(store.stats().entries).toBeLessThanOrEqual(50);
    }
    stop();
    await store.close();
  });
});

describe('updates of a full MemoryCache', () => {
  it('updating a full memory cache evicts nothing', async () => {
    const { store } = open();
    for (const key of named(ENTRIES, 'key')) await store.setValue(key, bytes('first'), '1h');
    for (let round = 0; round < 3; round++) {
      for (const key of named(ENTRIES, 'key')) await store.setValue(key, bytes('again'.repeat(round)), '1h');
      await store.setValues(
        named(ENTRIES, 'key').map((key) => [key, bytes('batch')]),
        '1h',
      );
      for (const key of named(ENTRIES, 'key')) await store.write(key, bytes('fenced'), '1h');
    }
    expect(store.stats()).toMatchObject({
      entries: ENTRIES,
      refused: 0,
      removed: { size: 0, weight: 0, replaced: 9 * ENTRIES },
    });
  });

  it('updating a full typed cache evicts nothing, also while invalidated entries are held', async () => {
    const { store, typed } = open();
    const [cache, other] = [typed(), typed({ namespace: 'o' })];
    await loads(other, named(100, 'other'), 1, ['tag']);
    await loads(cache, named(ENTRIES - 100, 'key'), 1, ['tag']);
    await other.clear();
    for (let round = 0; round < 3; round++) {
      for (const key of named(ENTRIES - 100, 'key')) await cache.set(key, round, { tags: [`tag ${round}`] });
    }
    expect(store.stats()).toMatchObject({ entries: ENTRIES, removed: { size: 0, weight: 0 } });
  });
});
