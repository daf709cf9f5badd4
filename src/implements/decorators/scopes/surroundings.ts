import { AsyncLocalStorage } from 'node:async_hooks';
import type { MutexLock } from '../../../interfaces/mutex.js';
import type { LoadContext } from '../../../interfaces/typed-cache.js';
import type { RequestMemory } from './request-memory.js';
import type { TransactionScope } from './transaction-scope.js';

/** Surroundings of a call: all that reaches it without being an argument. */
export interface Surroundings {
  /** Load that runs; `undefined` outside of a load. */
  readonly load?: LoadContext<unknown> | undefined;
  /** Lock that is held for the method that runs. */
  readonly lock?: MutexLock | undefined;
  readonly transaction?: TransactionScope | undefined;
  readonly request?: RequestMemory | undefined;
}

/** State of the module: surroundings follow a call through code that knows nothing of this package. */
const surroundings = new AsyncLocalStorage<Surroundings>();
const NONE: Surroundings = {};

/** Surroundings of the code that asks. */
export function surroundingsNow(): Surroundings {
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

/** Lock that is held for this code, with its fence and its signal; `undefined` outside of a locked method. */
export function currentLock(): MutexLock | undefined {
  return surroundingsNow().lock;
}
