import { afterEach, describe, it } from 'vitest';
import { cacheContract } from '../../contract/cache/cache.contract.js';
import { fencedStoreContract } from '../../contract/fenced-store/fenced-store.contract.js';
import { bareFencedStoreIn, cacheIn, fencedStoreIn } from '../../subjects/cache/redis.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { accessLog, TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { WITHOUT_HELLO, SOCKET, TLS, LEAST_PRIVILEGE, SENTINEL, CLUSTER } = TOPOLOGIES;
const runner = { describe, it, afterEach };

for (const topology of [WITHOUT_HELLO, SOCKET, TLS, LEAST_PRIVILEGE, SENTINEL, CLUSTER]) {
  describe(`ICache and IFencedStore: ${topology.name}`, () => {
    const stage = onStage(topology);
    const home = () => ({
      ...stage(),
      inspect: async () => {
        const refused = await accessLog(stage());
        if (refused.length > 0) throw new Error(`the access rules refused ${refused.join(', ')}`);
      },
    });
    const { name, sharded } = topology;
    cacheContract(runner, cacheIn(name, home));
    fencedStoreContract(runner, fencedStoreIn(name, home, sharded));
    // With keys in many slots, the names of generations and leases are different without a prefix.
    if (sharded) fencedStoreContract(runner, bareFencedStoreIn(name, home));
  });
}
