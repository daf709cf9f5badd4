import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { statisticsContract, statisticsLaws } from '../../contract/statistics/statistics.contract.js';
import type { CountingCache } from '../../contract/statistics/subject.js';
import { memoryCache } from '../../subjects/cache/memory.subjects.js';
import { counting } from '../../subjects/statistics/statistics.subjects.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { countMutants, type StatisticsMutant } from './counts.mutants.js';

/** Every method that laws call, bound, so that single ones can be replaced. */
function changed(cache: CountingCache, change: StatisticsMutant['change']): CountingCache {
  const changes = change(cache) as Record<string | symbol, unknown>;
  return new Proxy(cache, {
    get: (target, name) => {
      const member = changes[name] ?? (Reflect.get(target, name, target) as unknown);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

describe('contract of IStatistics', () => {
  attachmentTests('IStatistics', statisticsLaws, countMutants);

  for (const { breaks, flaw, change } of countMutants) {
    it(`a cache whose statistics are wrong, because it ${flaw}, breaks the law "${breaks}"`, async () => {
      const runner = new CollectingRunner();
      statisticsContract(
        runner,
        counting(memoryCache, (cache) => changed(cache, change)),
      );
      assert.notEqual(await runner.failureOf(breaks), undefined, 'the suite did not notice');
    });
  }
});
