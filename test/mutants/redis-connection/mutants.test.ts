import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import {
  connectionLaws,
  redisConnectionContract,
} from '../../contract/redis-connection/redis-connection.contract.js';
import { redisConnection } from '../../subjects/redis-connection/redis-connection.subjects.js';
import { onOneOf } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { connectionCallMutants } from './calls.mutants.js';
import { connectionChannelMutants } from './channel.mutants.js';
import { connectionLossMutants } from './loss.mutants.js';
import { connectionReplicationMutants } from './replication.mutants.js';
import { connectionStateMutants } from './state.mutants.js';

const { STANDALONE, CLUSTER } = TOPOLOGIES;
/** As many tests as vitest runs at once, so that none waits for a stage. */
const STAGES = 5;
const MUTANTS = [
  ...connectionCallMutants,
  ...connectionReplicationMutants,
  ...connectionStateMutants,
  ...connectionLossMutants,
  ...connectionChannelMutants,
];

describe('contract of IRedisConnection', () => {
  const ofSlots = new Set(
    connectionLaws
      .filter(({ needs }) => needs.includes('sharded') || needs.includes('slots'))
      .map(({ title }) => title),
  );

  attachmentTests('IRedisConnection', connectionLaws, MUTANTS);

  for (const topology of [STANDALONE, CLUSTER]) {
    describe(`mutants on ${topology.name}`, () => {
      // Many flaws show only as a missing answer: these waits run concurrently.
      const onStage = onOneOf(topology, topology.sharded ? 1 : STAGES);
      for (const mutant of MUTANTS.filter(({ breaks }) => ofSlots.has(breaks) === topology.sharded)) {
        it.concurrent(`a connection that ${mutant.flaw} breaks the law "${mutant.breaks}"`, () =>
          onStage(async (stage) => {
            const runner = new CollectingRunner();
            redisConnectionContract(
              runner,
              redisConnection(topology, () => stage, mutant),
            );
            assert.ok((await runner.failureOf(mutant.breaks)) !== undefined, 'the suite did not notice');
          }));
      }
    });
  }
});
