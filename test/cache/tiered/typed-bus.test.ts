import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { typedCacheContract } from '../../contract/typed-cache/typed-cache.contract.js';
import { typedTiersIn } from '../../subjects/typed-cache/tiers.subjects.js';
import { TypedRedis } from '../../subjects/typed-cache/typed-cache.subjects.js';
import { openRedis } from '../../support/redis/server/redis-for-tests.js';

describe('ITypedCache in tiers with coherence bus', () => {
  const redis = new TypedRedis(openRedis, false);
  beforeAll(() => redis.start());
  afterAll(() => redis.close());
  typedCacheContract({ describe, it, afterEach }, typedTiersIn(redis, 'bus'));
});
