import assert from 'node:assert/strict';
import * as vitest from 'vitest';
import { describe, it } from 'vitest';
import { runLaws } from '../../contract/law.js';
import { CollectingRunner } from '../../mutants/collecting-runner.js';
import { waitingLaws } from './waiting.laws.js';
import { waitingMutants } from './waiting.mutants.js';
import { waitingSubject } from './waiting-world.js';

runLaws(vitest, waitingLaws, waitingSubject('foundation/waiting'));

describe('contract of waiting', () => {
  it('every law of waiting has a mutant, and every mutant breaks a law', () => {
    const titles = waitingLaws.map(({ title }) => title);
    const broken = [...new Set(waitingMutants.map(({ breaks }) => breaks))];
    assert.deepEqual(broken.toSorted(), titles.toSorted());
  });

  for (const { breaks, flaw, replaced } of waitingMutants) {
    it(`a wait that ${flaw} breaks the law "${breaks}"`, async () => {
      const runner = new CollectingRunner();
      runLaws(runner, waitingLaws, waitingSubject('mutant', replaced));
      assert.ok((await runner.failureOf(breaks)) !== undefined, 'the laws did not notice');
    });
  }
});
