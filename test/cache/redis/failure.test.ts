import { afterEach, describe, it } from 'vitest';
import { cacheFailureContract } from '../../contract/cache-failure/cache-failure.contract.js';
import { failingRedisCaches } from '../../subjects/cache-failure/failing-redis.subjects.js';

describe('ICache and IFencedStore under failures', () => {
  for (const subject of failingRedisCaches) cacheFailureContract({ describe, it, afterEach }, subject);
});
