import { describe, expect, it, onTestFinished } from 'vitest';
import { RedisMutexSite } from '../../../src/implements/coordination/mutex/redis-mutex-site.js';
import { RedisRateLimiter } from '../../../src/implements/coordination/rate-limiter/redis-rate-limiter.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { connection, server } from '../../support/redis/stage/connection-rig.js';
import { eventually } from '../../support/time/eventually.js';

const LIMITS = [{ name: 'one', algorithm: 'fixedWindow', limit: 5, per: '1m' }] as const;
const EVICTING = ['--maxmemory', '100mb', '--maxmemory-policy', 'volatile-lru'];

/** Warnings about eviction of both components, started on a connection. */
async function warningsOn(redis: ReturnType<typeof connection>['redis']): Promise<() => string[]> {
  const log = new RecordingLoggerSite();
  const site = new RedisMutexSite({ connection: redis, prefix: 'locks:', loggerSite: log });
  const limiter = new RedisRateLimiter({
    connection: redis,
    prefix: 'limits:',
    limits: LIMITS,
    loggerSite: log,
  });
  onTestFinished(async () => {
    await site.close();
    await limiter.close();
  });
  await site.start();
  await limiter.start();
  return () => log.of('warning').map(({ message }) => message);
}

describe('warning of eviction', () => {
  it('mutexes and rate limiters warn once of a server that may evict their keys, when it is there', async () => {
    const redisServer = await server({ args: EVICTING });
    await redisServer.kill();
    const { redis } = connection({ port: redisServer.port, connectTimeout: 300 });
    await redis.start();
    const warnings = await warningsOn(redis);
    expect(warnings()).toEqual([]);
    await redisServer.restart({ args: EVICTING });
    await eventually('both have warned', () => warnings().length === 2);
    expect(warnings()[0]).toMatch(
      /maxmemory-policy is volatile-lru: when full, it evicts locks.*choose noeviction/,
    );
    expect(warnings()[1]).toMatch(
      /maxmemory-policy is volatile-lru: when full, it evicts counts.*choose noeviction/,
    );
    await redisServer.restart({ args: EVICTING });
    await eventually('it is there again', () => redis.ping().then(() => true));
    expect(warnings()).toHaveLength(2);
  });

  it('mutexes and rate limiters do not warn of a server that evicts nothing, or does not tell', async () => {
    const full = await server({ args: ['--maxmemory', '100mb', '--maxmemory-policy', 'noeviction'] });
    const unbounded = await server({ args: ['--maxmemory', '0', '--maxmemory-policy', 'allkeys-lru'] });
    const silent = await server({ args: EVICTING });
    await silent.cli('ACL', 'SETUSER', 'default', '-info');
    for (const { port } of [full, unbounded, silent]) {
      const { redis } = connection({ port });
      await redis.start();
      const warnings = await warningsOn(redis);
      await redis.ping();
      await redis.ping();
      expect(warnings()).toEqual([]);
    }
  });
});
