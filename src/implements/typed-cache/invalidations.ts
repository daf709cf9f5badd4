import type { ICache } from '../../interfaces/cache.js';
import type { IClock } from '../../interfaces/clock.js';
import { ConnectionError } from '../../interfaces/errors.js';
import type { ILogger } from '../../interfaces/logger.js';
import { literalPattern } from '../foundation/arguments/pattern.js';
import { storeBehind } from '../foundation/store/store-behind.js';
import type { Backoff } from './loading/backoff.js';
import type { Flight } from './loading/flight.js';
import type { FlightTable } from './loading/flight-table.js';
import { ageMs } from './reading/freshness.js';
import type { TypedCacheLedger } from './store/events.js';
import type { KeyNames } from './store/key-names.js';
import {
  type PendingInvalidation,
  PendingInvalidations,
  type Repetition,
} from './store/pending-invalidations.js';
import { type StoredForm, storedEntry } from './store/stored-entry.js';
import { typedFailure, type WatchedStore } from './store/watched-store.js';
import { encodeEnvelope } from './wire/envelope.js';

const KEYS_A_STEP = 256;
/** How often the end of a life is tried anew because somebody stored meanwhile. */
const EXPIRE_ATTEMPTS = 8;
/** For how long a fence is needed that is used at once. */
const FENCE_LIFE_MS = 60_000;

export interface InvalidationsOptions {
  readonly store: WatchedStore;
  /** The store by its other port, which can list keys. */
  readonly cache: ICache;
  readonly names: KeyNames;
  readonly form: StoredForm;
  readonly table: FlightTable<unknown>;
  readonly backoff: Backoff;
  readonly ledger: TypedCacheLedger;
  readonly clock: IClock;
  readonly logger: ILogger;
  /** The order of calls. */
  readonly next: () => number;
}

/** Invalidations: loads under way are told first, what is covered is covered at once, and the store comes last. */
export class Invalidations {
  readonly pending: PendingInvalidations;
  readonly #parts: InvalidationsOptions;

  constructor(parts: InvalidationsOptions) {
    this.#parts = parts;
    this.pending = new PendingInvalidations(parts.ledger, parts.clock, (what) => this.#repeat(what));
  }

  /** @returns How many there were. */
  remove(names: readonly string[]): Promise<number> {
    this.#revoke(names, 'hard');
    return this.#settled(this.pending.begin({ keys: names }), this.#parts.store.invalidate(names));
  }

  /** @returns Whether there was one. */
  async expire(name: string): Promise<boolean> {
    if (this.#parts.form !== 'envelope' || this.pending.removesKey(name))
      return (await this.remove([name])) > 0;
    this.#revoke([name], 'soft');
    return this.#settled(this.pending.begin({ keys: [name], soft: true }), this.#expire(name));
  }

  async tags(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    const { table, next } = this.#parts;
    const at = next();
    for (const flight of [...table.all()]) {
      if (tags.some((tag) => flight.knownTags.has(tag))) table.revoke(flight, 'hard');
      else for (const tag of tags) flight.invalidatedTags.set(tag, at);
    }
    await this.#settled(this.pending.begin({ tags }), this.#advanceTags(tags));
  }

  async everything(): Promise<void> {
    for (const flight of [...this.#parts.table.all()]) this.#parts.table.revoke(flight, 'hard');
    await this.#settled(this.pending.begin({ everything: true }), this.#clear());
  }

  /** What is there is about to be replaced: until that has reached the store, nothing of it is given out. */
  replacing(names: readonly string[]): PendingInvalidation {
    this.#revoke(names, 'hard');
    return this.pending.begin({ keys: names });
  }

  /** Tries once more what has not reached the store, and says what is lost. */
  async close(): Promise<void> {
    const lost = await this.pending.close();
    if (lost > 0) this.#parts.logger.error('invalidations never reached the store', { lost });
  }

  async #settled<T>(invalidation: PendingInvalidation, attempt: Promise<T>): Promise<T> {
    try {
      const result = await attempt;
      this.pending.reached(invalidation);
      return result;
    } catch (error) {
      this.pending.failed(invalidation, error);
      throw typedFailure(error);
    }
  }

  #revoke(names: readonly string[], how: 'hard' | 'soft'): void {
    const { table, backoff } = this.#parts;
    for (const name of names) {
      backoff.end(name);
      const flight: Flight<unknown> | undefined = table.get(name);
      if (flight !== undefined) table.revoke(flight, how);
    }
  }

  async #repeat({ keys, softKeys, tags, everything }: Repetition): Promise<void> {
    if (everything) await this.#clear();
    if (tags.length > 0) await this.#advanceTags(tags);
    if (keys.length > 0) await this.#parts.store.invalidate(keys);
    await Promise.all(softKeys.map((name) => this.#expire(name)));
  }

  /** "Any tag" is the first, and so the first to advance: a load that learns its tags late asks for it last. */
  #advanceTags(tags: readonly string[]): Promise<void> {
    const { store, names } = this.#parts;
    return store.advance([names.anyTag, ...tags.map((tag) => names.tag(tag))]);
  }

  async #clear(): Promise<void> {
    const { store, cache, names, form } = this.#parts;
    await store.advance([names.namespace]);
    if (form === 'envelope') return;
    let page: string[] = [];
    for await (const name of storeBehind(cache).keys(`${literalPattern(names.prefix)}*`)) {
      page.push(name);
      if (page.length < KEYS_A_STEP) continue;
      await store.invalidate(page);
      page = [];
    }
    if (page.length > 0) await store.invalidate(page);
    // What another cache swallows in the middle of a listing shows only here.
    if (cache.connected) return;
    throw new ConnectionError('E_CONNECTION_LOST', 'the store was lost while it was cleared', 'unknown');
  }

  /** Rewrites an entry as a stale one, if nobody stores another meanwhile. */
  async #expire(name: string): Promise<boolean> {
    const { store, form } = this.#parts;
    for (let attempt = 0; attempt < EXPIRE_ATTEMPTS; attempt++) {
      const capture = { life: FENCE_LIFE_MS, of: 'all' } as const;
      const { entries } = await store.read({ keys: [name], capture });
      const [stored] = entries;
      const entry = stored && storedEntry(stored, form);
      const keptMs = Math.min(entry?.graceMs ?? 0, entry?.remainingMs ?? 0);
      if (stored === undefined || entry === undefined || !(keptMs > 0)) break;
      const { remainingMs: _remaining, bytes: _bytes, tier: _tier, ...envelope } = entry;
      // What it has lived counts into the grace, so that its age can be told still.
      const bytes = encodeEnvelope({ ...envelope, lifeMs: 0, graceMs: ageMs(entry) + keptMs });
      const check = { fence: stored.fence ?? '', advance: true } as const;
      if ((await store.write(name, bytes, keptMs, check)) === 'stored') return true;
    }
    return (await store.invalidate([name])) > 0;
  }
}
