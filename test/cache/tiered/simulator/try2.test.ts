import { it } from 'vitest';
import { Simulation } from './simulation.js';
import { simulatorMutants } from './simulator-mutants.js';
it('runs', async () => {
  for (const { name, options, patch } of simulatorMutants) {
    const back = patch?.();
    const found: number[] = []; let kinds = new Set<string>();
    const n = Number(process.env.N ?? 2000);
    for (let seed = 0; seed < n; seed++) {
      const result = await new Simulation(seed, { flaws: {}, ...options }).run();
      if (result.violations.length > 0) { found.push(seed); for (const v of result.violations) kinds.add(v.replace(/\d+/g, '#')); if (found.length >= 3) break; }
    }
    back?.();
    console.log(name, found, [...kinds].slice(0, 3));
  }
}, 600000);
