import { afterEach, describe, it } from 'vitest';
import { typedOutageContract } from '../../contract/typed-cache/typed-cache.contract.js';
import { failingTypedCache } from '../../subjects/typed-cache/typed-failing.subjects.js';

describe('ITypedCache under failures', () => {
  typedOutageContract({ describe, it, afterEach }, failingTypedCache);
});
