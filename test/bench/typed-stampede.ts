import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createClient } from 'redis';
import { RedisCache, TypedCache } from '../../src/index.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { table } from './rounds.js';

const CALLERS = 1000;
const LOAD_MS = 50;
const PROCESSES = [1, 4];
const NAMES = ['ours', 'bentocache', 'cacheable', 'cache-manager', 'cachified'] as const;
type Name = (typeof NAMES)[number];

/** Measurements of one process. */
interface Seen {
  readonly loads: number;
  readonly lastMs: number;
}

/** 1 000 callers of one cold key, whose load takes 50 ms, in one process and in four, on one Redis. */
export async function typedStampede(): Promise<void> {
  const server = await RedisServer.start();
  const rows: (string | number)[][] = [
    [`${CALLERS} callers of a cold key, ${LOAD_MS} ms load`, 'processes', 'loads', 'ms to the last answer'],
  ];
  for (const processes of PROCESSES) {
    for (const name of NAMES) {
      const seen = await together(name, processes, server);
      const loads = seen.reduce((sum, one) => sum + one.loads, 0);
      rows.push([name, processes, loads, Math.max(...seen.map(({ lastMs }) => lastMs)).toFixed(0)]);
    }
  }
  table(rows);
  console.log();
  await server.stop();
}

async function together(name: Name, processes: number, { host, port }: RedisServer): Promise<Seen[]> {
  const main = fileURLToPath(new URL('main.js', import.meta.url));
  const args = ['stampede', name, `redis://${host}:${port}`, String(CALLERS / processes)];
  const children = Array.from({ length: processes }, () => fork(main, args));
  await Promise.all(children.map((child) => once(child, 'message')));
  const answers = children.map(async (child) => (await once(child, 'message'))[0] as Seen);
  for (const child of children) child.send('go');
  const seen = await Promise.all(answers);
  for (const child of children) child.kill();
  return seen;
}

/** Runs in a child process: connects, warms up, and calls when its parent says so. */
export async function stampede([name = '', url = '', callers = '']: readonly string[]): Promise<void> {
  let loads = 0;
  const load = async (): Promise<unknown> => {
    loads++;
    return new Promise((answer) => setTimeout(answer, LOAD_MS, { name: 'Ada' }));
  };
  const getOrSet = await opened(name as Name, url, load);
  await Promise.all([getOrSet(`warm:${process.pid}`), getOrSet(`warm:${process.pid}:2`)]);
  loads = 0;
  process.on('message', async () => {
    const began = performance.now();
    await Promise.all(Array.from({ length: Number(callers) }, () => getOrSet(`cold:${name}:${callers}`)));
    process.send?.({ loads, lastMs: performance.now() - began } satisfies Seen);
  });
  process.send?.('ready');
}

/** Subjects with Redis alone, used as documented. */
async function opened(
  name: Name,
  url: string,
  load: () => Promise<unknown>,
): Promise<(key: string) => Promise<unknown>> {
  // biome-ignore lint/suspicious/noExplicitAny: their types are not installed with ours.
  const module = (specifier: string): Promise<any> => import(specifier);
  const ttl = 60_000;
  switch (name) {
    case 'ours': {
      const store = new RedisCache({ url, prefix: 'ours:' });
      await store.start();
      const cache = new TypedCache({ store, namespace: 'bench', lease: 'cluster' });
      return (key) => cache.getOrSet(key, load);
    }
    case 'bentocache': {
      const { BentoCache, bentostore } = await module('bentocache');
      const { redisDriver } = await module('bentocache/drivers/redis');
      const { hostname: host, port } = new URL(url);
      const layer = redisDriver({ connection: { host, port: Number(port) } });
      const bento = new BentoCache({ default: 'r', stores: { r: bentostore().useL2Layer(layer) } });
      return (key) => bento.getOrSet({ key, ttl, factory: load });
    }
    case 'cacheable': {
      const { Cacheable } = await module('cacheable');
      const { default: KeyvRedis } = await module('@keyv/redis');
      const { Keyv } = await module('keyv');
      const cacheable = new Cacheable({ secondary: new Keyv(new KeyvRedis(url)) });
      return (key) => cacheable.getOrSet(key, load, { ttl });
    }
    case 'cache-manager': {
      const { createCache } = await module('cache-manager');
      const { default: KeyvRedis } = await module('@keyv/redis');
      const { Keyv } = await module('keyv');
      const cache = createCache({ stores: [new Keyv(new KeyvRedis(url))] });
      return (key) => cache.wrap(key, load, ttl);
    }
    case 'cachified': {
      const { cachified } = await module('@epic-web/cachified');
      const client = createClient({ url });
      client.on('error', (error) => console.error(error));
      await client.connect();
      const cache = {
        name: 'redis',
        get: async (key: string) => JSON.parse((await client.get(`cachified:${key}`)) ?? 'null') as unknown,
        set: (key: string, value: unknown) =>
          client.set(`cachified:${key}`, JSON.stringify(value), { PX: ttl }),
        delete: (key: string) => client.del(`cachified:${key}`),
      };
      return (key) => cachified({ key, cache, ttl, getFreshValue: load });
    }
  }
}
