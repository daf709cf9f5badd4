import { MemoryCache } from '../../src/index.js';
import { against, cpuNs, medians, table } from './rounds.js';

const ROUNDS = 11;
const KEYS = 1000;
const CALLS = 20_000;
const SIZES = { '100 B': 100, '10 KiB': 10_240 };

/** What is measured of a cache: a read by key, awaited. */
type Read = (key: string) => Promise<unknown>;

/** `MemoryCache.getValue`, awaited, against an async function around lru-cache that copies too, and against caches with promises. */
export async function memoryCache(): Promise<void> {
  const keys = Array.from({ length: KEYS }, (_, index) => `key:${index}`);
  for (const [size, bytes] of Object.entries(SIZES)) {
    const cache = new MemoryCache({ maxEntries: 2 * KEYS });
    for (const [index, key] of keys.entries()) await cache.setValue(key, Buffer.alloc(bytes, index), '1h');
    const reads: Record<string, Read> = {
      ours: (key) => cache.getValue(key),
      ...(await peers(keys, bytes)),
    };
    const ways = Object.fromEntries(
      Object.entries(reads).map(([name, read]) => [
        name,
        () => cpuNs((index) => read(keys[(index * 7) % KEYS] as string), CALLS),
      ]),
    );
    const ns = await medians(ways, ROUNDS);
    const ours = ns.ours ?? Number.NaN;
    table([
      [`awaited read of ${size}`, 'CPU ns a call', 'times as fast as it'],
      ...Object.entries(ns).map(([name, cost]) => [name, cost.toFixed(0), (cost / ours).toFixed(2)]),
    ]);
    const ratio = (name: string) => (ns[name] ?? Number.NaN) / ours;
    console.log(`against lru-cache with a copy: ${against(ratio('lru-cache + copy'), 0.8)}`);
    console.log(`against keyv without serializer, which copies nothing: ${against(ratio('keyv'), 1)}`);
    const slowest = Math.min(...['cacheable', 'cache-manager', 'bentocache'].map(ratio));
    console.log(`against cacheable, cache-manager and bentocache: ${against(slowest, 2)}\n`);
    await cache.close();
  }
}

/** Other caches in memory, as their pages say to use them. Named in variables: this folder's package has them, not ours. */
async function peers(keys: readonly string[], bytes: number): Promise<Record<string, Read>> {
  // biome-ignore lint/suspicious/noExplicitAny: their types are not installed with ours.
  const load = (name: string): Promise<any> => import(name);
  const [
    { LRUCache },
    { Keyv },
    { Cacheable },
    { createCache },
    { BentoCache, bentostore },
    { memoryDriver },
  ] = await Promise.all(
    ['lru-cache', 'keyv', 'cacheable', 'cache-manager', 'bentocache', 'bentocache/drivers/memory'].map(load),
  );
  const lru = new LRUCache({ max: 2 * KEYS });
  const keyv = new Keyv({ serialize: undefined, deserialize: undefined });
  const cacheable = new Cacheable();
  const manager = createCache();
  const bento = new BentoCache({
    default: 'memory',
    stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: 2 * KEYS })) },
  });
  for (const [index, key] of keys.entries()) {
    const value = Buffer.alloc(bytes, index);
    lru.set(key, value);
    await keyv.set(key, value);
    await cacheable.set(key, value);
    await manager.set(key, value);
    await bento.set({ key, value });
  }
  return {
    'lru-cache + copy': async (key) => Buffer.from(lru.get(key)),
    keyv: (key) => keyv.get(key),
    cacheable: (key) => cacheable.get(key),
    'cache-manager': (key) => manager.get(key),
    bentocache: (key) => bento.get({ key }),
  };
}
