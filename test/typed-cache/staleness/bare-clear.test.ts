import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  ConnectionError,
  type FencedAnswer,
  type FencedRead,
  MemoryCache,
  RedisCache,
  RedisConnection,
  TypedCache,
} from '../../../src/index.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace, openRedis, type RedisForTests } from '../../support/redis/server/redis-for-tests.js';

describe('clear with envelope none', () => {
  let redis: RedisForTests;
  beforeAll(async () => {
    redis = await openRedis();
  });
  afterAll(() => redis.close());

  it('clear rejects when its listing ended early, even if the cache below degrades', async () => {
    const loggerSite = new RecordingLoggerSite();
    const connection = new RedisConnection({ ...redis.options, loggerSite });
    await connection.start();
    const store = new RedisCache({ connection, prefix: keySpace(), loggerSite });
    const cache = new TypedCache<number>({ store, namespace: 'n', envelope: 'none', loggerSite });
    await cache.set('k', 1);
    const scan = connection.scan.bind(connection);
    let broken = true;
    connection.scan = async function* (pattern, options) {
      if (!broken) return yield* scan(pattern, options);
      throw new ConnectionError('E_CONNECTION_LOST', 'the connection was lost', 'unknown');
    };
    await assert.rejects(cache.clear(), (error: unknown) => {
      return ConnectionError.is(error) && error.outcome === 'unknown';
    });
    assert.equal(await cache.get('k'), undefined);
    broken = false;
    await cache.clear();
    assert.equal(await store.getValue('n:k'), null);
    await cache.close();
    await store.close();
    await connection.close();
  });

  it('clear lists the keys by the method of a subclass that overrides it', async () => {
    /** A cache that keeps the keys of one tenant apart. */
    class TenantCache extends MemoryCache {
      override async *keys(pattern?: string): AsyncIterable<string> {
        for await (const key of super.keys(`tenant:${pattern}`)) yield key.slice('tenant:'.length);
      }

      override read(request: FencedRead): Promise<FencedAnswer> {
        return super.read({ ...request, keys: request.keys.map((key) => `tenant:${key}`) });
      }

      override write(...[key, ...rest]: Parameters<MemoryCache['write']>): ReturnType<MemoryCache['write']> {
        return super.write(`tenant:${key}`, ...rest);
      }

      override invalidate(keys: readonly string[]): Promise<number> {
        return super.invalidate(keys.map((key) => `tenant:${key}`));
      }
    }
    const store = new TenantCache();
    const cache = new TypedCache<number>({ store, namespace: 'n', envelope: 'none' });
    await cache.set('k', 1);
    assert.equal(await store.hasValue('tenant:n:k'), true);
    await cache.clear();
    assert.equal(await store.hasValue('tenant:n:k'), false);
    await cache.close();
    await store.close();
  });
});
