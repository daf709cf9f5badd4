import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { queueContract, queueLaws } from '../../contract/queue/queue.contract.js';
import { memoryQueues, redisQueues } from '../../subjects/queue/queue.subjects.js';
import { onOneOf } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { memoryMutants } from './memory.mutants.js';
import { redisMutants } from './redis.mutants.js';

const { STANDALONE } = TOPOLOGIES;
const STAGES = 3;

describe('contract of IQueueSite', () => {
  attachmentTests('IQueueSite', queueLaws, [...memoryMutants, ...redisMutants]);

  for (const mutant of memoryMutants) {
    it.concurrent(`a queue in memory that ${mutant.flaw} breaks the law "${mutant.breaks}"`, async () => {
      const runner = new CollectingRunner();
      queueContract(runner, memoryQueues(mutant));
      assert.ok((await runner.failureOf(mutant.breaks)) !== undefined, 'the suite did not notice');
    });
  }

  describe('queue mutants in Redis', () => {
    const onStage = onOneOf(STANDALONE, STAGES);
    for (const mutant of redisMutants) {
      it.concurrent(`a queue in Redis that ${mutant.flaw} breaks the law "${mutant.breaks}"`, () =>
        onStage(async (stage) => {
          const runner = new CollectingRunner();
          queueContract(
            runner,
            redisQueues(STANDALONE, () => stage, mutant),
          );
          assert.ok((await runner.failureOf(mutant.breaks)) !== undefined, 'the suite did not notice');
        }));
    }
  });
});
