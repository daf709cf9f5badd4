import { afterEach, describe, it } from 'vitest';
import { typedCacheContract } from '../contract/typed-cache.contract.js';
import { typedMemoryCache, typedPlainCache } from '../subjects/typed-cache.subjects.js';

describe('ITypedCache in memory', () => {
  typedCacheContract({ describe, it, afterEach }, typedMemoryCache);
  typedCacheContract({ describe, it, afterEach }, typedPlainCache);
});
