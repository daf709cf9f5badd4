import { isDeepStrictEqual } from 'node:util';
import type { CacheEntry, CacheKey, MissReason } from '../../interfaces/typed-cache.js';
import type { Engine } from './engine.js';
import type { LoadRequest } from './loading/loads.js';
import { tokenLifeMs } from './loading/token-capture.js';
import type { Call } from './policy/policy.js';
import { cacheEntry } from './reading/cache-entry.js';
import { missing, type Reading } from './reading/entry-reader.js';
import { isEnded } from './reading/freshness.js';
import { asStored, type Decoded, decodeInTime } from './reading/values.js';
import { type StoredEntry, storedEntry } from './store/stored-entry.js';

/** How often a life is put right because other entries come in between. */
const EXTENSIONS = 8;

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

  /** Reads at once where that can be done, else later. */
  read(name: string, call: Call, lives?: boolean): Reading | Promise<Reading> {
    if (!call.policy.mode.reads) return missing('mode');
    const { reader } = this.#engine;
    const reading = lives === undefined ? reader.readAtOnce(name, call) : undefined;
    if (reading === undefined) return this.#readLater(name, call, lives);
    this.hit(name, reading, call);
    return reading;
  }

  async #readLater(name: string, call: Call, lives?: boolean): Promise<Reading> {
    const reading = await this.#engine.reader.read(name, call, lives);
    this.hit(name, reading, call);
    return reading;
  }

  /** A hit of somebody who loads nothing: the value may begin its life anew. */
  hit(name: string, { entry, verdict }: Reading, call: Call): void {
    if (call.policy.sliding && call.policy.mode.gives && verdict.state === 'fresh' && entry !== undefined) {
      this.#slide(name, entry, call);
    }
  }

  async readMany(names: readonly string[], call: Call): Promise<ReadonlyMap<string, Reading>> {
    if (!call.policy.mode.reads) {
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
    endsAtMs: number,
  ): Found<T> | undefined | Promise<Found<T> | undefined> {
    if (entry === undefined || verdict.state !== 'fresh') return undefined;
    const decoded = decodeInTime<T>(entry, call, this.#engine.clock, endsAtMs);
    return decoded instanceof Promise
      ? decoded.then((later) => this.#taken(later, entry, 'fresh', key))
      : this.#taken(decoded, entry, 'fresh', key);
  }

  /** The value of an entry, fresh or stale; in the mode `shadow` it is looked at and counted, and not given out. */
  async give(reading: Reading, key: CacheKey, call: Call, endsAtMs: number): Promise<Found<T> | undefined> {
    const { entry, verdict } = reading;
    if (entry === undefined || verdict.state === 'miss') {
      this.missed(reading, key);
      return undefined;
    }
    const decoded = await decodeInTime<T>(entry, call, this.#engine.clock, endsAtMs);
    const found = this.#taken(decoded, entry, verdict.state, key);
    return call.policy.mode.gives ? found : undefined;
  }

  async entry(
    reading: Reading,
    key: CacheKey,
    call: Call,
    endsAtMs: number,
  ): Promise<CacheEntry<T> | undefined> {
    const found = await this.give(reading, key, call, endsAtMs);
    return found === undefined || reading.entry === undefined
      ? undefined
      : cacheEntry(reading.entry, found.value);
  }

  /** Counts and tells a miss; stale is none. */
  missed({ verdict }: Reading, key: CacheKey): void {
    if (verdict.state === 'miss') this.#miss(verdict.reason, key);
  }

  /** What the cache would have answered in the mode `shadow`: for telling, once a value was loaded, which comes back. */
  async shadow<V extends T | undefined>(
    reading: Reading,
    key: CacheKey,
    call: Call,
    endsAtMs: number,
  ): Promise<(loaded: V) => V> {
    const found = await this.fresh(reading, key, call, endsAtMs);
    if (reading.verdict.state !== 'fresh') this.missed(reading, key);
    return (loaded) => {
      const { ledger } = this.#engine;
      if (!ledger.listening) return loaded;
      const tell = (stored: Decoded<V>): void => {
        const equal =
          found !== undefined && 'value' in stored && isDeepStrictEqual(found.value, stored.value);
        ledger.tell('shadow', { key, hit: found !== undefined, equal });
      };
      // A codec or a schema may give back another form of the same than what the loader gives.
      const stored = found === undefined ? { value: loaded } : asStored<V>(loaded, call.policy);
      if (stored instanceof Promise) void stored.then(tell);
      else tell(stored);
      return loaded;
    };
  }

  /** A hit of somebody who can load: the value may be due for a refresh, or begin its life anew. */
  used(request: LoadRequest<T>): void {
    const { refreshAhead, sliding } = request.call.policy;
    if (refreshAhead < 1) this.#engine.loads.refresh(request);
    if (sliding && request.reading?.entry !== undefined) {
      this.#slide(request.name, request.reading.entry, request.call);
    }
  }

  /** Gives an entry its whole life anew, and its generations a longer one, while nobody waits. */
  #slide(name: string, entry: StoredEntry, call: Call): void {
    const wholeMs = wholeLifeMs(entry, call);
    if ((entry.remainingMs ?? 0) >= wholeMs) return;
    this.#extend(name, entry, wholeMs, call, EXTENSIONS).catch(() => undefined);
  }

  /**
   * Another entry may have come meanwhile, which then got the life of the one before: it is given its own; one whose
   * life a call has ended, what it had.
   */
  async #extend(
    name: string,
    entry: StoredEntry,
    extend: number,
    call: Call,
    attempts: number,
  ): Promise<void> {
    const { store, names, form } = this.#engine;
    const generations = names.generations(entry.tags.map(({ tag }) => tag));
    const life = tokenLifeMs(call.policy, entry.lifeMs, entry.graceMs);
    const capture = { life, of: 'absent' as const };
    const [stored] = (await store.read({ keys: [name], generations, capture, extend })).entries;
    const extended = stored && storedEntry(stored, form);
    if (extended === undefined || attempts === 1 || (isEnded(extended) && isEnded(entry))) return;
    const rightMs = isEnded(extended) ? Math.max(1, extended.remainingMs ?? 0) : wholeLifeMs(extended, call);
    if (rightMs !== extend) await this.#extend(name, extended, rightMs, call, attempts - 1);
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

/** The life that an entry had when it was stored, or the longest that the call allows; a bare value does not say which, and has that of the call. */
function wholeLifeMs({ kind, namespaceGeneration, lifeMs, graceMs }: StoredEntry, { policy }: Call): number {
  if (namespaceGeneration !== undefined) return Math.min(lifeMs, policy.maxExpireMs) + graceMs;
  return kind === 'null' ? (policy.negativeExpireMs ?? policy.expireMs) : policy.expireMs;
}
