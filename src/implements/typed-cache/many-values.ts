import type { ICodec } from '../../interfaces/codec.js';
import type { CacheKey, Loader, ManyLoader } from '../../interfaces/typed-cache.js';
import { LoadMany } from './loading/load-many.js';
import type { LoadRun } from './loading/load-run.js';
import type { FlightTable } from './loading/load-table.js';
import type { Loads } from './loading/loads.js';
import type { Lookup } from './lookup.js';
import type { Request } from './policy/request.js';
import { copyOf } from './reading/copy.js';
import { type EntryReader, missing, type Reading } from './reading/entry-reader.js';
import type { Sliding } from './reading/sliding.js';
import type { KeyNames } from './store/key-names.js';

export interface ManyValuesOptions<T> {
  readonly lookup: Lookup<T>;
  readonly reader: EntryReader;
  readonly sliding: Sliding;
  readonly loads: Loads<T>;
  readonly names: KeyNames;
  readonly table: FlightTable<T>;
  readonly runner: LoadRun<T>;
}

/** The values of many keys: read together, loaded by one call where they are missing, and failing each for itself. */
export class ManyValues<T> {
  readonly #parts: ManyValuesOptions<T>;

  constructor(parts: ManyValuesOptions<T>) {
    this.#parts = parts;
  }

  /** The keys of one call, in their order. */
  async values<K extends CacheKey>(
    requests: readonly Request[],
    load: ManyLoader<K, T>,
  ): Promise<PromiseSettledResult<T | undefined>[]> {
    const [first] = requests;
    if (first === undefined) return [];
    const { names, table, runner, loads, reader, lookup, sliding } = this.#parts;
    const { mode, needsLives, refreshAhead, sliding: slides, codec } = first.policy;
    const byName = new Map(requests.map((request) => [request.name, request]));
    const once = [...byName.values()];
    const readings = first.isForced ? new Map<string, Reading>() : await lookup.readMany(once);
    const results = new Map<string, Promise<T | undefined>>();
    // What would have been answered must be known before anything is loaded.
    const shadows = mode.compares ? await reader.readMany(once) : [];
    const tells = new Map<string, (loaded: T | undefined) => T | undefined>();
    const looks = once.map(async (request, index) => {
      const [reading, shadow] = [readings.get(request.name), shadows[index]];
      if (shadow !== undefined) tells.set(request.name, await lookup.shadow(shadow, request));
      return reading && (await lookup.fresh(reading, request));
    });
    const found = await Promise.all(looks);
    const hits: Request[] = [];
    const toLoad: Request[] = [];
    for (const [index, request] of once.entries()) {
      const hit = found[index];
      (hit === undefined ? toLoad : hits).push(request);
      if (hit !== undefined) results.set(request.name, Promise.resolve(hit.value));
    }
    const keysOf = (some: readonly Request[]) => new Map(some.map(({ name, key }) => [name, key as K]));
    if (needsLives) {
      const refreshing = new LoadMany<K, T>({ keys: keysOf(hits), load, names, table, runner });
      for (const request of hits) {
        const { name } = request;
        const reading = readings.get(name);
        const stepAside = (): void => refreshing.stepAside(name);
        const loader = refreshing.loader(name) as Loader<T>;
        if (refreshAhead < 1) loads.refresh({ request, load: loader, reading, stepAside });
        if (slides && reading?.entry !== undefined) sliding.restart(reading.entry, request);
      }
    }
    const many = new LoadMany<K, T>({ keys: keysOf(toLoad), load, names, table, runner });
    for (const request of toLoad) {
      const { name, key } = request;
      const reading = readings.get(name);
      if (reading !== undefined) lookup.missed(reading, key);
      else if (first.forceFresh && mode.shares && !mode.compares) lookup.missed(missing('forced'), key);
      const stepAside = (): void => many.stepAside(name);
      const miss = { request, load: many.loader(name) as Loader<T>, reading, stepAside };
      const loaded = mode.shares ? loads.value(miss) : loads.alone(miss);
      const tell = tells.get(name);
      const value = tell === undefined ? loaded : loaded.then(tell);
      value.then(stepAside, stepAside);
      results.set(name, value);
    }
    return Promise.allSettled(this.#inOrder(requests, results, codec));
  }

  /** The results in the order of the requests; of a key that comes again, a copy. */
  #inOrder(
    requests: readonly Request[],
    results: ReadonlyMap<string, Promise<T | undefined>>,
    codec: ICodec,
  ): Promise<T | undefined>[] {
    const given = new Set<string>();
    return requests.map(async ({ name }) => {
      const again = given.has(name);
      given.add(name);
      const value = await results.get(name);
      return again ? copyOf(value, codec) : value;
    });
  }
}
