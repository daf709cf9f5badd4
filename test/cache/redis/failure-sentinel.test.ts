import { afterEach, describe, it } from 'vitest';
import { cacheFailureContract } from '../../contract/cache-failure/cache-failure.contract.js';
import { failingRedisCacheIn } from '../../subjects/cache-failure/failing-redis.subjects.js';
import { onStages } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { SENTINEL } = TOPOLOGIES;
const SKIPPED = {
  'a server reply of READONLY leaves the cache connected':
    'a master that has become a replica is left for the one that the Sentinels name',
};

describe(`ICache and IFencedStore under failures: ${SENTINEL.name}`, () => {
  const lend = onStages(SENTINEL, 2);
  cacheFailureContract({ describe, it, afterEach }, failingRedisCacheIn(SENTINEL, lend, SKIPPED));
});
