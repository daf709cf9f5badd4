import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { cacheFailureContract, failureLaws } from '../../contract/cache-failure/cache-failure.contract.js';
import { flawedRedisCache } from '../../subjects/cache-failure/failing-redis.subjects.js';
import { CollectingRunner } from '../collecting-runner.js';
import { failureMutants } from './failure.mutants.js';

describe('contract of cache failures', () => {
  const titles = failureLaws.map(({ title }) => title);

  it('every law of cache failures has a mutant, and every mutant names a law', () => {
    const broken = new Set(failureMutants.map(({ breaks }) => breaks));
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

  describe('mutants', () => {
    for (const { breaks, flaw, make } of failureMutants) {
      it(`the law "${breaks}" catches the flaw "${flaw}" of a cache`, async () => {
        const runner = new CollectingRunner();
        cacheFailureContract(runner, flawedRedisCache(make));
        assert.ok((await runner.failureOf(breaks)) !== undefined, 'the suite did not notice');
      });
    }
  });
});
