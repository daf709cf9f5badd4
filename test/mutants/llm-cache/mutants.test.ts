import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { llmCacheContract, llmCacheLaws } from '../../contract/llm-cache/llm-cache.contract.js';
import type { AnswersSubject, ClosableAnswers } from '../../contract/llm-cache/subject.js';
import { memoryAnswers, redisAnswers } from '../../subjects/llm-cache/llm-cache.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { answersMutants } from './answers.mutants.js';

/** Every method of a cache, bound, so that single ones can be replaced. */
function methodsOf(answers: ClosableAnswers): ClosableAnswers {
  return {
    complete: (...args) => answers.complete(...args),
    stream: (...args) => answers.stream(...args),
    invalidate: (...args) => answers.invalidate(...args),
    stats: () => answers.stats(),
    close: () => answers.close(),
  };
}

async function assertNoticed(subject: AnswersSubject, law: string): Promise<void> {
  const runner = new CollectingRunner();
  llmCacheContract(runner, subject);
  assert.notEqual(await runner.failureOf(law), undefined, 'the suite did not notice');
}

describe('contract of ILlmCache', () => {
  const stage = onStage(TOPOLOGIES.STANDALONE);
  const shared = new Set(llmCacheLaws.filter(({ needs }) => needs.length > 0).map(({ title }) => title));

  attachmentTests('ILlmCache', llmCacheLaws, answersMutants);

  for (const { breaks, flaw, change } of answersMutants) {
    it(`a cache of answers that ${flaw} breaks the law "${breaks}"`, async () => {
      const flawed = (one: ClosableAnswers): ClosableAnswers => ({ ...methodsOf(one), ...change(one) });
      const subject = shared.has(breaks)
        ? redisAnswers(TOPOLOGIES.STANDALONE, stage, flawed)
        : memoryAnswers(flawed);
      await assertNoticed(subject, breaks);
    });
  }
});
