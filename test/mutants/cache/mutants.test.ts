import { describe } from 'vitest';
import { cacheContract, cacheLaws } from '../../contract/cache/cache.contract.js';
import { referenceCache } from '../reference/reference-subjects.js';
import { storeMutantTests } from '../reference/store-mutants.js';
import { bulkMutants } from './bulk.mutants.js';
import { enumerationMutants } from './enumeration.mutants.js';
import { expiryMutants } from './expiry.mutants.js';
import { keyMutants } from './key.mutants.js';
import { lifecycleMutants } from './lifecycle.mutants.js';
import { orderMutants } from './order.mutants.js';
import { valueMutants } from './value.mutants.js';

const MUTANTS = [
  ...expiryMutants,
  ...valueMutants,
  ...keyMutants,
  ...bulkMutants,
  ...enumerationMutants,
  ...orderMutants,
  ...lifecycleMutants,
];

describe('contract of ICache', () => {
  storeMutantTests('ICache', cacheLaws, MUTANTS, (runner, guise, flaw) =>
    cacheContract(runner, referenceCache(guise, flaw)),
  );
});
