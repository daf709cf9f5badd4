import { afterEach, describe, it } from 'vitest';
import { redisConnectionContract } from '../../contract/redis-connection/redis-connection.contract.js';
import { redisConnection } from '../../subjects/redis-connection/redis-connection.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { STANDALONE, SEVERAL_LINKS, WITHOUT_HELLO, SOCKET, TLS, LEAST_PRIVILEGE } = TOPOLOGIES;

for (const topology of [STANDALONE, SEVERAL_LINKS, WITHOUT_HELLO, SOCKET, TLS, LEAST_PRIVILEGE]) {
  describe(`IRedisConnection: ${topology.name}`, () => {
    const stage = onStage(topology);
    redisConnectionContract({ describe, it, afterEach }, redisConnection(topology, stage));
  });
}
