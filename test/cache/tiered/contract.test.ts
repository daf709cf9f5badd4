import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { cacheContract } from '../../contract/cache/cache.contract.js';
import { fencedStoreContract } from '../../contract/fenced-store/fenced-store.contract.js';
import { redisCaches, redisFencedStores } from '../../subjects/cache/redis.subjects.js';
import {
  tieredCache,
  tieredFencedStore,
  tieredOver,
  tieredStoreOver,
} from '../../subjects/cache/tiered.subjects.js';
import { openRedis, type RedisForTests } from '../../support/redis/server/redis-for-tests.js';

const runner = { describe, it, afterEach };

describe('ICache in tiers', () => {
  const redis = opened(openRedis);
  cacheContract(runner, tieredCache);
  for (const subject of redisCaches(redis)) {
    cacheContract(runner, tieredOver(subject));
    cacheContract(runner, tieredOver(subject, 'bus'));
    if (subject.supports.includes('prefix')) cacheContract(runner, tieredOver(subject, 'tracking'));
  }
});

describe('IFencedStore in tiers', () => {
  const redis = opened(openRedis);
  fencedStoreContract(runner, tieredFencedStore);
  for (const subject of redisFencedStores(redis)) {
    fencedStoreContract(runner, tieredStoreOver(subject));
    fencedStoreContract(runner, tieredStoreOver(subject, 'bus'));
    if (subject.supports.includes('prefix'))
      fencedStoreContract(runner, tieredStoreOver(subject, 'tracking'));
  }
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
