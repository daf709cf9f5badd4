import { afterEach, describe, it } from 'vitest';
import { cacheFailureContract } from '../../contract/cache-failure/cache-failure.contract.js';
import { failingTier } from '../../subjects/cache-failure/failing-redis.subjects.js';

const COUNTED = 'the law counts all keys of the server, of which a test or mark of the stream is one';
const STREAMS = {
  'an interrupted clear returns how many entries it has removed so far': COUNTED,
  'an interrupted deleteValues returns how many entries it has removed so far': COUNTED,
};
const SKIPPED = { bus: STREAMS, tracking: STREAMS, none: {} };

describe('ICache and IFencedStore in tiers under failures', () => {
  for (const coherence of ['bus', 'tracking', 'none'] as const) {
    cacheFailureContract({ describe, it, afterEach }, failingTier(coherence, undefined, SKIPPED[coherence]));
  }
});
