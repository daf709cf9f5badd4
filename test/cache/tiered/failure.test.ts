import { afterEach, describe, it } from 'vitest';
import { cacheFailureContract } from '../../contract/cache-failure/cache-failure.contract.js';
import { failingTier } from '../../subjects/cache-failure/failing-redis.subjects.js';

const PROBE = 'the law counts all keys of the server, of which a test of the stream is one';
const SKIPPED = {
  bus: {},
  none: {},
  tracking: {
    'an interrupted clear returns how many entries it has removed so far': PROBE,
    'an interrupted deleteValues returns how many entries it has removed so far': PROBE,
  },
};

describe('ICache and IFencedStore in tiers under failures', () => {
  for (const coherence of ['bus', 'tracking', 'none'] as const) {
    cacheFailureContract(
      { describe, it, afterEach },
      failingTier(coherence, undefined, SKIPPED[coherence]),
    );
  }
});
