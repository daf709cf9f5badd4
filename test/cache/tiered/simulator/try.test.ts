import { it } from 'vitest';
import { Simulation } from './simulation.js';

it('runs', async () => {
  for (const coherence of ['none', 'bus', 'tracking'] as const) {
    let reads = 0,
      hits = 0,
      bad = 0;
    let first = '';
    const began = performance.now();
    const n = Number(process.env.N ?? 1000);
    for (let seed = 0; seed < n; seed++) {
      const result = await new Simulation(seed, { coherence, flaws: {} }).run();
      reads += result.reads;
      hits += result.hits;
      if (result.violations.length > 0) {
        bad++;
        if (first === '') first = `seed ${seed}\n${result.violations.join('\n')}\n${result.trace.join('\n')}`;
      }
    }
    console.log(coherence, { reads, hits, bad, ms: performance.now() - began }, first);
  }
}, 600000);
