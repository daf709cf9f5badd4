import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { keyValueContract, keyValueLaws } from '../../contract/key-value/key-value.contract.js';
import type { KeyValueSubject } from '../../contract/key-value/subject.js';
import { memoryKeyValue, redisKeyValue } from '../../subjects/key-value/key-value.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { type KeyValueMutant, withFlaw } from './flaws.js';
import { keyMutants } from './key.mutants.js';
import { sharedMutants } from './shared.mutants.js';
import { valueMutants } from './value.mutants.js';

async function assertNoticed(subject: KeyValueSubject, mutant: KeyValueMutant): Promise<void> {
  const runner = new CollectingRunner();
  keyValueContract(runner, withFlaw(subject, mutant));
  assert.notEqual(await runner.failureOf(mutant.breaks), undefined, 'the suite did not notice');
}

describe('contract of IKeyValue', () => {
  const stage = onStage(TOPOLOGIES.STANDALONE);
  const ofMemory = [...valueMutants, ...keyMutants];

  attachmentTests('IKeyValue', keyValueLaws, [...ofMemory, ...sharedMutants]);

  for (const mutant of ofMemory) {
    const { flaw, breaks } = mutant;
    it(`a store of values that ${flaw} breaks the law "${breaks}"`, () =>
      assertNoticed(memoryKeyValue, mutant));
  }

  for (const mutant of sharedMutants) {
    const { flaw, breaks } = mutant;
    it(`a store of shared values that ${flaw} breaks the law "${breaks}"`, () =>
      assertNoticed(redisKeyValue(stage), mutant));
  }
});
