import { describe } from 'vitest';
import { fencedLaws, fencedStoreContract } from '../../contract/fenced-store/fenced-store.contract.js';
import { referenceFencedStore } from '../reference/reference-subjects.js';
import { storeMutantTests } from '../reference/store-mutants.js';
import { fencedLeaseMutants } from './lease.mutants.js';
import { fencedPartMutants } from './part.mutants.js';
import { fencedReadingMutants } from './reading.mutants.js';
import { fencedWritingMutants } from './writing.mutants.js';

const MUTANTS = [
  ...fencedReadingMutants,
  ...fencedWritingMutants,
  ...fencedLeaseMutants,
  ...fencedPartMutants,
];

describe('contract of IFencedStore', () => {
  storeMutantTests('IFencedStore', fencedLaws, MUTANTS, (runner, guise, flaw) =>
    fencedStoreContract(runner, referenceFencedStore(guise, flaw)),
  );
});
