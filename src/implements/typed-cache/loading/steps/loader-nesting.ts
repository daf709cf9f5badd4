import { AsyncLocalStorage } from 'node:async_hooks';
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

/** Nesting of loaders: detects and refuses a load that would wait for itself. */
export class LoaderNesting {
  readonly #surroundings = new AsyncLocalStorage<Surroundings>();
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

  /** Refuses a key that is requested by its own loader. @throws {ArgumentError} naming the key. */
  checkNotInside({ name, key }: Request): void {
    for (let around = this.#surroundings.getStore(); around !== undefined; around = around.outer) {
      for (const { request, isSettled } of around.loads) {
        if (request.name === name && !isSettled) throw recursion(key);
      }
    }
  }

  /**
   * Records that the loaders around the current code wait for a load.
   *
   * @returns Function that removes the record.
   * @throws {ArgumentError} naming the key, when that load already waits for one of them.
   */
  waitFor(load: NestableLoad, { key }: Request): () => void {
    const askers = this.#surroundings.getStore()?.loads ?? [];
    for (const asker of askers) if (this.#reaches(load, asker)) throw recursion(key);
    const noted = askers
      .filter((asker) => !asker.isSettled)
      .map((asker) => this.#waits(asker))
      .filter((waits) => !waits.has(load));
    for (const waits of noted) waits.add(load);
    return () => {
      for (const waits of noted) waits.delete(load);
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

function recursion(key: CacheKey): ArgumentError {
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
