import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { cacheContract } from '../contract/cache/cache.contract.js';
import { fencedStoreContract } from '../contract/fenced-store/fenced-store.contract.js';
import { redisCaches, redisFencedStores } from '../subjects/cache/redis.subjects.js';
import { openRedis, type RedisForTests } from '../support/redis/server/redis-for-tests.js';

/** The laws of a cache on one server only, with and without a prefix. */
describe('ICache and IFencedStore on Redis, for mutants', () => {
  let redis: RedisForTests | undefined;
  const opened = (): RedisForTests => {
    if (redis === undefined) throw new Error('the server is not open yet');
    return redis;
  };
  beforeAll(async () => {
    redis = await openRedis();
  });
  afterAll(() => redis?.close());
  const runner = { describe, it, afterEach };
  for (const subject of redisCaches(opened).slice(0, 2)) cacheContract(runner, subject);
  for (const subject of redisFencedStores(opened)) fencedStoreContract(runner, subject);
});
