import { afterEach, describe, it } from 'vitest';
import { cacheFailureContract } from '../../contract/cache-failure/cache-failure.contract.js';
import { failingRedisCacheIn } from '../../subjects/cache-failure/failing-redis.subjects.js';
import { onStages } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { CLUSTER } = TOPOLOGIES;

describe(`ICache and IFencedStore under failures: ${CLUSTER.name}`, () => {
  // Making one whole takes two seconds, in which others are broken.
  const lend = onStages(CLUSTER, 8);
  cacheFailureContract({ describe, it, afterEach }, failingRedisCacheIn(CLUSTER, lend));
});
