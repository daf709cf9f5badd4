import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';

/** More than fits into one step of a bulk call. */
const MANY = 1100;

describe('bulk calls of a RedisCache beside changes that fail', () => {
  let server: RedisServer;
  let cache: RedisCache;
  const keys = Array.from({ length: MANY }, (_, index) => `k${index}`);
  const last = keys.at(-1) as string;

  beforeAll(async () => {
    server = await RedisServer.start();
    cache = new RedisCache({
      ...{ host: '127.0.0.1', port: server.port, prefix: 'app:', commandTimeout: '10s' },
      loggerSite: new RecordingLoggerSite(),
    });
    await cache.start();
  });
  beforeEach(async () => {
    await cache.setValues(
      keys.map((key) => [key, Buffer.from('old')]),
      '1m',
    );
  });
  afterAll(async () => {
    await cache.close();
    await server.stop();
  });

  it.each<[string, () => Promise<number>]>([
    ['deleteValues', () => cache.deleteValues(keys)],
    ['clear', () => cache.clear()],
  ])('a later set that Redis refuses saves no entry from %s', async (_, remove) => {
    await server.configure('maxmemory', 1); // Sets are refused, removals are not.
    const [removed, stored] = await Promise.all([remove(), cache.setValue(last, Buffer.from('new'), '1m')]);
    await server.configure('maxmemory', 0);
    expect([removed, stored]).toEqual([MANY, false]);
    expect(await server.text('DBSIZE')).toBe('0');
  });

  it('a fenced write that is refused saves no entry from a removal', async () => {
    const [, written] = await Promise.all([
      cache.deleteValues(keys),
      cache.write(last, Buffer.from('new'), '1m', 'a fence that is not current'),
    ]);
    expect(written).toBe('fenced');
    expect(await server.text('DBSIZE')).toBe('0');
  });

  it('a later invalidation is not undone by a bulk set', async () => {
    await Promise.all([
      cache.setValues(
        keys.map((key) => [key, Buffer.from('new')]),
        '1m',
      ),
      cache.invalidate([last]),
    ]);
    expect(await cache.hasValue(last)).toBe(false);
  });
});
