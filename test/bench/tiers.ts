import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MemoryCache, RedisCache, TieredCache, TypedCache } from '../../src/index.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { against, cpuNs, medians, table } from './rounds.js';

const ROUNDS = 5;
const KEYS = 1000;
const CALLS = 20_000;
const WRITES = 20_000;
const RUNS = 5;
const SIZES = { '100 B': 100, '10 KiB': 10_240 };
const CALLERS = [16, 256];

/** Awaited hits of values, on caches in memory alone and on tiers in front of Redis. */
const HITS = ['MemoryCache', 'TieredCache', 'bentocache, two tiers', 'cacheable, two tiers'] as const;
const TYPED = ['TypedCache over memory', 'TypedCache over tiers', 'TypedCache over tiers, two tags'] as const;
const WRITERS = ['RedisCache', 'TieredCache'] as const;
const WANTED = { memory: 0.8, peers: 5, typed: 0.8, tags: 0.6, writes: 0.7 };

/** Tiers against what they stand on and against peers; each subject in processes of its own, in turn. */
export async function tiers(): Promise<void> {
  const server = await RedisServer.start();
  const measure = (what: string, names: readonly string[], size: number, callers = 1) =>
    medians(
      Object.fromEntries(
        names.map((name) => [name, () => inChild([what, name, server.url, String(size), String(callers)])]),
      ),
      ROUNDS,
    );
  try {
    for (const [title, size] of Object.entries(SIZES)) {
      const names = size === SIZES['100 B'] ? HITS : HITS.slice(0, 2);
      const ns = await measure('hit', names, size);
      print(`awaited hit, ${title}, CPU ns`, ns);
      const over = (name: string) => (ns[name] as number) / (ns.TieredCache as number);
      console.log(`speed over MemoryCache: ${against(over('MemoryCache'), WANTED.memory)}`);
      for (const peer of names.slice(2)) console.log(`over ${peer}: ${against(over(peer), WANTED.peers)}`);
    }
    const ns = await measure('typed', TYPED, SIZES['100 B']);
    print('getOrSet hit, 100 B, CPU ns', ns);
    const [memory, typed, tagged] = TYPED.map((name) => ns[name] as number) as [number, number, number];
    console.log(`over tiers: ${against(memory / typed, WANTED.typed)}`);
    console.log(`over tiers with two tags: ${against(memory / tagged, WANTED.tags)}`);
    for (const callers of CALLERS) {
      const writes = await measure('write', WRITERS, SIZES['100 B'], callers);
      print(`setValue, ${callers} callers, ns`, writes);
      const ratio = (writes.RedisCache as number) / (writes.TieredCache as number);
      console.log(`speed over RedisCache: ${against(ratio, WANTED.writes)}`);
    }
  } finally {
    await server.stop();
  }
}

function print(title: string, ns: Readonly<Record<string, number>>): void {
  table([[title, 'median'], ...Object.entries(ns).map(([name, one]) => [name, one.toFixed(0)])]);
}

function inChild(args: readonly string[]): number {
  const main = fileURLToPath(new URL('main.js', import.meta.url));
  const line = execFileSync(process.execPath, [main, 'tier', ...args], { encoding: 'utf8' });
  return Number(line.trim().split('\n').at(-1));
}

/** Runs in a child process: prints nanoseconds of a call in its best run. */
export async function tier([
  what = '',
  name = '',
  url = '',
  size = '',
  callers = '',
]: readonly string[]): Promise<void> {
  const value = Buffer.alloc(Number(size), 'v');
  let best = Number.POSITIVE_INFINITY;
  if (what === 'write') {
    const set = await writer(name, url, value);
    for (let run = 0; run < RUNS; run++) best = Math.min(best, await wallNs(set, Number(callers)));
  } else {
    const call = await reader(what, name, url, value);
    for (let index = 0; index < KEYS; index++) await call(index);
    for (let run = 0; run < RUNS; run++)
      best = Math.min(best, await cpuNs((at) => call((at * 7) % KEYS), CALLS));
  }
  console.log(best);
  process.exit();
}

/** Nanoseconds of a call, by callers that wait for their own calls only. */
async function wallNs(call: (index: number) => Promise<unknown>, callers: number): Promise<number> {
  const began = performance.now();
  const each = WRITES / callers;
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let index = 0; index < each; index++) await call((caller * each + index) % KEYS);
    }),
  );
  return ((performance.now() - began) * 1e6) / WRITES;
}

async function inFront(url: string): Promise<TieredCache> {
  const l2 = new RedisCache({ url, prefix: 'bench:' });
  await l2.start();
  const cache = new TieredCache({ l2 });
  await cache.start();
  return cache;
}

async function writer(
  name: string,
  url: string,
  value: Buffer,
): Promise<(index: number) => Promise<unknown>> {
  let cache: RedisCache | TieredCache = new RedisCache({ url, prefix: 'bench:' });
  await cache.start();
  if (name === 'TieredCache') cache = await inFront(url);
  return (index) => cache.setValue(`key:${index}`, value, '1h');
}

async function reader(
  what: string,
  name: string,
  url: string,
  value: Buffer,
): Promise<(index: number) => Promise<unknown>> {
  const keys = Array.from({ length: KEYS }, (_, index) => `key:${index}`);
  const key = (index: number): string => keys[index] as string;
  if (what === 'typed') {
    const store = name === 'TypedCache over memory' ? new MemoryCache() : await inFront(url);
    const cache = new TypedCache<Buffer>({ store, namespace: 'bench', expire: '1h', codec: 'bytes' });
    const options = name.endsWith('tags') ? { tags: ['one', 'two'] } : {};
    return (index) => cache.getOrSet(key(index), async () => value, options);
  }
  if (name === 'MemoryCache' || name === 'TieredCache') {
    const cache = name === 'MemoryCache' ? new MemoryCache() : await inFront(url);
    for (const one of keys) await cache.setValue(one, value, '1h');
    return (index) => cache.getValue(key(index));
  }
  // biome-ignore lint/suspicious/noExplicitAny: their types are not installed with ours.
  const load = (module: string): Promise<any> => import(module);
  const ttl = 3_600_000;
  const text = value.toString();
  if (name.startsWith('bentocache')) {
    const { BentoCache, bentostore } = await load('bentocache');
    const { memoryDriver } = await load('bentocache/drivers/memory');
    const { redisDriver, redisBusDriver } = await load('bentocache/drivers/redis');
    const { hostname: host, port } = new URL(url);
    const connection = { host, port: Number(port) };
    const stores = bentostore()
      .useL1Layer(memoryDriver({ maxItems: 2 * KEYS }))
      .useL2Layer(redisDriver({ connection }))
      .useBus(redisBusDriver({ connection }));
    const bento = new BentoCache({ default: 'm', stores: { m: stores } });
    for (const one of keys) await bento.set({ key: one, value: text, ttl });
    return (index) => bento.get({ key: key(index) });
  }
  const { Cacheable } = await load('cacheable');
  const { default: KeyvRedis } = await load('@keyv/redis');
  const cacheable = new Cacheable({ secondary: new KeyvRedis(url) });
  for (const one of keys) await cacheable.set(one, text, ttl);
  return (index) => cacheable.get(key(index));
}
