import { afterEach, describe, it } from 'vitest';
import { cacheFailureContract } from '../../contract/cache-failure/cache-failure.contract.js';
import { failingRedisCacheIn } from '../../subjects/cache-failure/failing-redis.subjects.js';
import { onStages } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { SOCKET, TLS, LEAST_PRIVILEGE } = TOPOLOGIES;

for (const topology of [SOCKET, TLS, LEAST_PRIVILEGE]) {
  describe(`ICache and IFencedStore under failures: ${topology.name}`, () => {
    const lend = onStages(topology, 2);
    cacheFailureContract({ describe, it, afterEach }, failingRedisCacheIn(topology, lend));
  });
}
