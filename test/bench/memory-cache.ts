import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MemoryCache } from '../../src/index.js';
import { against, cpuNs, medians, table } from './rounds.js';

const ROUNDS = 7;
const KEYS = 1000;
const CALLS = 20_000;
const SIZES = { '100 B': 100, '10 KiB': 10_240 };

/** Operation that is measured: a read by key, awaited. */
type Read = (key: string) => Promise<unknown>;

const NAMES = ['ours', 'lru-cache + copy', 'keyv', 'cacheable', 'cache-manager', 'bentocache'] as const;

/**
 * `MemoryCache.getValue`, awaited, against an async function around lru-cache that copies too, and against caches with
 * promises. Each subject runs in its own processes, in turn, so that its JIT profile does not slow the others.
 */
export async function memoryCache(): Promise<void> {
  for (const [size, bytes] of Object.entries(SIZES)) {
    // For large values, the others return the stored object, or a copy by their serializer, which is not comparable.
    const names = bytes > 1000 ? NAMES.slice(0, 2) : NAMES;
    const ways = Object.fromEntries(names.map((name) => [name, () => inChild(name, bytes)]));
    const ns = (await medians(ways, ROUNDS)) as Record<(typeof NAMES)[number], number>;
    table([
      [`awaited read of ${size}`, 'CPU ns a call', 'speed of ours over it'],
      ...names.map((name) => [name, ns[name].toFixed(0), (ns[name] / ns.ours).toFixed(2)]),
    ]);
    const ratio = (name: (typeof NAMES)[number]) => ns[name] / ns.ours;
    console.log(`against lru-cache with a copy: ${against(ratio('lru-cache + copy'), 0.8)}`);
    if (bytes > 1000) continue;
    console.log(`against keyv without serializer, which copies nothing: ${against(ratio('keyv'), 1)}`);
    for (const peer of ['cacheable', 'cache-manager', 'bentocache'] as const) {
      console.log(`against ${peer}: ${against(ratio(peer), 2)}`);
    }
    console.log();
  }
}

function inChild(name: string, bytes: number): number {
  const main = fileURLToPath(new URL('main.js', import.meta.url));
  const line = execFileSync(process.execPath, [main, 'read', name, String(bytes)], { encoding: 'utf8' });
  return Number(line.trim().split('\n').at(-1));
}

/** Runs in a child process: prints the nanoseconds per read of its best run. */
export async function read([name = '', bytesText]: readonly string[]): Promise<void> {
  const bytes = Number(bytesText);
  const keys = Array.from({ length: KEYS }, (_, index) => `key:${index}`);
  const get = name === 'ours' ? await ours(keys, bytes) : (await peers(keys, bytes))[name];
  if (get === undefined) throw new Error(`no cache ${name}`);
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 6; run++) {
    best = Math.min(best, await cpuNs((index) => get(keys[(index * 7) % KEYS] as string), CALLS));
  }
  console.log(best);
  process.exit();
}

async function ours(keys: readonly string[], bytes: number): Promise<Read> {
  const cache = new MemoryCache({ maxEntries: 2 * KEYS });
  for (const [index, key] of keys.entries()) await cache.setValue(key, Buffer.alloc(bytes, index), '1h');
  return (key) => cache.getValue(key);
}

/** Other memory caches, used as documented. Variables hold their names: only this folder's package installs them. */
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
