import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { limiterLaws, rateLimiterContract } from '../../contract/rate-limiter/rate-limiter.contract.js';
import type { LimiterSubject } from '../../contract/rate-limiter/subject.js';
import { redisLimiter } from '../../subjects/rate-limiter/rate-limiter.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { limiterMutants } from './limiter.mutants.js';
import { scriptMutants } from './script.mutants.js';

/** Replaces one place of a script; fails when it is not there, or not the only one. */
function replaced(source: string, from: string, to: string): string {
  assert.equal(source.split(from).length, 2, `"${from}" is in the script once`);
  return source.replace(from, () => to);
}

async function assertNoticed(subject: LimiterSubject, law: string): Promise<void> {
  const runner = new CollectingRunner();
  rateLimiterContract(runner, subject);
  assert.notEqual(await runner.failureOf(law), undefined, 'the suite did not notice');
}

describe('contract of IRateLimiter', () => {
  const stage = onStage(TOPOLOGIES.STANDALONE);

  attachmentTests('IRateLimiter', limiterLaws, [...scriptMutants, ...limiterMutants]);

  for (const { breaks, flaw, from, to } of scriptMutants) {
    it(`a script that ${flaw} breaks the law "${breaks}"`, async () => {
      const isDecision = (source: string): boolean => source.includes('judges');
      const subject = redisLimiter(stage, (source) =>
        isDecision(source) ? replaced(source, from, to) : source,
      );
      await assertNoticed(subject, breaks);
    });
  }

  for (const { breaks, flaw, subject } of limiterMutants) {
    it(`a limiter that ${flaw} breaks the law "${breaks}"`, () => assertNoticed(subject, breaks));
  }
});
