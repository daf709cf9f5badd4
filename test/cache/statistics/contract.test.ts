import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { statisticsContract } from '../../contract/statistics/statistics.contract.js';
import { memoryCache } from '../../subjects/cache/memory.subjects.js';
import { redisCaches } from '../../subjects/cache/redis.subjects.js';
import { tieredCache, tieredOver } from '../../subjects/cache/tiered.subjects.js';
import { counting } from '../../subjects/statistics/statistics.subjects.js';
import { openRedis, type RedisForTests } from '../../support/redis/server/redis-for-tests.js';

const runner = { describe, it, afterEach };

describe('IStatistics', () => {
  let redis: RedisForTests | undefined;
  beforeAll(async () => {
    redis = await openRedis();
  });
  afterAll(() => redis?.close());
  const [prefixed] = redisCaches(() => redis as RedisForTests);
  if (prefixed === undefined) throw new Error('expected a subject with a prefix');

  for (const subject of [
    memoryCache,
    prefixed,
    tieredCache,
    tieredOver(prefixed),
    tieredOver(prefixed, 'bus'),
  ]) {
    statisticsContract(runner, counting(subject));
  }
});
