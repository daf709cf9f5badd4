import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { cacheContract } from '../contract/cache/cache.contract.js';
import { fencedStoreContract } from '../contract/fenced-store/fenced-store.contract.js';
import { memoryCache, memoryFencedStore } from '../subjects/cache/memory.subjects.js';
import { redisCaches, redisFencedStores } from '../subjects/cache/redis.subjects.js';
import { openRedis, type RedisForTests } from '../support/redis/server/redis-for-tests.js';

const runner = { describe, it, afterEach };

describe('ICache', () => {
  const redis = opened(openRedis);
  cacheContract(runner, memoryCache);
  for (const subject of redisCaches(redis)) cacheContract(runner, subject);
});

describe('IFencedStore', () => {
  const redis = opened(openRedis);
  fencedStoreContract(runner, memoryFencedStore);
  for (const subject of redisFencedStores(redis)) fencedStoreContract(runner, subject);
});

/** A server for the laws of one `describe`. */
function opened(open: () => Promise<RedisForTests>): () => RedisForTests {
  let redis: RedisForTests | undefined;
  beforeAll(async () => {
    redis = await open();
  });
  afterAll(() => redis?.close());
  return () => {
    if (redis === undefined) throw new Error('the server is not open yet');
    return redis;
  };
}
