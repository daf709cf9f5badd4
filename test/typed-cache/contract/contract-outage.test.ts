import { afterEach, describe, it } from 'vitest';
import { typedOutageContract } from '../../contract/typed-cache/typed-cache.contract.js';
import { failingTypedCache } from '../../subjects/typed-cache/failing.subjects.js';

describe('ITypedCache under failures', () => {
  typedOutageContract({ describe, it, afterEach }, failingTypedCache);
});
