import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { typedCacheContract } from '../../contract/typed-cache/typed-cache.contract.js';
import { TypedRedis } from '../../subjects/typed-cache/typed-cache.subjects.js';
import { openRedisServer } from '../../support/redis/server/redis-for-tests.js';

describe('ITypedCache in a cluster', () => {
  const typed = new TypedRedis(() => openRedisServer({ cluster: true }), true);
  beforeAll(() => typed.start());
  afterAll(() => typed.close());
  typedCacheContract({ describe, it, afterEach }, typed.subject());
});
