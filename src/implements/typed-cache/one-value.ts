import type { Loader } from '../../interfaces/typed-cache.js';
import type { Loads } from './loading/loads.js';
import { Miss } from './loading/miss.js';
import { LoaderSource } from './loading/source.js';
import type { Request } from './policy/request.js';
import type { EntryReader } from './reading/entry-reader.js';
import type { Found, Lookup } from './reading/lookup.js';
import { missing, type Reading } from './reading/reading.js';

/** Value of one key: read, or loaded on a miss. */
export class OneValue<T> {
  readonly #reader: EntryReader;
  readonly #lookup: Lookup<T>;
  readonly #loads: Loads<T>;

  constructor(reader: EntryReader, lookup: Lookup<T>, loads: Loads<T>) {
    this.#reader = reader;
    this.#lookup = lookup;
    this.#loads = loads;
  }

  /** Hot path: returns a hit over memory without a promise. */
  value(request: Request, loader: Loader<T>): T | Promise<T> {
    if (request.isForced) return this.#forced(request, loader);
    const reading = this.#reader.readAtOnce(request);
    if (reading === undefined) return this.#readLater(request, loader);
    if (reading.verdict.state !== 'fresh') return this.#missed(reading, request, loader);
    const found = this.#lookup.fresh(reading, request);
    return found instanceof Promise
      ? this.#decodedLater(found, reading, request, loader)
      : this.#taken(found, reading, request, loader);
  }

  async #readLater(request: Request, loader: Loader<T>): Promise<T> {
    const reading = await this.#reader.read(request);
    if (reading.verdict.state !== 'fresh') return this.#missed(reading, request, loader);
    const found = this.#lookup.fresh(reading, request);
    return this.#taken(found instanceof Promise ? await found : found, reading, request, loader);
  }

  async #decodedLater(
    found: Promise<Found<T> | undefined>,
    reading: Reading,
    request: Request,
    loader: Loader<T>,
  ): Promise<T> {
    return this.#taken(await found, reading, request, loader);
  }

  #taken(found: Found<T> | undefined, reading: Reading, request: Request, loader: Loader<T>): T | Promise<T> {
    if (found === undefined) return this.#load(missing('undecodable'), request, loader);
    if (request.policy.needsLives) this.#use(reading, request, loader);
    return found.value;
  }

  /** Restarts the TTL of a hit, and refreshes it when it is due. */
  #use(reading: Reading, request: Request, loader: Loader<T>): void {
    if (request.policy.refreshAhead < 1)
      this.#loads.refresh(new Miss(request, new LoaderSource(loader), reading));
    this.#lookup.slide(reading, request);
  }

  #missed(reading: Reading, request: Request, loader: Loader<T>): Promise<T> {
    this.#lookup.missed(reading, request.key);
    return this.#load(reading, request, loader);
  }

  #load(reading: Reading | undefined, request: Request, loader: Loader<T>): Promise<T> {
    return this.#loads.value(new Miss(request, new LoaderSource(loader), reading));
  }

  /** Loads without looking at the store first; in mode `shadow` it also reports what the cache would have returned. */
  async #forced(request: Request, loader: Loader<T>): Promise<T> {
    const { mode } = request.policy;
    if (!mode.shares) return this.#loads.alone(new Miss(request, new LoaderSource(loader), undefined));
    if (mode.compares) {
      const tell = await this.#lookup.shadow<T>(await this.#reader.read(request), request);
      return tell(await this.#load(undefined, request, loader));
    }
    if (request.forceFresh) this.#lookup.missed(missing('forced'), request.key);
    return this.#load(undefined, request, loader);
  }
}
