import { AsyncLocalStorage } from 'node:async_hooks';
import type { LoadContext } from '../../../interfaces/typed-cache.js';

/** Surroundings of a call: all that reaches it without being an argument. */
export interface Surroundings {
  /** Load that runs; `undefined` outside of a load. */
  readonly load?: LoadContext<unknown> | undefined;
}

/** State of the module: surroundings follow a call through code that knows nothing of this package. */
const surroundings = new AsyncLocalStorage<Surroundings>();
const NONE: Surroundings = {};

/** Surroundings of the code that asks. */
function surroundingsNow(): Surroundings {
  return surroundings.getStore() ?? NONE;
}

/** Runs a function in surroundings that differ in some parts. */
export function runWithin<R>(parts: Surroundings, run: () => R): R {
  return surroundings.run({ ...surroundings.getStore(), ...parts }, run);
}

/** Context of the load in which this code runs: its signal, tags, TTL; `undefined` outside of a cached function. */
export function currentLoad(): LoadContext<unknown> | undefined {
  return surroundingsNow().load;
}
