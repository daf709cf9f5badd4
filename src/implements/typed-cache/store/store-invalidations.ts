import type { ICache } from '../../../interfaces/cache.js';
import { ConnectionError } from '../../../interfaces/errors.js';
import { everyKey, type ListsEveryKey } from '../../../interfaces/every-key.js';
import { literalPattern } from '../../foundation/arguments/pattern.js';
import { encodeEnvelope } from '../wire/envelope.js';
import type { KeyNames } from './key-names.js';
import { ageMs, type StoredForm, storedEntry } from './stored-entry.js';
import type { WatchedStore } from './watched-store.js';

const KEYS_A_STEP = 256;
/** Maximum number of attempts to expire an entry while others replace it. */
const EXPIRE_ATTEMPTS = 8;
/** TTL of a fence that is used at once. */
const FENCE_LIFE_MS = 60_000;

/** Invalidations that have to be repeated, each thing once. */
export interface Repetition {
  readonly keys: readonly string[];
  readonly softKeys: readonly string[];
  readonly tags: readonly string[];
  readonly everything: boolean;
}

/** Invalidations as steps on the store. */
export class StoreInvalidations {
  readonly #store: WatchedStore;
  readonly #cache: ICache;
  readonly #names: KeyNames;
  readonly #form: StoredForm;

  /** @param cache  The store by its other port, which can list keys. */
  constructor(store: WatchedStore, cache: ICache, names: KeyNames, form: StoredForm) {
    this.#store = store;
    this.#cache = cache;
    this.#names = names;
    this.#form = form;
  }

  /** `false` where values are bare: without room for grace, a key that expires is removed. */
  get keepsStale(): boolean {
    return this.#form === 'envelope';
  }

  /** @returns Number of keys that existed. */
  remove(keys: readonly string[]): Promise<number> {
    return this.#store.invalidate(keys);
  }

  /** "Any tag" is the first, and so the first to advance: a load that learns its tags late asks for it last. */
  advanceTags(tags: readonly string[]): Promise<void> {
    return this.#store.advance([this.#names.anyTag, ...tags.map((tag) => this.#names.tag(tag))]);
  }

  async clear(): Promise<void> {
    await this.#store.advance([this.#names.namespace]);
    if (this.#form === 'envelope') return;
    const pattern = `${literalPattern(this.#names.prefix)}*`;
    let page: string[] = [];
    for await (const name of keysOf(this.#cache, pattern)) {
      page.push(name);
      if (page.length < KEYS_A_STEP) continue;
      await this.#store.invalidate(page);
      page = [];
    }
    if (page.length > 0) await this.#store.invalidate(page);
    // What another cache swallows in the middle of a listing shows only here.
    if (this.#cache.connected) return;
    throw new ConnectionError('E_CONNECTION_LOST', 'the store was lost while it was cleared', 'unknown');
  }

  /** Rewrites an entry as a stale one, if no other is stored meanwhile. @returns `true` when there was one. */
  async expire(name: string): Promise<boolean> {
    for (let attempt = 0; attempt < EXPIRE_ATTEMPTS; attempt++) {
      const capture = { life: FENCE_LIFE_MS, of: 'all' } as const;
      const { entries } = await this.#store.read({ keys: [name], capture });
      const [stored] = entries;
      const entry = stored && storedEntry(stored, this.#form);
      const keptMs = Math.min(entry?.graceMs ?? 0, entry?.remainingMs ?? 0);
      if (stored === undefined || entry === undefined || !(keptMs > 0)) break;
      const { remainingMs: _remaining, bytes: _bytes, tier: _tier, ...envelope } = entry;
      // What it has lived counts into the grace, so that its age can be told still.
      const bytes = encodeEnvelope({ ...envelope, lifeMs: 0, graceMs: ageMs(entry) + keptMs });
      const check = { fence: stored.fence ?? '', advance: true } as const;
      if ((await this.#store.write(name, bytes, keptMs, check)) === 'stored') return true;
    }
    return (await this.#store.invalidate([name])) > 0;
  }

  async repeat({ keys, softKeys, tags, everything }: Repetition): Promise<void> {
    if (everything) await this.clear();
    if (tags.length > 0) await this.advanceTags(tags);
    if (keys.length > 0) await this.remove(keys);
    await Promise.all(softKeys.map((name) => this.expire(name)));
  }
}

/** The keys that match a pattern, all of them where the cache can tell that it is all. */
function keysOf(cache: ICache & Partial<ListsEveryKey>, pattern: string): AsyncIterable<string> {
  return cache[everyKey]?.(pattern) ?? cache.keys(pattern);
}
