import type { ICodec } from '../../interfaces/codec.js';
import type { CacheKey, ManyLoader } from '../../interfaces/typed-cache.js';
import { LoadMany } from './loading/load-many.js';
import type { Loads } from './loading/loads.js';
import { Miss } from './loading/miss.js';
import type { LoaderNesting } from './loading/steps/loader-nesting.js';
import type { Request } from './policy/request.js';
import { copyOf } from './reading/copy.js';
import type { Lookup } from './reading/lookup.js';
import { missing, type Reading } from './reading/reading.js';
import type { KeyNames } from './store/key-names.js';

/** Reports the comparison of mode `shadow` once a value was loaded, and returns that value. */
type Tell<T> = (loaded: T | undefined) => T | undefined;

/** Values of a batch of keys: one read, one loader call for the missing ones, and one result per key. */
export class ManyValues<T> {
  readonly #lookup: Lookup<T>;
  readonly #loads: Loads<T>;
  readonly #names: KeyNames;
  readonly #nesting: LoaderNesting;

  constructor(lookup: Lookup<T>, loads: Loads<T>, names: KeyNames, nesting: LoaderNesting) {
    this.#lookup = lookup;
    this.#loads = loads;
    this.#names = names;
    this.#nesting = nesting;
  }

  /** @param requests  Keys of one call. @returns Their results, in the same order. */
  async values<K extends CacheKey>(
    requests: readonly Request[],
    loader: ManyLoader<K, T>,
  ): Promise<PromiseSettledResult<T | undefined>[]> {
    const [first] = requests;
    if (first === undefined) return [];
    const once = [...new Map(requests.map((request) => [request.name, request])).values()];
    const readings = first.isForced ? new Map<string, Reading>() : await this.#lookup.readMany(once);
    // Mode `shadow` compares with what was stored before the load.
    const tells = await this.#tells(once);
    const looks = once.map(async (request) => {
      const reading = readings.get(request.name);
      return reading && (await this.#lookup.fresh(reading, request));
    });
    const found = await Promise.all(looks);
    const hits = once.filter((_, index) => found[index] !== undefined);
    const misses = once.filter((_, index) => found[index] === undefined);
    this.#use(hits, readings, loader);
    const loaded = this.#load(misses, readings, loader, tells);
    const results = new Map<string, Promise<T | undefined>>(loaded);
    for (const [index, { name }] of once.entries()) {
      const hit = found[index];
      if (hit !== undefined) results.set(name, Promise.resolve(hit.value));
    }
    return Promise.allSettled(inOrder(requests, results, first.policy.codec));
  }

  async #tells(requests: readonly Request[]): Promise<ReadonlyMap<string, Tell<T>>> {
    if (requests[0]?.policy.mode.compares !== true) return new Map();
    const readings = await this.#lookup.readMany(requests);
    const tells = requests.map(async (request) => {
      const reading = readings.get(request.name) ?? missing('absent');
      return [request.name, await this.#lookup.shadow(reading, request)] as const;
    });
    return new Map(await Promise.all(tells));
  }

  /** Restarts the TTLs of hits, and refreshes those that are due. */
  #use<K extends CacheKey>(
    hits: readonly Request[],
    readings: ReadonlyMap<string, Reading>,
    loader: ManyLoader<K, T>,
  ): void {
    if (hits[0]?.policy.needsLives !== true) return;
    const many = new LoadMany<K, T>(hits, loader, this.#names, this.#nesting);
    for (const request of hits) {
      const reading = readings.get(request.name);
      if (request.policy.refreshAhead < 1)
        this.#loads.refresh(new Miss(request, many.source(request), reading));
      if (reading !== undefined) this.#lookup.slide(reading, request);
    }
  }

  #load<K extends CacheKey>(
    misses: readonly Request[],
    readings: ReadonlyMap<string, Reading>,
    loader: ManyLoader<K, T>,
    tells: ReadonlyMap<string, Tell<T>>,
  ): [name: string, value: Promise<T | undefined>][] {
    const many = new LoadMany<K, T>(misses, loader, this.#names, this.#nesting);
    return misses.map((request) => {
      const { name, key, policy } = request;
      const reading = readings.get(name);
      if (reading !== undefined) this.#lookup.missed(reading, key);
      else if (request.forceFresh && policy.mode.shares && !policy.mode.compares)
        this.#lookup.missed(missing('forced'), key);
      const source = many.source(request);
      const miss = new Miss<T>(request, source, reading);
      const loaded = policy.mode.shares ? this.#loads.value(miss) : this.#loads.alone(miss);
      const tell = tells.get(name);
      const value = tell === undefined ? loaded : loaded.then(tell);
      return [name, stepsAside(value, source)];
    });
  }
}

/** Tells the source when a value is there. No other function may await it: one alone is seen by the proof of a circle. */
async function stepsAside<V>(value: Promise<V>, source: { stepAside(): void }): Promise<V> {
  try {
    return await value;
  } finally {
    source.stepAside();
  }
}

/** Results in the order of the requests; repeated keys get copies. */
function inOrder<T>(
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
