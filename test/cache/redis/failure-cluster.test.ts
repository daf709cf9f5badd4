import { afterEach, describe, it } from 'vitest';
import { cacheFailureContract } from '../../contract/cache-failure/cache-failure.contract.js';
import { failingRedisCacheIn } from '../../subjects/cache-failure/failing-redis.subjects.js';
import { onStages } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { CLUSTER } = TOPOLOGIES;

describe(`ICache and IFencedStore under failures: ${CLUSTER.name}`, () => {
  // Repairing a cluster takes two seconds, during which other tests use the others.
  const lend = onStages(CLUSTER, 8);
  cacheFailureContract({ describe, it, afterEach }, failingRedisCacheIn(CLUSTER, lend));
});
