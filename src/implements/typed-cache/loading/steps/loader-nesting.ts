import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { ArgumentError } from '../../../../interfaces/errors.js';
import type { CacheKey } from '../../../../interfaces/typed-cache.js';
import { awaitingFunctions } from '../../../foundation/waiting/awaiting-functions.js';
import type { Outside } from '../../../foundation/waiting/outside.js';
import type { Request } from '../../policy/request.js';

/** Load whose loader may ask for other keys. */
export interface NestableLoad {
  readonly request: Request;
  readonly isSettled: boolean;
}

/** Loads whose loaders surround the current code, innermost first. */
interface Surroundings {
  readonly loads: readonly NestableLoad[];
  readonly outer: Surroundings | undefined;
}

const NONE: readonly NestableLoad[] = [];

/** Wait of a call for a load. */
interface NestedWait {
  /** `true` when a loader surrounds the call, and so may wait for it. */
  readonly isNested: boolean;
  /**
   * Loads that wait for each other in a circle that this call closes, the one that it waits for first and last.
   * `undefined` as long as nothing proves one. Only to be called by an async function after an `await`.
   */
  circle(): readonly NestableLoad[] | undefined;
  /** Removes the record of the wait. */
  end(): void;
}

/** Number of loads of one key whose loaders may surround a call that begins another. */
const MAX_DEPTH = 1;

/**
 * Nesting of loaders: finds calls that wait for themselves.
 *
 * The context of a loader reaches everything that it starts: also timers, events and calls that it does not await, for
 * which it does not wait. That it waits is proved by the functions that await the call: the one that runs the loader is
 * among them.
 */
export class LoaderNesting {
  readonly #surroundings = new AsyncLocalStorage<Surroundings>();
  readonly #outside: Outside;
  /** Runs a loader under a name of its own, which shows among the functions that await a call. */
  readonly #runner: <V>(load: () => V | Promise<V>) => Promise<V>;
  /** Loads for which the loader of a load is known to wait. */
  readonly #waitsFor = new WeakMap<NestableLoad, Set<NestableLoad>>();
  #running = 0;

  constructor(outside: Outside) {
    this.#outside = outside;
    const name = `loader of a typed cache ${randomUUID().slice(0, 8)}`;
    this.#runner = Object.defineProperty(async <V>(load: () => V | Promise<V>) => await load(), 'name', {
      value: name,
    });
  }

  /** Runs a loader; its own calls to the cache are attributed to these loads. */
  async run<V>(loads: readonly NestableLoad[], load: () => V | Promise<V>): Promise<V> {
    const outer = this.#surroundings.getStore();
    this.#running++;
    try {
      return await this.#surroundings.run({ loads, outer }, () => this.#runner(load));
    } finally {
      // Tracking slows down every promise of the process, so it is off while no loader runs.
      if (--this.#running === 0) this.#surroundings.disable();
    }
  }

  /** Runs work that no caller waits for: in the asynchronous context in which the cache was created. */
  runOutside<V>(work: () => V): V {
    return this.#outside.run(work);
  }

  /** Refuses to begin a load of a key inside another one that began inside one. @throws {ArgumentError} naming the key. */
  checkDepth({ name, key }: Request): void {
    let depth = 0;
    for (let around = this.#surroundings.getStore(); around !== undefined; around = around.outer) {
      for (const { request, isSettled } of around.loads) if (request.name === name && !isSettled) depth++;
    }
    if (depth > MAX_DEPTH) throw circularLoad([key, key]);
  }

  /** Begins the wait of a call for a load. */
  waitFor(load: NestableLoad): NestedWait {
    const askers = (this.#surroundings.getStore()?.loads ?? NONE).filter(({ isSettled }) => !isSettled);
    const noted = new Set<Set<NestableLoad>>();
    return {
      isNested: askers.length > 0,
      circle: () => {
        if (!awaitingFunctions().includes(this.#runner.name)) return undefined;
        for (const asker of askers) {
          const waits = this.#waits(asker);
          if (!waits.has(load)) noted.add(waits.add(load));
        }
        for (const asker of askers) {
          const path = this.#path(load, asker);
          if (path !== undefined) return [...path, load];
        }
        return undefined;
      },
      end: () => {
        for (const waits of noted) waits.delete(load);
      },
    };
  }

  #waits(load: NestableLoad): Set<NestableLoad> {
    let waits = this.#waitsFor.get(load);
    if (waits === undefined) {
      waits = new Set();
      this.#waitsFor.set(load, waits);
    }
    return waits;
  }

  /** Loads from one to another that it waits for, directly or indirectly; `undefined` when it does not. */
  #path(
    from: NestableLoad,
    to: NestableLoad,
    seen = new Set<NestableLoad>(),
  ): readonly NestableLoad[] | undefined {
    if (from === to) return [from];
    if (seen.has(from) || from.isSettled) return undefined;
    seen.add(from);
    for (const next of this.#waitsFor.get(from) ?? []) {
      const path = this.#path(next, to, seen);
      if (path !== undefined) return [from, ...path];
    }
    return undefined;
  }
}

/** Error of a call that waits for itself. @param keys  Keys of the circle, the first one again at its end. */
export function circularLoad(keys: readonly CacheKey[]): ArgumentError {
  const path = keys.map(shown).join(' -> ');
  return new ArgumentError(
    `circular load: the loader of each key waits for the next one: ${path}; read the source instead of the cache`,
  );
}

/** Formats a key for the message of an error about it. */
function shown(key: CacheKey): string {
  if (typeof key === 'string') return JSON.stringify(key);
  try {
    return JSON.stringify(key, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  } catch {
    return 'that was given';
  }
}
