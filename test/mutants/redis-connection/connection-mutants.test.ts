import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import {
  connectionLaws,
  redisConnectionContract,
} from '../../contract/redis-connection/redis-connection.contract.js';
import { redisConnection } from '../../subjects/redis-connection/redis-connection.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { CollectingRunner } from '../collecting-runner.js';
import { connectionCallMutants } from './connection-calls.mutants.js';
import { connectionStateMutants } from './connection-state.mutants.js';

const { STANDALONE, CLUSTER } = TOPOLOGIES;
const MUTANTS = [...connectionCallMutants, ...connectionStateMutants];

describe('contract of IRedisConnection', () => {
  const titles = connectionLaws.map(({ title }) => title);
  const ofSlots = new Set(
    connectionLaws.filter(({ needs }) => needs.includes('sharded')).map(({ title }) => title),
  );

  it('every law of IRedisConnection has a mutant, and every mutant names a law', () => {
    const broken = new Set(MUTANTS.map(({ breaks }) => breaks));
    assert.deepEqual(
      titles.filter((title) => !broken.has(title)),
      [],
      'unproved laws',
    );
    assert.deepEqual(
      [...broken].filter((title) => !titles.includes(title)),
      [],
    );
  });

  for (const topology of [STANDALONE, CLUSTER]) {
    describe(`mutants on ${topology.name}`, () => {
      const stage = onStage(topology);
      for (const mutant of MUTANTS.filter(({ breaks }) => ofSlots.has(breaks) === topology.sharded)) {
        it(`the law "${mutant.breaks}" catches the flaw "${mutant.flaw}" of a connection`, async () => {
          const runner = new CollectingRunner();
          redisConnectionContract(runner, redisConnection(topology, stage, mutant));
          assert.ok((await runner.failureOf(mutant.breaks)) !== undefined, 'the suite did not notice');
        });
      }
    });
  }
});
