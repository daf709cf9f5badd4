import { Simulation, type SimulationOptions, STEPS } from './simulation.js';

/** Seed whose world broke a promise, without the steps that do not matter. */
export interface Counterexample {
  readonly seed: number;
  readonly text: string;
}

/** Runs seeds until one breaks a promise. */
export async function counterexample(
  options: SimulationOptions,
  firstSeed: number,
  seeds: number,
): Promise<Counterexample | undefined> {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const { violations } = await new Simulation(seed, options).run();
    if (violations.length > 0) return { seed, text: await shrunk(seed, options) };
  }
  return undefined;
}

/** Leaves out steps as long as the promise remains broken, and prints the rest. */
async function shrunk(seed: number, options: SimulationOptions): Promise<string> {
  const skipped = new Set<number>();
  for (let step = 0; step < STEPS; step++) {
    const { violations } = await new Simulation(seed, options, new Set([...skipped, step])).run();
    if (violations.length > 0) skipped.add(step);
  }
  const { violations, trace } = await new Simulation(seed, options, skipped).run();
  return [`seed ${seed}, coherence ${options.coherence}`, ...violations, ...trace].join('\n');
}
