import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { typedCacheContract } from '../../contract/typed-cache/typed-cache.contract.js';
import { TypedRedis } from '../../subjects/typed-cache/typed-cache.subjects.js';
import { openRedis } from '../../support/redis/server/redis-for-tests.js';

describe('ITypedCache in Redis', () => {
  const typed = new TypedRedis(openRedis, false);
  beforeAll(() => typed.start());
  afterAll(() => typed.close());
  typedCacheContract({ describe, it, afterEach }, typed.subject());
});
