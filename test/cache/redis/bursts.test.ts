import { describe, expect, it } from 'vitest';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { connection, opened, server } from '../../support/redis/stage/connection-rig.js';

const CALLS = 3000;
const names = Array.from({ length: CALLS }, (_, index) => `k${index}`);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (value: Uint8Array | null): string | null => value && new TextDecoder().decode(value);

/** A cache with few calls in flight; the machine may be slow. */
async function cache(): Promise<RedisCache> {
  const { redis } = connection({ port: (await server()).port, commandTimeout: '20s', maxInFlight: 100 });
  await redis.start();
  const made = new RedisCache({ connection: redis, prefix: 'burst:', failureMode: 'throw' });
  opened.push({ stop: () => made.close() });
  return made;
}

describe('bursts of calls of RedisCache', { timeout: 60_000 }, () => {
  it('calls of each method beyond maxInFlight are all executed, in their order', async () => {
    const burst = await cache();
    const all = <T>(call: (name: string) => Promise<T>): Promise<T[]> => Promise.all(names.map(call));
    const first = all((name) => burst.setValue(name, bytes('old'), '1h'));
    const second = all((name) => burst.setValue(name, bytes(name), '1h'));
    const found = all((name) => burst.getValue(name));
    expect(new Set([...(await first), ...(await second)])).toEqual(new Set([true]));
    expect((await found).map(textOf)).toEqual(names);
    expect(new Set(await all((name) => burst.hasValue(name)))).toEqual(new Set([true]));
    expect(new Set(await all((name) => burst.setExpiry(name, '2h')))).toEqual(new Set([true]));
    const read = all((name) => burst.getValue(name));
    const deleted = all((name) => burst.deleteValue(name));
    expect((await read).map(textOf), 'a read sees no later change').toEqual(names);
    expect(new Set(await deleted)).toEqual(new Set([true]));
    expect(new Set(await all((name) => burst.getValue(name)))).toEqual(new Set([null]));
  });

  it('calls for more keys than maxInFlight succeed', async () => {
    const burst = await cache();
    expect(
      await burst.setValues(
        names.map((name) => [name, bytes(name)] as const),
        '1h',
      ),
    ).toBe(true);
    expect((await burst.getValues(names)).map(textOf)).toEqual(names);
    expect(await burst.deleteValues(names)).toBe(CALLS);
    expect(new Set(await burst.getValues(names))).toEqual(new Set([null]));
  });
});
