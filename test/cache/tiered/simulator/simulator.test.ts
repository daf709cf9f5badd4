import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CAMPAIGN_TIMEOUT_MS, times } from '../../../support/redis/stage/runs.js';
import { counterexample } from './campaign.js';
import { Simulation } from './simulation.js';
import { simulatorMutants } from './simulator-mutants.js';

const SEEDS = times(1000, 300_000);
/** Number of seeds in which a mutant must be caught, from the one at which it was seen. */
const SEEDS_OF_MUTANT = 400;

describe('simulated processes', () => {
  for (const coherence of ['none', 'bus', 'tracking'] as const) {
    it(
      `a simulated process keeps the bound, its own changes and its reading order, with coherence ${coherence}`,
      async () => {
        const found = await counterexample({ coherence, flaws: {} }, 0, SEEDS);
        assert.equal(found?.text, undefined);
      },
      CAMPAIGN_TIMEOUT_MS,
    );
  }

  it('a simulated process answers from copies while nothing fails', async () => {
    let [hits, reads] = [0, 0];
    const mood = { keys: ['a'], operations: [0], passing: 1, operating: 20, longestPass: 60 };
    for (let seed = 0; seed < 50; seed++) {
      const run = new Simulation(seed, { coherence: 'bus', flaws: {}, faults: false, mood, masters: 1 });
      const result = await run.run();
      hits += result.hits;
      reads += result.reads;
    }
    assert.ok(reads > 0 && hits <= reads, `${hits} of ${reads}`);
  });

  for (const { name, options, patch, seed } of simulatorMutants) {
    it(
      `the simulator catches ${name}`,
      async () => {
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
  }
});
