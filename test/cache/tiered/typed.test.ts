import { afterEach, describe, it } from 'vitest';
import { typedCacheContract, typedOutageContract } from '../../contract/typed-cache/typed-cache.contract.js';
import { typedTiers, typedTiersOverFaults } from '../../subjects/typed-cache/tiers.subjects.js';

describe('ITypedCache in tiers of one process', () => {
  typedCacheContract({ describe, it, afterEach }, typedTiers);
  typedOutageContract({ describe, it, afterEach }, typedTiersOverFaults);
});
