import { afterEach, describe, it } from 'vitest';
import { mutexContract } from '../../contract/mutex/mutex.contract.js';
import { memoryMutexes, redisMutexes } from '../../subjects/mutex/mutex.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { STANDALONE, LEAST_PRIVILEGE, SENTINEL, CLUSTER } = TOPOLOGIES;

describe('IMutexSite', () => {
  mutexContract({ describe, it, afterEach }, memoryMutexes());
});

for (const topology of [STANDALONE, LEAST_PRIVILEGE, SENTINEL, CLUSTER]) {
  describe(`IMutexSite: ${topology.name}`, () => {
    const stage = onStage(topology);
    mutexContract({ describe, it, afterEach }, redisMutexes(topology, stage));
  });
}
