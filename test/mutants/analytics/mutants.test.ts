import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { analyticsContract, analyticsLaws } from '../../contract/analytics/analytics.contract.js';
import type { AnalyticsSubject, ClosableAnalytics } from '../../contract/analytics/subject.js';
import { memoryAnalytics, redisAnalytics } from '../../subjects/analytics/analytics.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { type AnalyticsMutant, analyticsMutants, sharedMutants } from './analytics.mutants.js';

/** Every method of analytics, bound, so that single ones can be replaced. */
function methodsOf(one: ClosableAnalytics): ClosableAnalytics {
  return {
    record: (...args) => one.record(...args),
    series: (...args) => one.series(...args),
    total: (...args) => one.total(...args),
    uniques: (...args) => one.uniques(...args),
    top: (...args) => one.top(...args),
    ofUser: (...args) => one.ofUser(...args),
    close: () => one.close(),
  };
}

/** The same analytics with the flaw of a mutant. */
function flawed({ change }: AnalyticsMutant): (one: ClosableAnalytics) => ClosableAnalytics {
  return (one) => ({ ...methodsOf(one), ...change(one) });
}

async function assertNoticed(subject: AnalyticsSubject, law: string): Promise<void> {
  const runner = new CollectingRunner();
  analyticsContract(runner, subject);
  assert.notEqual(await runner.failureOf(law), undefined, 'the suite did not notice');
}

describe('contract of IAnalytics', () => {
  const stage = onStage(TOPOLOGIES.STANDALONE);

  attachmentTests('IAnalytics', analyticsLaws, [...analyticsMutants, ...sharedMutants]);

  for (const each of analyticsMutants) {
    it(`a component that ${each.flaw} breaks the law "${each.breaks}"`, () =>
      assertNoticed(memoryAnalytics(flawed(each)), each.breaks));
  }

  for (const each of sharedMutants) {
    it(`a shared component that ${each.flaw} breaks the law "${each.breaks}"`, () =>
      assertNoticed(redisAnalytics(TOPOLOGIES.STANDALONE, stage, flawed(each)), each.breaks));
  }
});
