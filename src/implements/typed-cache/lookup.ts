import type { CacheEntry, CacheKey, MissReason } from '../../interfaces/typed-cache.js';
import type { Engine } from './engine.js';
import { missing, type Reading } from './entry-reader.js';
import type { LoadRequest } from './loads.js';
import type { Call } from './policy.js';
import { cacheEntry } from './provenance.js';
import type { StoredEntry } from './stored-entry.js';
import { tokenLifeMs } from './token-capture.js';
import { type Decoded, decodeEntry } from './values.js';

/** A value that was found. */
export interface Found<T> {
  readonly value: T;
}

/** Reads for callers who load nothing, and counts and tells what was found. */
export class Lookup<T> {
  readonly #engine: Engine<T>;

  constructor(engine: Engine<T>) {
    this.#engine = engine;
  }

  async read(name: string, key: CacheKey, call: Call, lives?: boolean): Promise<Reading> {
    const { mode } = call.policy;
    if (mode === 'off' || mode === 'writeOnly') return missing('mode');
    const reading = await this.#engine.reader.read(name, call, lives);
    if (mode === 'shadow') {
      if (reading.verdict.state === 'miss') this.missed(reading, key);
      return missing('mode');
    }
    if (call.policy.sliding && reading.verdict.state === 'fresh' && reading.entry !== undefined) {
      this.slide(name, reading.entry, call);
    }
    return reading;
  }

  async readMany(names: readonly string[], call: Call): Promise<ReadonlyMap<string, Reading>> {
    const { mode } = call.policy;
    if (mode === 'off' || mode === 'writeOnly' || mode === 'shadow') {
      return new Map(names.map((name) => [name, missing('mode')]));
    }
    const readings = await this.#engine.reader.readMany(names, call);
    return new Map(names.map((name, index) => [name, readings[index] ?? missing('absent')]));
  }

  /** The value of an entry that is fresh; `undefined` when its bytes come to nothing. */
  fresh(
    { entry, verdict }: Reading,
    key: CacheKey,
    call: Call,
  ): Found<T> | undefined | Promise<Found<T> | undefined> {
    if (entry === undefined || verdict.state !== 'fresh') return undefined;
    const decoded = decodeEntry<T>(entry, call.policy);
    return decoded instanceof Promise
      ? decoded.then((later) => this.#taken(later, entry, 'fresh', key))
      : this.#taken(decoded, entry, 'fresh', key);
  }

  /** The value of an entry, fresh or stale. */
  async give(reading: Reading, key: CacheKey, call: Call): Promise<Found<T> | undefined> {
    const { entry, verdict } = reading;
    if (entry === undefined || verdict.state === 'miss') {
      this.missed(reading, key);
      return undefined;
    }
    return this.#taken(await decodeEntry<T>(entry, call.policy), entry, verdict.state, key);
  }

  async entry(reading: Reading, key: CacheKey, call: Call): Promise<CacheEntry<T> | undefined> {
    const found = await this.give(reading, key, call);
    return found === undefined || reading.entry === undefined
      ? undefined
      : cacheEntry(reading.entry, found.value);
  }

  /** Counts and tells a miss; stale is none. */
  missed({ verdict }: Reading, key: CacheKey): void {
    if (verdict.state === 'miss') this.#miss(verdict.reason, key);
  }

  /** A hit of somebody who can load: the value may be due for a refresh, or begin its life anew. */
  used(request: LoadRequest<T>): void {
    const { refreshAhead, sliding } = request.call.policy;
    if (refreshAhead < 1) this.#engine.loads.refresh(request);
    if (sliding && request.reading?.entry !== undefined) {
      this.slide(request.name, request.reading.entry, request.call);
    }
  }

  /** Gives an entry its whole life anew, and its generations a longer one, while nobody waits. */
  slide(name: string, entry: StoredEntry, call: Call): void {
    const { store, names } = this.#engine;
    // A bare value does not say what life it had.
    const isBare = entry.namespaceGeneration === undefined;
    const lifeMs = isBare ? call.policy.expireMs : entry.lifeMs + entry.graceMs;
    if ((entry.remainingMs ?? 0) >= lifeMs) return;
    const generations = names.generations(entry.tags.map(({ tag }) => tag));
    const life = tokenLifeMs(call.policy, entry.lifeMs, entry.graceMs);
    const request = { keys: [name], generations, capture: { life, of: 'absent' as const }, extend: lifeMs };
    store.read(request).catch(() => undefined);
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
    const { ledger } = this.#engine;
    if (state === 'fresh') ledger.counts.hits++;
    else ledger.counts.staleHits++;
    if (ledger.listening) ledger.tell('hit', { key, state, tier: entry.tier });
    return decoded;
  }

  #miss(reason: MissReason, key: CacheKey): void {
    const { ledger } = this.#engine;
    ledger.misses[reason]++;
    if (reason === 'undecodable') {
      ledger.counts.undecodable++;
      ledger.tell('undecodable', { key });
    }
    if (ledger.listening) ledger.tell('miss', { key, reason });
  }
}
