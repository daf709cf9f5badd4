import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { ArgumentError } from '../../../../interfaces/errors.js';
import type { CacheKey } from '../../../../interfaces/typed-cache.js';
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
  /** `true` when the load waits, as far as is known, for one whose loader surrounds the call. */
  readonly isCircular: boolean;
  /** Removes the record of the wait. */
  end(): void;
}

/** Number of loads of one key whose loaders may surround a call that begins another. */
const MAX_DEPTH = 1;

/**
 * Nesting of loaders: finds calls that may wait for themselves.
 *
 * The context of a loader reaches everything that it starts: also timers, events and calls that it does not await, for
 * which it does not wait. So such a call is only suspected, until it has waited too long.
 */
export class LoaderNesting {
  readonly #surroundings = new AsyncLocalStorage<Surroundings>();
  readonly #outside = new AsyncResource('TypedCache');
  readonly #waitsFor = new WeakMap<NestableLoad, Set<NestableLoad>>();
  #running = 0;

  /** Runs a loader; its own calls to the cache are attributed to these loads. */
  async run<V>(loads: readonly NestableLoad[], load: () => V | Promise<V>): Promise<V> {
    const outer = this.#surroundings.getStore();
    this.#running++;
    try {
      return await this.#surroundings.run({ loads, outer }, async () => load());
    } finally {
      // Tracking slows down every promise of the process, so it is off while no loader runs.
      if (--this.#running === 0) this.#surroundings.disable();
    }
  }

  /** Runs work that no caller waits for: in the asynchronous context in which the cache was created. */
  runOutside<V>(work: () => V): V {
    return this.#outside.runInAsyncScope(work);
  }

  /** Refuses to begin a load of a key inside another one that began inside one. @throws {ArgumentError} naming the key. */
  checkDepth({ name, key }: Request): void {
    let depth = 0;
    for (let around = this.#surroundings.getStore(); around !== undefined; around = around.outer) {
      for (const { request, isSettled } of around.loads) if (request.name === name && !isSettled) depth++;
    }
    if (depth > MAX_DEPTH) throw circularLoad(key);
  }

  /** Records that the loaders around the current code wait for a load. */
  waitFor(load: NestableLoad): NestedWait {
    const askers = this.#surroundings.getStore()?.loads ?? NONE;
    const noted = askers
      .filter((asker) => !asker.isSettled)
      .map((asker) => this.#waits(asker))
      .filter((waits) => !waits.has(load));
    const isCircular = askers.some((asker) => this.#reaches(load, asker));
    for (const waits of noted) waits.add(load);
    return {
      isCircular,
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

  /** `true` when a load waits for another one, directly or indirectly. */
  #reaches(from: NestableLoad, to: NestableLoad): boolean {
    const seen = new Set<NestableLoad>();
    const next = [from];
    for (let load = next.pop(); load !== undefined; load = next.pop()) {
      if (load === to) return true;
      if (seen.has(load) || load.isSettled) continue;
      seen.add(load);
      next.push(...(this.#waitsFor.get(load) ?? []));
    }
    return false;
  }
}

/** Error of a call that waits for itself. */
export function circularLoad(key: CacheKey): ArgumentError {
  return new ArgumentError(
    `circular load: the loader of the key ${shown(key)} requests a key that waits for it; read the source instead`,
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
