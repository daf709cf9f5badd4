import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { cacheFailureContract, failureLaws } from '../../contract/cache-failure/cache-failure.contract.js';
import { flawedRedisCache } from '../../subjects/cache-failure/failing-redis.subjects.js';
import { CollectingRunner } from '../collecting-runner.js';
import { failureMutants } from './failure.mutants.js';

describe('the suite of failures', () => {
  const titles = failureLaws.map(({ title }) => title);

  it('has a mutant for every law, and a law for every mutant', () => {
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

  describe('catches', () => {
    for (const { breaks, flaw, make } of failureMutants) {
      it(`"${breaks}": ${flaw}`, async () => {
        const runner = new CollectingRunner();
        cacheFailureContract(runner, flawedRedisCache(make));
        assert.ok((await runner.failureOf(breaks)) !== undefined, 'the suite did not notice');
      });
    }
  });
});
