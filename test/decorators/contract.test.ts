import { afterEach, describe, it } from 'vitest';
import { decoratorContract } from '../contract/decorators/decorators.contract.js';
import { decoratorsOf } from '../subjects/decorators/decorators.subjects.js';

describe('decorators', () => {
  decoratorContract({ describe, it, afterEach }, decoratorsOf('legacy'));
  decoratorContract({ describe, it, afterEach }, decoratorsOf('standard'));
});
