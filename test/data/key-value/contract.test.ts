import { afterEach, describe, it } from 'vitest';
import { keyValueContract } from '../../contract/key-value/key-value.contract.js';
import { memoryKeyValue, redisKeyValue } from '../../subjects/key-value/key-value.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

describe('IKeyValue', () => {
  keyValueContract({ describe, it, afterEach }, memoryKeyValue);

  for (const topology of [
    TOPOLOGIES.STANDALONE,
    TOPOLOGIES.CLUSTER,
    TOPOLOGIES.SENTINEL,
    TOPOLOGIES.LEAST_PRIVILEGE,
  ]) {
    describe(topology.name, () => {
      keyValueContract({ describe, it, afterEach }, redisKeyValue(onStage(topology)));
    });
  }
});
