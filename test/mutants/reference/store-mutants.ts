import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'vitest';
import type { Runner } from '../../contract/law.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import type { Mutant } from '../mutant.js';
import { type Flaw, GUISES, type Guise } from './reference-subjects.js';

/** Tests that the reference store without a flaw keeps every law of a port, and that each mutant breaks its own. */
export function storeMutantTests(
  port: string,
  laws: readonly { readonly title: string }[],
  mutants: readonly Mutant[],
  run: (runner: Runner, guise: Guise, flaw?: Flaw) => void,
): void {
  describe('store without a flaw', () => {
    for (const guise of GUISES) run({ describe, it, afterEach }, guise);
  });

  attachmentTests(port, laws, mutants);

  describe('mutants', () => {
    for (const { breaks, flaw, make } of mutants) {
      it(`a store that ${flaw} breaks the law "${breaks}"`, async () => {
        for (const guise of GUISES) {
          const runner = new CollectingRunner();
          run(runner, guise, make);
          if (runner.titles.includes(breaks) && (await runner.failureOf(breaks)) !== undefined) return;
        }
        assert.fail('the suite did not notice');
      });
    }
  });
}
