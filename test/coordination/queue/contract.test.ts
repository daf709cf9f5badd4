import { afterEach, describe, it } from 'vitest';
import { queueContract } from '../../contract/queue/queue.contract.js';
import { memoryQueues, redisQueues } from '../../subjects/queue/queue.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { STANDALONE, LEAST_PRIVILEGE, SENTINEL, CLUSTER } = TOPOLOGIES;

describe('IQueueSite', () => {
  queueContract({ describe, it, afterEach }, memoryQueues());
});

for (const topology of [STANDALONE, LEAST_PRIVILEGE, SENTINEL, CLUSTER]) {
  describe(`IQueueSite: ${topology.name}`, () => {
    const stage = onStage(topology);
    queueContract({ describe, it, afterEach }, redisQueues(topology, stage));
  });
}
