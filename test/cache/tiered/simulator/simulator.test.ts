import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CAMPAIGN_TIMEOUT_MS, times } from '../../../support/redis/stage/runs.js';
import { counterexample } from './campaign.js';
import { simulatorMutants } from './simulator-mutants.js';

const SEEDS = times(1000, 300_000);
/** Number of seeds in which a mutant must be caught, from the one at which it was seen. */
const SEEDS_OF_MUTANT = 400;

describe('simulated processes', () => {
  it.each(['none', 'bus', 'tracking'] as const)(
    'a simulated process keeps the bound, its own changes and its reading order, with coherence %s',
    async (coherence) => {
      const found = await counterexample({ coherence, flaws: {} }, 0, SEEDS);
      assert.equal(found?.text, undefined);
    },
    CAMPAIGN_TIMEOUT_MS,
  );

  it.each(simulatorMutants.map((mutant) => [mutant.name, mutant] as const))(
    'the simulator catches %s',
    async (_name, { options, patch, seed }) => {
      const restore = patch?.();
      try {
        const found = await counterexample({ flaws: {}, ...options }, seed, SEEDS_OF_MUTANT);
        assert.ok(found !== undefined, 'no seed shows it');
      } finally {
        restore?.();
      }
    },
    CAMPAIGN_TIMEOUT_MS,
  );
});
