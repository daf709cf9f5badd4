import { isDeepStrictEqual } from 'node:util';
import type { CacheEntry, CacheKey, MissReason } from '../../../interfaces/typed-cache.js';
import type { Request } from '../policy/request.js';
import type { Ledger } from '../store/ledger.js';
import type { StoredEntry } from '../store/stored-entry.js';
import { cacheEntry } from './cache-entry.js';
import type { EntryReader } from './entry-reader.js';
import { missing, type Reading } from './reading.js';
import type { Sliding } from './sliding.js';
import { asStored, type Decoded, decodeInTime } from './values.js';

/** A value that was found. */
export interface Found<T> {
  readonly value: T;
}

/** Reads values for callers, and counts and reports hits and misses. */
export class Lookup<T> {
  readonly #reader: EntryReader;
  readonly #sliding: Sliding;
  readonly #ledger: Ledger;

  constructor(reader: EntryReader, sliding: Sliding, ledger: Ledger) {
    this.#reader = reader;
    this.#sliding = sliding;
    this.#ledger = ledger;
  }

  /** Reads at once if possible, otherwise later. */
  read(request: Request, lives?: boolean): Reading | Promise<Reading> {
    if (!request.policy.mode.reads) return missing('mode');
    const reading = lives === undefined ? this.#reader.readAtOnce(request) : undefined;
    if (reading === undefined) return this.#readLater(request, lives);
    this.#hit(reading, request);
    return reading;
  }

  async #readLater(request: Request, lives?: boolean): Promise<Reading> {
    const reading = await this.#reader.read(request, lives);
    this.#hit(reading, request);
    return reading;
  }

  /** Reads the keys of one call, given without duplicates. */
  async readMany(requests: readonly Request[]): Promise<ReadonlyMap<string, Reading>> {
    if (requests[0]?.policy.mode.reads === false) {
      return new Map(requests.map(({ name }) => [name, missing('mode')]));
    }
    const readings = await this.#reader.readMany(requests);
    return new Map(requests.map(({ name }, index) => [name, readings[index] ?? missing('absent')]));
  }

  /** Reads as `readMany`, for a call that loads nothing. */
  async hitMany(requests: readonly Request[]): Promise<ReadonlyMap<string, Reading>> {
    const readings = await this.readMany(requests);
    for (const request of requests) this.#hit(readings.get(request.name) ?? missing('absent'), request);
    return readings;
  }

  /** Handles a hit of a call that loads nothing. */
  #hit(reading: Reading, request: Request): void {
    if (request.policy.mode.gives && reading.verdict.state === 'fresh') this.slide(reading, request);
  }

  /** Restarts the TTL of a hit, with the option `sliding`. */
  slide({ entry }: Reading, request: Request): void {
    if (request.policy.sliding && entry !== undefined) this.#sliding.restart(entry, request);
  }

  /** Value of a fresh entry; `undefined` when it cannot be decoded. */
  fresh({ entry, verdict }: Reading, request: Request): Found<T> | undefined | Promise<Found<T> | undefined> {
    if (entry === undefined || verdict.state !== 'fresh') return undefined;
    const decoded = decodeInTime<T>(entry, request);
    return decoded instanceof Promise
      ? decoded.then((later) => this.#taken(later, entry, 'fresh', request.key))
      : this.#taken(decoded, entry, 'fresh', request.key);
  }

  /** Value of an entry, fresh or stale; in mode `shadow` it is decoded and counted, but not returned. */
  give(reading: Reading, request: Request): Found<T> | undefined | Promise<Found<T> | undefined> {
    const { entry, verdict } = reading;
    if (entry === undefined || verdict.state === 'miss') {
      this.missed(reading, request.key);
      return undefined;
    }
    const { state } = verdict;
    const decoded = decodeInTime<T>(entry, request);
    return decoded instanceof Promise
      ? decoded.then((later) => this.#given(later, entry, state, request))
      : this.#given(decoded, entry, state, request);
  }

  #given(
    decoded: Decoded<T>,
    entry: StoredEntry,
    state: 'fresh' | 'stale',
    { key, policy }: Request,
  ): Found<T> | undefined {
    const found = this.#taken(decoded, entry, state, key);
    return policy.mode.gives ? found : undefined;
  }

  async entry(reading: Reading, request: Request): Promise<CacheEntry<T> | undefined> {
    const found = await this.give(reading, request);
    return found === undefined || reading.entry === undefined
      ? undefined
      : cacheEntry(reading.entry, found.value);
  }

  /** Counts and reports a miss; a stale entry is not a miss. */
  missed({ verdict }: Reading, key: CacheKey): void {
    if (verdict.state === 'miss') this.#miss(verdict.reason, key);
  }

  /**
   * Finds what the cache would have returned, for mode `shadow`.
   *
   * @returns Function that reports the comparison with a loaded value, and returns that value.
   */
  async shadow<V extends T | undefined>(reading: Reading, request: Request): Promise<(loaded: V) => V> {
    const { key, policy } = request;
    const found = await this.fresh(reading, request);
    if (reading.verdict.state !== 'fresh') this.missed(reading, key);
    return (loaded) => {
      if (!this.#ledger.listening) return loaded;
      const tell = (stored: Decoded<V>): void => {
        const equal =
          found !== undefined && 'value' in stored && isDeepStrictEqual(found.value, stored.value);
        this.#ledger.tell('shadow', { key, hit: found !== undefined, equal });
      };
      // A codec or schema may return another form of the loaded value.
      const stored = found === undefined ? { value: loaded } : asStored<V>(loaded, policy);
      tell(stored);
      return loaded;
    };
  }

  #taken(
    decoded: Decoded<T>,
    entry: StoredEntry,
    state: 'fresh' | 'stale',
    key: CacheKey,
  ): Found<T> | undefined {
    if ('miss' in decoded) {
      this.#miss(decoded.miss, key);
      return undefined;
    }
    const { counts, listening } = this.#ledger;
    if (state === 'fresh') counts.hits++;
    else counts.staleHits++;
    if (listening) this.#ledger.tell('hit', { key, state, tier: entry.tier });
    return decoded;
  }

  #miss(reason: MissReason, key: CacheKey): void {
    const { counts, misses } = this.#ledger;
    misses[reason]++;
    if (reason === 'undecodable') {
      counts.undecodable++;
      this.#ledger.tell('undecodable', { key });
    }
    if (this.#ledger.listening) this.#ledger.tell('miss', { key, reason });
  }
}
