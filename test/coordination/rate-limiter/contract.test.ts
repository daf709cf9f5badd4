import { afterEach, describe, it } from 'vitest';
import { rateLimiterContract } from '../../contract/rate-limiter/rate-limiter.contract.js';
import { memoryLimiter, redisLimiter } from '../../subjects/rate-limiter/rate-limiter.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

describe('IRateLimiter', () => {
  rateLimiterContract({ describe, it, afterEach }, memoryLimiter);

  for (const topology of [TOPOLOGIES.STANDALONE, TOPOLOGIES.SENTINEL, TOPOLOGIES.CLUSTER]) {
    describe(topology.name, () => {
      rateLimiterContract({ describe, it, afterEach }, redisLimiter(onStage(topology)));
    });
  }
});
