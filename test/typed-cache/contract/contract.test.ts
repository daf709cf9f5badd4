import { afterEach, describe, it } from 'vitest';
import { typedCacheContract } from '../../contract/typed-cache/typed-cache.contract.js';
import { typedMemoryCache, typedPlainCache } from '../../subjects/typed-cache/typed-cache.subjects.js';

describe('ITypedCache in memory', () => {
  typedCacheContract({ describe, it, afterEach }, typedMemoryCache);
  typedCacheContract({ describe, it, afterEach }, typedPlainCache);
});
