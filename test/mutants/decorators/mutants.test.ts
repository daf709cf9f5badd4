import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { decoratorContract, decoratorLaws } from '../../contract/decorators/decorators.contract.js';
import { decoratorsOf } from '../../subjects/decorators/decorators.subjects.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { decoratorMutants } from './decorators.mutants.js';

describe('contract of decorators', () => {
  attachmentTests('decorators', decoratorLaws, decoratorMutants);

  for (const { breaks, flaw, change } of decoratorMutants) {
    it(`decorators that ${flaw} break the law "${breaks}"`, async () => {
      const runner = new CollectingRunner();
      decoratorContract(runner, decoratorsOf('legacy', change));
      assert.notEqual(await runner.failureOf(breaks), undefined, 'the suite did not notice');
    });
  }
});
