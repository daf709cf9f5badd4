import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'vitest';
import { cacheContract, cacheLaws } from '../../contract/cache/cache.contract.js';
import { fencedLaws, fencedStoreContract } from '../../contract/fenced-store/fenced-store.contract.js';
import type { Runner } from '../../contract/law.js';
import { CollectingRunner } from '../collecting-runner.js';
import { fencedLeaseMutants } from '../fenced-store/lease.mutants.js';
import { fencedReadingMutants } from '../fenced-store/reading.mutants.js';
import { fencedWritingMutants } from '../fenced-store/writing.mutants.js';
import type { Mutant } from '../mutant.js';
import {
  type Flaw,
  GUISES,
  type Guise,
  referenceCache,
  referenceFencedStore,
} from '../reference/reference-subjects.js';
import { bulkMutants } from './bulk.mutants.js';
import { enumerationMutants } from './enumeration.mutants.js';
import { expiryMutants } from './expiry.mutants.js';
import { keyMutants } from './key.mutants.js';
import { lifecycleMutants } from './lifecycle.mutants.js';
import { valueMutants } from './value.mutants.js';

const CACHE_MUTANTS = [
  ...expiryMutants,
  ...valueMutants,
  ...keyMutants,
  ...bulkMutants,
  ...enumerationMutants,
  ...lifecycleMutants,
];

const FENCED_MUTANTS = [...fencedReadingMutants, ...fencedWritingMutants, ...fencedLeaseMutants];

describe('contract of ICache', () => {
  hasTeeth(
    cacheLaws.map(({ title }) => title),
    CACHE_MUTANTS,
    (runner, guise, flaw) => cacheContract(runner, referenceCache(guise, flaw)),
  );
});

describe('contract of IFencedStore', () => {
  hasTeeth(
    fencedLaws.map(({ title }) => title),
    FENCED_MUTANTS,
    (runner, guise, flaw) => fencedStoreContract(runner, referenceFencedStore(guise, flaw)),
  );
});

/** The store without a flaw keeps every law; each mutant breaks its own; no law is without a mutant. */
function hasTeeth(
  laws: readonly string[],
  mutants: readonly Mutant[],
  run: (runner: Runner, guise: Guise, flaw?: Flaw) => void,
): void {
  describe('store without a flaw', () => {
    for (const guise of GUISES) run({ describe, it, afterEach }, guise);
  });

  it('every law of a store is broken by a mutant', () => {
    const broken = new Set(mutants.map(({ breaks }) => breaks));
    assert.deepEqual(
      laws.filter((title) => !broken.has(title)),
      [],
      'unproved laws',
    );
  });

  it('every mutant of a store names a law', () => {
    assert.deepEqual(
      mutants.filter(({ breaks }) => !laws.includes(breaks)),
      [],
    );
  });

  describe('mutants', () => {
    for (const { breaks, flaw, make } of mutants) {
      it(`the law "${breaks}" catches the flaw "${flaw}" of a store`, async () => {
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
