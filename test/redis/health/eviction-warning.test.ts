import { describe, expect, it, onTestFinished } from 'vitest';
import { RedisMutexSite } from '../../../src/implements/coordination/mutex/redis-mutex-site.js';
import { RedisRateLimiter } from '../../../src/implements/coordination/rate-limiter/redis-rate-limiter.js';
import { RedisCollectionSite } from '../../../src/implements/data/collections/redis-collection-site.js';
import { RedisKeyValue } from '../../../src/implements/data/key-value/redis/redis-key-value.js';
import { RedisSessionStore } from '../../../src/implements/data/session-store/redis-session-store.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { connection, server } from '../../support/redis/stage/connection-rig.js';
import { eventually } from '../../support/time/eventually.js';

const limits = [{ name: 'one', algorithm: 'fixedWindow', limit: 5, per: '1m' }] as const;
const EVICTING = ['--maxmemory', '100mb', '--maxmemory-policy', 'volatile-lru'];
const HARMS = ['locks', 'counts and blocks', 'collections', 'values', 'sessions'];

/** Warnings about eviction of all components that keep more than copies, started on a connection. */
async function warningsOn(redis: ReturnType<typeof connection>['redis']): Promise<() => string[]> {
  const loggerSite = new RecordingLoggerSite();
  const shared = { connection: redis, loggerSite };
  const components = [
    new RedisMutexSite({ ...shared, prefix: 'locks:' }),
    new RedisRateLimiter({ ...shared, prefix: 'limits:', limits }),
    new RedisCollectionSite({ ...shared, prefix: 'collections:' }),
    new RedisKeyValue({ ...shared, prefix: 'values:' }),
    new RedisSessionStore({ ...shared, prefix: 'sessions:' }),
  ];
  onTestFinished(async () => {
    for (const component of components) await component.close();
  });
  for (const component of components) await component.start();
  return () => loggerSite.of('warning').map(({ message }) => message);
}

describe('warning of eviction', () => {
  it('components that keep more than copies warn once of a server that may evict their keys, when it is there', async () => {
    const redisServer = await server({ args: EVICTING });
    await redisServer.kill();
    const { redis } = connection({ port: redisServer.port, connectTimeout: 300 });
    await redis.start();
    const warnings = await warningsOn(redis);
    expect(warnings()).toEqual([]);
    await redisServer.restart({ args: EVICTING });
    await eventually('all have warned', () => warnings().length === HARMS.length);
    const told = (harm: string) =>
      warnings().filter((text) =>
        new RegExp(`maxmemory-policy is volatile-lru: when full, it evicts ${harm}.*choose noeviction`).test(
          text,
        ),
      );
    expect(HARMS.map((harm) => told(harm).length)).toEqual(HARMS.map(() => 1));
    await redisServer.restart({ args: EVICTING });
    await eventually('it is there again', () => redis.ping().then(() => true));
    expect(warnings()).toHaveLength(HARMS.length);
  });

  it('components that keep more than copies do not warn of a server that evicts nothing, or does not tell', async () => {
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
