import { describe, expect, it } from 'vitest';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { connection, opened, server } from '../../support/redis/stage/connection-rig.js';

const CALLS = 3000;
const keys = Array.from({ length: CALLS }, (_, index) => index);

/** A typed cache over Redis with few calls in flight; the machine may be slow. */
async function cache(): Promise<TypedCache<number>> {
  const { redis } = connection({ port: (await server()).port, commandTimeout: '20s', maxInFlight: 100 });
  await redis.start();
  const store = new RedisCache({ connection: redis, prefix: 'burst:' });
  const made = new TypedCache<number>({ store, namespace: 'burst', expire: '1h' });
  opened.push({ stop: () => made.close() });
  return made;
}

async function settled<T>(calls: readonly Promise<T>[]): Promise<Set<T>> {
  return new Set(await Promise.all(calls));
}

describe('bursts of calls of TypedCache over Redis', { timeout: 60_000 }, () => {
  it('sets beyond maxInFlight are all stored, and as many warm calls load nothing', async () => {
    const burst = await cache();
    expect(await settled(keys.map((key) => burst.set(key, key)))).toEqual(new Set([true]));
    const found = await Promise.all(keys.map((key) => burst.getOrSet(key, async () => -1)));
    expect(found).toEqual(keys);
    expect(burst.stats()).toMatchObject({ loads: 0, storeFailures: 0, pendingInvalidations: 0 });
    expect(await settled(keys.map((key) => burst.delete(key)))).toEqual(new Set([true]));
  });

  it('values of more keys than maxInFlight are set, read, loaded and deleted by one call', async () => {
    const burst = await cache();
    expect(await burst.setMany(keys.map((key) => [key, key] as const))).toBe(true);
    expect(await burst.getMany(keys)).toEqual(keys);
    const results = await burst.getOrSetMany(keys, async () => []);
    expect(results.map((result) => result.status === 'fulfilled' && result.value)).toEqual(keys);
    expect(burst.stats()).toMatchObject({ loads: 0, storeFailures: 0, pendingInvalidations: 0 });
    expect(await burst.deleteMany(keys)).toBe(CALLS);
    expect(await settled(keys.map((key) => burst.get(key)))).toEqual(new Set([undefined]));
  });
});
