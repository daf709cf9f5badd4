import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { cacheFailureContract, failureLaws } from '../../contract/cache-failure/cache-failure.contract.js';
import { flawedRedisCache } from '../../subjects/cache-failure/failing-redis.subjects.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { failureMutants } from './failure.mutants.js';

describe('contract of cache failures', () => {
  attachmentTests('cache failures', failureLaws, failureMutants);

  describe('mutants', () => {
    for (const { breaks, flaw, make } of failureMutants) {
      it(`a cache that ${flaw} breaks the law "${breaks}"`, async () => {
        const runner = new CollectingRunner();
        cacheFailureContract(runner, flawedRedisCache(make));
        assert.ok((await runner.failureOf(breaks)) !== undefined, 'the suite did not notice');
      });
    }
  });
});
