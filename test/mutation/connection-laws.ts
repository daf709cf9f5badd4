import { afterEach, describe, it } from 'vitest';
import { redisConnectionContract } from '../contract/redis-connection/redis-connection.contract.js';
import { redisConnection } from '../subjects/redis-connection/redis-connection.subjects.js';
import { onStage } from '../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../support/redis/stage/redis-stage.js';

/** The laws on one server only: five topologies would make a mutant five times as dear, and notice nothing more. */
describe('IRedisConnection, for mutants', () => {
  const { STANDALONE } = TOPOLOGIES;
  const stage = onStage(STANDALONE);
  redisConnectionContract({ describe, it, afterEach }, redisConnection(STANDALONE, stage));
});
