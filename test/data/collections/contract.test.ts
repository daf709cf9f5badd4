import { afterEach, describe, it } from 'vitest';
import { collectionsContract } from '../../contract/collections/collections.contract.js';
import { memoryCollections } from '../../subjects/collections/memory.subjects.js';
import { redisCollections } from '../../subjects/collections/redis.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { STANDALONE, CLUSTER, SENTINEL, LEAST_PRIVILEGE, WITHOUT_HELLO } = TOPOLOGIES;

describe('ICollectionSite', () => {
  collectionsContract({ describe, it, afterEach }, memoryCollections);

  for (const topology of [STANDALONE, CLUSTER, SENTINEL, LEAST_PRIVILEGE, WITHOUT_HELLO]) {
    describe(topology.name, () => {
      collectionsContract({ describe, it, afterEach }, redisCollections(onStage(topology)));
    });
  }
});
