import { afterEach, describe, it } from 'vitest';
import { analyticsContract } from '../../contract/analytics/analytics.contract.js';
import { memoryAnalytics, redisAnalytics } from '../../subjects/analytics/analytics.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { STANDALONE, LEAST_PRIVILEGE, SENTINEL, CLUSTER } = TOPOLOGIES;

describe('IAnalytics', () => {
  analyticsContract({ describe, it, afterEach }, memoryAnalytics());

  for (const topology of [STANDALONE, LEAST_PRIVILEGE, SENTINEL, CLUSTER]) {
    describe(topology.name, () => {
      analyticsContract({ describe, it, afterEach }, redisAnalytics(topology, onStage(topology)));
    });
  }
});
