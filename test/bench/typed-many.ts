import { RedisCache, TypedCache } from '../../src/index.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { medians, table } from './rounds.js';

const KEYS = 100;
const MISSING = 10;
const ROUNDS = 15;

/** `getOrSetMany` of 100 keys, 10 of them missing, against as many calls of `getOrSet`, on Redis. */
export async function typedMany(): Promise<void> {
  const server = await RedisServer.start();
  const { host, port } = server;
  const store = new RedisCache({ host, port, prefix: 'many:' });
  await store.start();
  const trips = new Trips();
  const cache = new TypedCache<string>({ store: trips.of(store), namespace: 'bench' });
  const keys = Array.from({ length: KEYS }, (_, index) => `key:${index}`);
  await cache.getOrSetMany(keys, async (missing) => missing.map((key) => [key, key] as const));
  let count = 0;
  const timed = (work: () => Promise<unknown>) => async (): Promise<number> => {
    await cache.deleteMany(keys.slice(0, MISSING));
    trips.count = 0;
    const began = performance.now();
    await work();
    const took = performance.now() - began;
    count = trips.count;
    return took;
  };
  const many = () => cache.getOrSetMany(keys, async (missing) => missing.map((key) => [key, key] as const));
  const one = (key: string) => cache.getOrSet(key, async () => key);
  const inTurn = async (): Promise<void> => {
    for (const key of keys) await one(key);
  };
  const counts = new Map<string, number>();
  const counted = (name: string, work: () => Promise<unknown>) => async (): Promise<number> => {
    const ms = await timed(work)();
    counts.set(name, count);
    return ms;
  };
  const ms = await medians(
    {
      getOrSetMany: counted('getOrSetMany', many),
      'getOrSet, at once': counted('getOrSet, at once', () => Promise.all(keys.map(one))),
      'getOrSet, in turn': counted('getOrSet, in turn', inTurn),
    },
    ROUNDS,
  );
  table([
    [`${KEYS} keys, ${MISSING} missing, Redis`, 'round trips', 'ms', 'times getOrSetMany'],
    ...Object.entries(ms).map(([name, took]) => [
      name,
      counts.get(name) ?? 0,
      took.toFixed(2),
      (took / ms.getOrSetMany).toFixed(1),
    ]),
  ]);
  await store.close();
  await server.stop();
}

/** Counts round trips: concurrent calls of the store count as one. */
class Trips {
  count = 0;
  #open = 0;

  of(store: RedisCache): RedisCache {
    return new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => this.#counted(member.apply(target, args));
      },
    });
  }

  #counted(answer: unknown): unknown {
    if (!(answer instanceof Promise)) return answer;
    if (this.#open++ === 0) this.count++;
    const end = (): void => void this.#open--;
    answer.then(end, end);
    return answer;
  }
}
