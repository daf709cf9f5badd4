import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { mutexContract, mutexLaws } from '../../contract/mutex/mutex.contract.js';
import { memoryMutexes, redisMutexes } from '../../subjects/mutex/mutex.subjects.js';
import { onOneOf } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { memoryMutants } from './memory.mutants.js';
import { redisMutants } from './redis.mutants.js';

const { STANDALONE } = TOPOLOGIES;
const STAGES = 5;

describe('contract of IMutexSite', () => {
  attachmentTests('IMutexSite', mutexLaws, [...memoryMutants, ...redisMutants]);

  for (const mutant of memoryMutants) {
    it.concurrent(`a mutex in memory that ${mutant.flaw} breaks the law "${mutant.breaks}"`, async () => {
      const runner = new CollectingRunner();
      mutexContract(runner, memoryMutexes(mutant));
      assert.ok((await runner.failureOf(mutant.breaks)) !== undefined, 'the suite did not notice');
    });
  }

  describe('mutants in Redis', () => {
    const onStage = onOneOf(STANDALONE, STAGES);
    for (const mutant of redisMutants) {
      it.concurrent(`a mutex in Redis that ${mutant.flaw} breaks the law "${mutant.breaks}"`, () =>
        onStage(async (stage) => {
          const runner = new CollectingRunner();
          mutexContract(
            runner,
            redisMutexes(STANDALONE, () => stage, mutant),
          );
          assert.ok((await runner.failureOf(mutant.breaks)) !== undefined, 'the suite did not notice');
        }));
    }
  });
});
