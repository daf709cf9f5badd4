import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import type { RedisCacheOptions } from '../../../src/implements/cache/redis/redis-cache-options.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { eventually } from '../../support/time/eventually.js';

describe('RedisReader', () => {
  let server: RedisServer;
  let cache: RedisCache;
  const seen: string[][] = [];

  beforeAll(async () => {
    server = await RedisServer.start({
      users: ['user default on nopass ~* +@all', 'user app on >pw ~app:* +@all'],
    });
    cache = await open();
    const monitor = await server.connect();
    await monitor.monitor(
      (line) => void seen.push([...line.matchAll(/"([^"]*)"/g)].map(([, word = '']) => word)),
    );
  });
  afterAll(async () => {
    await cache.close();
    await server.stop();
  });

  async function open(
    options: Pick<RedisCacheOptions, 'prefix' | 'failureMode' | 'username' | 'password'> = {},
  ): Promise<RedisCache> {
    const opened = new RedisCache({ port: server.port, host: server.host, failureMode: 'throw', ...options });
    await opened.start();
    return opened;
  }

  /** Returns the commands that a cache sends for some calls. */
  async function sent(calls: () => Promise<unknown>): Promise<string[]> {
    seen.length = 0;
    await calls();
    await server.cli('ECHO', 'end');
    await eventually('the monitor has seen the end', () => seen.some(([name]) => name === 'ECHO'));
    return seen.filter(([name]) => name !== 'ECHO' && name !== 'PING').map((words) => words.join(' '));
  }

  const reads = (keys: readonly string[], from = cache) =>
    Promise.allSettled(keys.map((key) => from.getValue(key)));
  const told = (results: PromiseSettledResult<Uint8Array | null>[]) =>
    results.map((result) =>
      result.status === 'rejected'
        ? (result.reason as { reason?: string }).reason
        : result.value && String(result.value),
    );

  it('reads of one turn are sent as one MGET, and return what a GET for each would', async () => {
    for (const key of ['a', 'b', 'c']) await cache.setValue(key, Buffer.from(key), '1m');
    let answers: PromiseSettledResult<Uint8Array | null>[] = [];
    expect(
      await sent(async () => {
        answers = await reads(['a', 'b', 'c', 'a']);
      }),
    ).toEqual(['MGET a b c']);
    expect(told(answers)).toEqual(['a', 'b', 'c', 'a']);
    const [first, , , again] = answers as PromiseFulfilledResult<Uint8Array>[];
    first?.value.fill(0);
    expect(again?.value[0]).toBe(97); // Each caller has its own bytes.
  });

  it('fewer than three reads of one turn are sent as GETs', async () => {
    expect(await sent(() => reads(['a', 'b']))).toEqual(['GET a', 'GET b']);
  });

  it('a key of another type is an error with failureMode throw, although MGET answers null for it', async () => {
    await server.cli('LPUSH', 'list', 'x');
    let answers: PromiseSettledResult<Uint8Array | null>[] = [];
    const commands = await sent(async () => {
      answers = await reads(['a', 'list', 'none', 'b']);
    });
    expect(told(answers)).toEqual(['a', 'WRONGTYPE', null, 'b']);
    expect(commands).toEqual(['MGET a list none b', 'GET list', 'GET none']);
    await expect(cache.getValues(['a', 'list', 'b'])).rejects.toMatchObject({ reason: 'WRONGTYPE' });
  });

  it('a key that the access rules forbid fails alone, without the other reads of its turn', async () => {
    const limited = await open({ username: 'app', password: 'pw' });
    await limited.setValue('app:a', Buffer.from('a'), '1m');
    const answers = await reads(['app:a', 'forbidden', 'app:none'], limited);
    expect(told(answers)).toEqual(['a', 'NOPERM', null]);
    const degrading = await open({ username: 'app', password: 'pw', failureMode: 'degrade' });
    expect(await degrading.getValues(['app:a', 'forbidden', 'app:none'])).toEqual([
      Buffer.from('a'),
      null,
      null,
    ]);
    await Promise.all([limited.close(), degrading.close()]);
  });

  it('a read that came before a write of the same turn returns null for the absent key', async () => {
    await cache.deleteValues(['later', 'x', 'y']);
    const before = Promise.all(['later', 'x', 'y'].map((key) => cache.getValue(key)));
    await cache.setValue('later', Buffer.from('new'), '1m');
    expect(await before).toEqual([null, null, null]);
  });

  it('thousands of reads in one turn are sent in batches of 512', async () => {
    const keys = Array.from({ length: 1200 }, (_, index) => `k${index}`);
    const degrading = await open({ failureMode: 'degrade' });
    const commands = await sent(() => reads(keys, degrading));
    expect(commands.map((command) => command.split(' ').length - 1)).toEqual([512, 512, 176]);
    await degrading.close();
  });

  it('a write is seen by the reads after it in the same turn, and not by those before it', async () => {
    await cache.setValue('order', Buffer.from('old'), '1m');
    const before = cache.getValue('order');
    const write = cache.setValue('order', Buffer.from('new'), '1m');
    const after = cache.getValue('order');
    await write;
    expect([await before, await after].map(String)).toEqual(['old', 'new']);
  });
});
