import type { ICodec } from '../../interfaces/codec.js';
import type { CacheKey, Loader, ManyLoader } from '../../interfaces/typed-cache.js';
import type { Engine } from './engine.js';
import { LoadMany } from './loading/load-many.js';
import type { LoadRequest } from './loading/loads.js';
import type { Lookup } from './lookup.js';
import type { Call } from './policy/policy.js';
import { copyOf } from './reading/copy.js';
import { missing, type Reading } from './reading/entry-reader.js';

/** A call for many keys. */
export interface ManyRequest<K extends CacheKey, T> {
  readonly keys: readonly K[];
  /** Their entries, in the same order. */
  readonly names: readonly string[];
  readonly nameOf: (key: unknown) => string;
  readonly load: ManyLoader<K, T>;
  readonly call: Call;
  readonly endsAtMs: number;
}

/** The values of many keys: read together, loaded by one call where they are missing, and failing each for itself. */
export class ManyValues<T> {
  readonly #engine: Engine<T>;
  readonly #lookup: Lookup<T>;

  constructor(engine: Engine<T>, lookup: Lookup<T>) {
    this.#engine = engine;
    this.#lookup = lookup;
  }

  async values<K extends CacheKey>(
    request: ManyRequest<K, T>,
  ): Promise<PromiseSettledResult<T | undefined>[]> {
    const { keys, names, nameOf, load, call, endsAtMs } = request;
    const { table, runner, loads, reader } = this.#engine;
    const began = this.#engine.next();
    const { mode, needsLives } = call.policy;
    const byName = new Map(names.map((name, index) => [name, keys[index] as K]));
    const forced = call.forceFresh || !mode.gives;
    const isForced = call.forceFresh && mode.shares && !mode.compares;
    const readings = !forced
      ? await this.#lookup.readMany([...byName.keys()], call)
      : new Map<string, Reading>();
    const results = new Map<string, Promise<T | undefined>>();
    const toLoad = new Map<string, K>();
    // What would have been answered must be known before anything is loaded.
    const shadows = mode.compares ? await reader.readMany([...byName.keys()], call) : [];
    const tells = new Map<string, (loaded: T | undefined) => T | undefined>();
    const looks = [...byName].map(async ([name, key], index) => {
      const [reading, shadow] = [readings.get(name), shadows[index]];
      if (shadow !== undefined) tells.set(name, await this.#lookup.shadow(shadow, key, call, endsAtMs));
      return reading && (await this.#lookup.fresh(reading, key, call, endsAtMs));
    });
    const found = await Promise.all(looks);
    const hits = new Map<string, K>();
    for (const [index, [name, key]] of [...byName].entries()) {
      const hit = found[index];
      (hit === undefined ? toLoad : hits).set(name, key);
      if (hit !== undefined) results.set(name, Promise.resolve(hit.value));
    }
    const refreshing = new LoadMany<K, T>({
      keys: needsLives ? hits : new Map(),
      load,
      nameOf,
      table,
      runner,
    });
    for (const [name, key] of needsLives ? hits : []) {
      const loader = refreshing.loader(name) as Loader<T>;
      const reading = readings.get(name);
      const stepAside = (): void => refreshing.stepAside(name);
      this.#lookup.used({ name, key, call, load: loader, began, endsAtMs, forced, reading, stepAside });
    }
    const many = new LoadMany<K, T>({ keys: toLoad, load, nameOf, table, runner });
    for (const [name, key] of toLoad) {
      const reading = readings.get(name);
      if (reading !== undefined) this.#lookup.missed(reading, key);
      else if (isForced) this.#lookup.missed(missing('forced'), key);
      const stepAside = (): void => many.stepAside(name);
      const loader = many.loader(name) as Loader<T>;
      const one: LoadRequest<T> = {
        name,
        key,
        call,
        load: loader,
        began,
        endsAtMs,
        forced,
        reading,
        stepAside,
      };
      const loaded = mode.shares ? loads.value(one) : loads.alone(one);
      const tell = tells.get(name);
      const value = tell === undefined ? loaded : loaded.then(tell);
      value.then(stepAside, stepAside);
      results.set(name, value);
    }
    return Promise.allSettled(this.#inOrder(names, results, call.policy.codec));
  }

  /** The results in the order of the names; of a name that comes again, a copy. */
  #inOrder(
    names: readonly string[],
    results: ReadonlyMap<string, Promise<T | undefined>>,
    codec: ICodec,
  ): Promise<T | undefined>[] {
    const given = new Set<string>();
    return names.map(async (name) => {
      const again = given.has(name);
      given.add(name);
      const value = await results.get(name);
      return again ? copyOf(value, codec) : value;
    });
  }
}
