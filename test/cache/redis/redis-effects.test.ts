import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';

describe('effects of a RedisCache at its server', () => {
  let server: RedisServer;
  let cache: RedisCache;

  beforeAll(async () => {
    server = await RedisServer.start();
    cache = new RedisCache({
      ...{ host: '127.0.0.1', port: server.port, prefix: 'app:', commandTimeout: '10s' },
      loggerSite: new RecordingLoggerSite(),
    });
    await cache.start();
  });
  afterAll(async () => {
    await cache.close();
    await server.stop();
  });

  /** A number of INFO. */
  const figure = async (section: string, name: RegExp): Promise<number> =>
    Number(name.exec(await server.text('INFO', section))?.[1] ?? 0);

  it('setValues writes 512 values at a time to the socket, and each value once', async () => {
    const steps = 4;
    const entries = Array.from({ length: steps * 512 }, (_, index): [string, Buffer] => [
      `k${index}`,
      Buffer.from('v'),
    ]);
    const reads = () => figure('stats', /total_reads_processed:(\d+)/);
    const sets = () => figure('commandstats', /cmdstat_setex:calls=(\d+)/);
    const [readsBefore, setsBefore] = [await reads(), await sets()];
    await cache.setValues(entries, '1m');
    const readsAfter = await reads();
    expect((await sets()) - setsBefore).toBe(entries.length);
    // The server reads 16 KiB at a time, and a step is 25 KiB; a write for each value would be 2048 reads.
    expect(readsAfter - readsBefore).toBeLessThan(steps * 16);
  });

  it('100 000 keys are listed without a pause above 10 ms at the server', async () => {
    await server.cli('FLUSHALL');
    const fill = "for i = 1, 20000 do redis.call('SET', 'app:' .. ARGV[1] .. ':' .. i, 'v') end";
    for (const part of [1, 2, 3, 4, 5]) await server.cli('EVAL', fill, 0, part);
    await server.configure('slowlog-max-len', 100_000);
    await server.configure('slowlog-log-slower-than', 0);
    await server.cli('SLOWLOG', 'RESET');
    let listed = 0;
    for await (const _ of cache.keys('*')) listed += 1;
    await server.configure('slowlog-log-slower-than', -1);
    expect(listed).toBeGreaterThanOrEqual(100_000);
    const log = (await server.cli('SLOWLOG', 'GET', -1)) as [unknown, unknown, number, Buffer[]][];
    const commands = log.map(([, , tookUs, words]) => ({ tookUs: Number(tookUs), words: words.map(String) }));
    expect(commands.filter(({ words }) => words[0] === 'KEYS')).toEqual([]);
    const scans = commands.filter(({ words }) => words[0] === 'SCAN');
    expect(scans.length).toBeGreaterThan(50);
    for (const { words } of scans)
      expect(Number(words[words.indexOf('COUNT') + 1])).toBeLessThanOrEqual(1000);
    // The machine may take the processor from a server in the middle of a command: the slowest tenth is left out.
    const slow = scans.filter(({ tookUs }) => tookUs > 10_000);
    expect(slow.length).toBeLessThan(scans.length / 10);
  }, 60_000);
});
