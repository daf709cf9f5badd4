import { afterEach, describe, it } from 'vitest';
import { sessionStoreContract } from '../../contract/session-store/session-store.contract.js';
import { memorySessions, redisSessions } from '../../subjects/session-store/session-store.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { STANDALONE, LEAST_PRIVILEGE, SENTINEL, CLUSTER } = TOPOLOGIES;

describe('ISessionStore', () => {
  sessionStoreContract({ describe, it, afterEach }, memorySessions());

  for (const topology of [STANDALONE, LEAST_PRIVILEGE, SENTINEL, CLUSTER]) {
    describe(topology.name, () => {
      sessionStoreContract({ describe, it, afterEach }, redisSessions(topology, onStage(topology)));
    });
  }
});
