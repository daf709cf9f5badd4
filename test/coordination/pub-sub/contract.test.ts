import { afterEach, describe, it } from 'vitest';
import { pubSubContract } from '../../contract/pub-sub/pub-sub.contract.js';
import { memoryPubSub, redisPubSub } from '../../subjects/pub-sub/pub-sub.subjects.js';
import { redisMajor } from '../../support/redis/server/redis-version.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { accessLog, TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { STANDALONE, LEAST_PRIVILEGE, SENTINEL, CLUSTER } = TOPOLOGIES;
const runner = { describe, it, afterEach };

describe('IPubSub in memory', () => {
  pubSubContract(runner, memoryPubSub());
});

for (const topology of [STANDALONE, LEAST_PRIVILEGE, SENTINEL, CLUSTER]) {
  describe(`IPubSub: ${topology.name}`, () => {
    const stage = onStage(topology);
    const home = () => ({
      ...stage(),
      inspect: async () => {
        const refused = await accessLog(stage());
        if (refused.length > 0) throw new Error(`the access rules refused ${refused.join(', ')}`);
      },
    });
    pubSubContract(runner, redisPubSub(topology.name, home, { isCluster: topology.sharded }));
    if (redisMajor() >= 7) {
      const shape = { isCluster: topology.sharded, sharded: true };
      pubSubContract(runner, redisPubSub(`${topology.name}, sharded`, home, shape));
    }
    if (topology === STANDALONE) {
      pubSubContract(runner, redisPubSub(`${topology.name}, sequenced`, home, { sequenced: true }));
    }
  });
}
