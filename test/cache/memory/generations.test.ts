import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { MemoryCache, type MemoryCacheOptions } from '../../../src/implements/cache/memory/memory-cache.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import type { Carried } from '../../../src/interfaces/fenced-store.js';
import { captureGeneration } from '../../contract/fenced-store/steps.js';
import { ManualClock } from '../../support/time/manual-clock.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const MIB = 1024 ** 2;

function open(options: MemoryCacheOptions = {}) {
  const clock = new ManualClock();
  const store = new MemoryCache({ clock, ...options });
  return {
    clock,
    store,
    typed: (namespace = 'n') => new TypedCache({ store, namespace, expire: '1h', clock }),
  };
}

function named(count: number, name: string): string[] {
  return Array.from({ length: count }, (_, index) => `${name} ${index}`);
}

/** Captures more tokens than a store holds for loads, as do loads that store nothing. */
async function captureMany(store: MemoryCache): Promise<void> {
  const generations = named(12_000, 'captured');
  await store.read({ keys: generations, generations, capture: { life: '100h' } });
}

function write(store: MemoryCache, key: string, carried: Carried): Promise<unknown> {
  return store.write(key, Buffer.from('value'), '1h', undefined, carried);
}

/** Asks for all keys once, and returns the number of loads. */
async function round(
  cache: TypedCache,
  keys: readonly string[],
  tagsOf: (key: string) => string[],
): Promise<number> {
  let loads = 0;
  for (const key of keys) {
    await cache.getOrSet(key, () => ++loads, { tags: tagsOf(key) });
  }
  return loads;
}

describe('generations of MemoryCache', () => {
  it.each([
    [1000, 800, 1],
    [100, 90, 20],
    [100, 100, 5],
    [1, 1, 3],
    [100, 10, 1000],
  ])(
    'a cache of %i entries holds %i keys with %i tags each, and all are hits',
    async (maxEntries, count, tags) => {
      const { store, typed } = open({ maxEntries });
      const cache = typed();
      const keys = named(count, 'key');
      const tagsOf = (key: string) => named(tags, key);
      expect(await round(cache, keys, tagsOf)).toBe(count);
      expect(await round(cache, keys, tagsOf)).toBe(0);
      expect(store.stats().entries).toBe(count);
    },
  );

  it('an entry stays a hit beside any number of loads that store nothing', async () => {
    const { store, typed } = open({ maxEntries: 1000 });
    const cache = typed();
    const keys = named(800, 'key');
    await round(cache, keys, (key) => [key]);
    for (const key of named(500, 'absent'))
      await cache.getOrSet(key, () => undefined, { tags: [`tag of ${key}`] });
    await captureMany(store);
    expect(await round(cache, keys, (key) => [key])).toBe(0);
  });

  it('a tag that only the loader knows is held as long as its entry', async () => {
    const { store, typed } = open({ maxEntries: 100 });
    const cache = typed();
    const load = async (key: string): Promise<number> => {
      let loads = 0;
      await cache.getOrSet(key, (context) => {
        context.tag(`tag of ${key}`);
        return ++loads;
      });
      return loads;
    };
    for (const key of named(90, 'key')) expect(await load(key)).toBe(1);
    await captureMany(store);
    for (const key of named(90, 'key')) expect(await load(key)).toBe(0);
    await cache.invalidateTags('tag of key 7');
    expect(await load('key 7')).toBe(1);
  });

  it('typed caches that share a MemoryCache push out no tag of each other', async () => {
    const { typed } = open({ maxEntries: 1000 });
    const caches = named(4, 'n').map((name) => typed(name.replace(' ', '')));
    const keys = named(200, 'key');
    for (const cache of caches) expect(await round(cache, keys, (key) => [key, 'all'])).toBe(200);
    for (const cache of caches) expect(await round(cache, keys, (key) => [key, 'all'])).toBe(0);
    await caches[1]?.invalidateTags('all');
    const loads = [];
    for (const cache of caches) loads.push(await round(cache, keys, (key) => [key, 'all']));
    expect(loads).toEqual([0, 200, 0, 0]);
  });

  it('invalidating many tags reaches every entry that carries one of them, and no other', async () => {
    const { typed } = open();
    const cache = typed();
    const keys = named(1000, 'key');
    await round(cache, keys, (key) => [key, 'all']);
    const gone = keys.filter((_, index) => index % 2 === 0);
    await cache.invalidateTags(...gone);
    expect(await round(cache, keys, (key) => [key, 'all'])).toBe(500);
  });

  it('an entry that is stored again under other tags is held by those only', async () => {
    const { typed } = open({ maxEntries: 10 });
    const cache = typed();
    await cache.set('key', 1, { tags: ['old'] });
    await cache.set('key', 2, { tags: ['new'] });
    await cache.invalidateTags('old');
    expect(await cache.get('key')).toBe(2);
    await cache.invalidateTags('new');
    expect(await cache.get('key')).toBeUndefined();
  });

  it('a value that slides or is expired stays a hit beside other tags', async () => {
    const { clock, store } = open({ maxEntries: 100 });
    const sliding = new TypedCache({ store, namespace: 's', expire: '1h', sliding: true, clock });
    await sliding.set('key', 1, { tags: ['tag'] });
    const stale = new TypedCache({ store, namespace: 'g', expire: '1h', grace: '20h', clock });
    await stale.set('key', 1, { tags: ['tag'] });
    await stale.expire('key');
    for (let half = 0; half < 3; half++) {
      clock.advance(3_500_000);
      await captureMany(store);
      expect(await sliding.get('key')).toBe(1);
      await new Promise((resolve) => setImmediate(resolve)); // The TTL is restarted in the background.
    }
    expect(await stale.get('key')).toBe(1);
  });

  it.each<[string, (store: MemoryCache, n: number, carried: Carried) => Promise<unknown>]>([
    ['replaced', (store, _, carried) => write(store, 'key', carried)],
    ['evicted', (store, n, carried) => write(store, `key ${n}`, carried)],
    [
      'removed',
      async (store, n, carried) => {
        await write(store, `key ${n}`, carried);
        await store.deleteValue(`key ${n}`);
      },
    ],
    [
      'invalidated',
      async (store, n, carried) => {
        await write(store, `key ${n % 50}`, carried);
        await store.advance(carried.generations.map(({ name }) => name));
      },
    ],
    [
      'stored in another edition',
      (store, n, { generations }) =>
        write(store, `key ${n}`, { generations, edition: { of: 'group', name: String(n) } }),
    ],
    [
      'outdated',
      (store, n) => write(store, `key ${n}`, { generations: [{ name: `tag ${n}`, token: 'earlier' }] }),
    ],
  ])('tokens of entries that are %s leave with them, however many new tags there are', async (_how, step) => {
    const { store } = open({ maxEntries: 100, maxBytes: MIB });
    const churn = async (from: number, to: number): Promise<number> => {
      for (let n = from; n < to; n++) {
        const name = `tag ${n}`;
        await step(store, n, { generations: [{ name, token: await captureGeneration(store, name) }] });
      }
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = await churn(0, 11_000);
    expect((await churn(11_000, 23_000)) - before).toBeLessThan(2 * MIB);
    expect(store.stats().entries).toBeLessThanOrEqual(100);
  });

  it('tokens of expired entries leave with them', async () => {
    const { clock, store } = open({ maxEntries: 100_000 });
    const fill = async (from: number) => {
      for (const name of named(10_000, `tag ${from}`)) {
        await write(store, name, { generations: [{ name, token: await captureGeneration(store, name) }] });
      }
      clock.advance(10_000_000);
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    await fill(0);
    const before = await fill(1);
    expect((await fill(2)) - before).toBeLessThan(2 * MIB);
    expect(store.stats().entries).toBe(0);
  });

  it('an entry that is refused takes no token from the one that stays', async () => {
    const { store } = open({ maxEntries: 100, maxBytes: 10_000 });
    const carried = { generations: [{ name: 'tag', token: await captureGeneration(store, 'tag') }] };
    await write(store, 'key', carried);
    for (let attempt = 0; attempt < 3; attempt++) {
      await expect(store.write('key', Buffer.alloc(10_000), '1h', undefined, carried)).rejects.toMatchObject({
        outcome: 'refused',
      });
    }
    await captureMany(store);
    const { generations } = await store.read({ keys: [], generations: ['tag'] });
    expect(generations).toEqual([carried.generations[0]?.token]);
  });

  it('tokens count against maxBytes with the entry that carries them', async () => {
    const { store, typed } = open({ maxEntries: 1000, maxBytes: '4MiB' });
    const cache = typed();
    await cache.set('shared', 1, { tags: named(1000, 'tag') });
    const first = store.stats().bytes;
    expect(first).toBeGreaterThan(1000 * 300);
    await cache.set('shared too', 1, { tags: named(1000, 'tag') });
    expect(store.stats().bytes - first).toBeLessThan(first / 2);
    await cache.set('shared too', 1, { tags: named(1000, 'own') });
    expect(store.stats().bytes).toBeGreaterThan(1.9 * first);
    const bytes = store.stats().bytes;
    await cache.set('shared too', 1, { tags: named(1000, 'own') });
    expect(store.stats().bytes).toBe(bytes);
    for (const key of named(20, 'key')) await cache.set(key, 1, { tags: named(1000, key) });
    expect(store.stats().bytes).toBeLessThanOrEqual(4 * MIB);
    expect(store.stats().removed.weight).toBeGreaterThan(0);
  });
});
