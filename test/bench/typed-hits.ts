import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MemoryCache, TypedCache } from '../../src/index.js';
import { against, cpuNs, medians, table } from './rounds.js';

const ROUNDS = 3;
const KEYS = 1000;
const CALLS = 20_000;
const WANTED = 1.5;

/** Operation that is measured: a `getOrSet` that hits. */
type Hit = (key: string) => Promise<unknown>;

/** Subjects that return a copy to each caller, and subjects that return the same object to all. */
const ISOLATING = ['ours', 'bentocache', 'cacheable', 'cache-manager', 'cachified'] as const;
const SHARING = ['bentocache, shared', 'cachified, shared'] as const;
const VALUES = ['object', 'bytes'] as const;
type Name = (typeof ISOLATING)[number] | (typeof SHARING)[number];

/** The hit path over memory, awaited, one call after the other; each subject in its own processes, in turn. */
export async function typedHits(): Promise<void> {
  for (const value of VALUES) {
    const names: readonly Name[] = [...ISOLATING, ...SHARING];
    const p99 = new Map<string, number[]>();
    const ways = Object.fromEntries(
      names.map((name) => [
        name,
        () => {
          const measured = inChild(name, value);
          p99.set(name, [...(p99.get(name) ?? []), measured.p99Us]);
          return measured.ns;
        },
      ]),
    );
    const ns = (await medians(ways, ROUNDS)) as Record<Name, number>;
    table([
      [`getOrSet hit, ${value}`, 'thousand calls/CPU s', 'p99 in us', 'speed of ours over it'],
      ...names.map((name) => [
        name,
        (1e6 / ns[name]).toFixed(0),
        middle(p99.get(name) ?? []).toFixed(1),
        (ns[name] / ns.ours).toFixed(2),
      ]),
    ]);
    const peers = ISOLATING.filter((name) => name !== 'ours');
    const best = peers.reduce((a, b) => (ns[a] < ns[b] ? a : b));
    console.log(`against ${best}, the best that isolates values: ${against(ns[best] / ns.ours, WANTED)}\n`);
  }
}

function middle(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
}

interface Measured {
  readonly ns: number;
  readonly p99Us: number;
}

function inChild(name: string, value: string): Measured {
  const main = fileURLToPath(new URL('main.js', import.meta.url));
  const line = execFileSync(process.execPath, [main, 'hit', name, value], { encoding: 'utf8' });
  return JSON.parse(line.trim().split('\n').at(-1) ?? '') as Measured;
}

/** Runs in a child process: prints the CPU nanoseconds per hit of its best run, and the 99th percentile. */
export async function hit([name = '', kind = '']: readonly string[]): Promise<void> {
  const keys = Array.from({ length: KEYS }, (_, index) => `key:${index}`);
  const make = kind === 'bytes' ? bytesOf : objectOf;
  const call = await opened(name as Name, make, kind);
  for (const key of keys) await call(key);
  let best = Number.POSITIVE_INFINITY;
  const order = (index: number): string => keys[(index * 7) % KEYS] as string;
  for (let run = 0; run < 6; run++) {
    best = Math.min(best, await cpuNs((index) => call(order(index)), CALLS));
  }
  const took = new Float64Array(CALLS);
  for (let index = 0; index < CALLS; index++) {
    const began = performance.now();
    await call(order(index));
    took[index] = performance.now() - began;
  }
  const p99Us = (took.sort()[Math.floor(CALLS * 0.99)] ?? 0) * 1000;
  console.log(JSON.stringify({ ns: best, p99Us } satisfies Measured));
  process.exit();
}

function objectOf(key: string): unknown {
  return {
    id: key,
    name: 'Ada Lovelace',
    age: 36,
    active: true,
    roles: ['admin', 'author'],
    team: { id: 7 },
  };
}

function bytesOf(key: string): unknown {
  return Buffer.alloc(256, key);
}

/** Subjects, used as documented. */
async function opened(name: Name, make: (key: string) => unknown, kind: string): Promise<Hit> {
  if (name === 'ours') {
    const store = new MemoryCache({ maxEntries: 2 * KEYS });
    const cache = new TypedCache({
      store,
      namespace: 'bench',
      expire: '1h',
      codec: kind === 'bytes' ? 'bytes' : 'json',
    });
    return (key) => cache.getOrSet(key, async () => make(key));
  }
  // biome-ignore lint/suspicious/noExplicitAny: their types are not installed with ours.
  const load = (module: string): Promise<any> => import(module);
  const ttl = 3_600_000;
  if (name.startsWith('bentocache')) {
    const { BentoCache, bentostore } = await load('bentocache');
    const { memoryDriver } = await load('bentocache/drivers/memory');
    const layer = memoryDriver({ maxItems: 2 * KEYS, serialize: name === 'bentocache' });
    const bento = new BentoCache({ default: 'm', stores: { m: bentostore().useL1Layer(layer) } });
    return (key) => bento.getOrSet({ key, ttl, factory: async () => make(key) });
  }
  if (name === 'cacheable') {
    const { Cacheable } = await load('cacheable');
    const cacheable = new Cacheable();
    return (key) => cacheable.getOrSet(key, async () => make(key), { ttl });
  }
  if (name === 'cache-manager') {
    const { createCache } = await load('cache-manager');
    const { Keyv } = await load('keyv');
    const cache = createCache({ stores: [new Keyv()] });
    return (key) => cache.wrap(key, async () => make(key), ttl);
  }
  const { cachified } = await load('@epic-web/cachified');
  const { LRUCache } = await load('lru-cache');
  const lru = new LRUCache({ max: 2 * KEYS });
  const copy = name === 'cachified' ? structuredClone : <T>(value: T): T => value;
  const cache = {
    name: 'lru',
    get: (key: string) => copy(lru.get(key)),
    set: (key: string, value: unknown) => void lru.set(key, copy(value)),
    delete: (key: string) => void lru.delete(key),
  };
  return (key) => cachified({ key, cache, ttl, getFreshValue: async () => make(key) });
}
