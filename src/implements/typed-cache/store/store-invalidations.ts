import type { ICache } from '../../../interfaces/cache.js';
import { ConnectionError } from '../../../interfaces/errors.js';
import type { PartialFailure } from '../../../interfaces/fenced-store.js';
import { literalPattern } from '../../foundation/arguments/pattern.js';
import {
  type FailureWithRest,
  failedNames,
  failureWithRest,
  partialFailure,
} from '../../foundation/partial-failure.js';
import { storeBehind } from '../../foundation/store/store-behind.js';
import { bundleOf, type Living, livingIn } from '../wire/editions.js';
import { encodeEnvelope } from '../wire/envelope.js';
import type { KeyNames } from './key-names.js';
import { ageMs, type StoredForm } from './stored-entry.js';
import type { WatchedStore } from './watched-store.js';

const KEYS_A_STEP = 256;
/** Maximum number of attempts to expire an entry while others replace it. */
const EXPIRE_ATTEMPTS = 8;
/** TTL of a fence that is used at once. */
const FENCE_LIFE_MS = 60_000;

/** Invalidations to repeat, without duplicates. */
export interface Repetition {
  readonly keys: readonly string[];
  readonly softKeys: readonly string[];
  readonly tags: readonly string[];
  /** `true` for the whole namespace, or the failure that has left a part of it. */
  readonly everything: boolean | PartialFailure;
}

/** Invalidations as operations on the store. */
export class StoreInvalidations {
  readonly #store: WatchedStore;
  readonly #cache: ICache;
  readonly #names: KeyNames;
  readonly #form: StoredForm;

  /** @param cache  Same store by its other port, which can list keys. */
  constructor(store: WatchedStore, cache: ICache, names: KeyNames, form: StoredForm) {
    this.#store = store;
    this.#cache = cache;
    this.#names = names;
    this.#form = form;
  }

  /** `false` for bare values: they have no room for grace, so `expire` removes them. */
  get keepsStale(): boolean {
    return this.#form === 'envelope';
  }

  /** Failure of a clear that left a part; `undefined` when it may be all: bare values are not read with a scope. */
  leftBy(error: unknown): FailureWithRest | undefined {
    return this.keepsStale ? failureWithRest(error) : undefined;
  }

  /** @returns Number of keys that existed. */
  remove(keys: readonly string[]): Promise<number> {
    return this.#store.invalidate(keys);
  }

  /**
   * Advances "any tag" first, because a load that learns its tags late reads it last.
   *
   * @throws {PartialFailure} when some tags were invalidated, with the others: none was while "any tag" has failed.
   */
  async advanceTags(tags: readonly string[]): Promise<void> {
    const { anyTag } = this.#names;
    try {
      await this.#store.advance([anyTag, ...this.#names.generations(tags)]);
    } catch (error) {
      const failed = failedNames(error);
      if (failed === undefined) throw error;
      const reached = failed.has(anyTag) ? [] : tags.filter((tag) => !failed.has(this.#names.tag(tag)));
      throw partialFailure(
        error,
        tags.filter((tag) => !reached.includes(tag)),
      );
    }
  }

  /**
   * @param running  Keys of sets that are on their way: bare values do not tell that they are older.
   * @param left     Failure of an earlier clear: only what it has left is cleared.
   */
  async clear(running: readonly string[] = [], left?: PartialFailure): Promise<void> {
    await this.#store.advance([this.#names.namespace], left ?? 'everywhere');
    if (this.#form === 'envelope') return;
    if (running.length > 0) await this.#store.invalidate(running);
    const pattern = `${literalPattern(this.#names.prefix)}*`;
    let page: string[] = [];
    for await (const name of storeBehind(this.#cache).keys(pattern)) {
      page.push(name);
      if (page.length < KEYS_A_STEP) continue;
      await this.#store.invalidate(page);
      page = [];
    }
    if (page.length > 0) await this.#store.invalidate(page);
    // A cache without a known store hides a failure in the middle of a listing; only `connected` shows it.
    if (this.#cache.connected) return;
    throw new ConnectionError(
      'E_CONNECTION_LOST',
      'the store was disconnected while it was cleared',
      'unknown',
    );
  }

  /** Rewrites an entry as a stale one, unless another is stored meanwhile. @returns `true` when there was an entry. */
  async expire(name: string): Promise<boolean> {
    for (let attempt = 0; attempt < EXPIRE_ATTEMPTS; attempt++) {
      const capture = { life: FENCE_LIFE_MS, of: 'all' } as const;
      const { entries } = await this.#store.read({ keys: [name], capture });
      const [stored] = entries;
      const stale =
        stored === undefined || stored.value === null ? [] : staleIn(stored.value, stored.remainingMs);
      if (stored === undefined || stale.length === 0) break;
      const { bytes, remainingMs } = bundleOf(stale);
      const check = { fence: stored.fence ?? '', advance: true } as const;
      const carried = this.#names.carried(stale.map(({ envelope }) => envelope));
      if ((await this.#store.write(name, bytes, remainingMs, check, carried)) === 'stored') return true;
    }
    return (await this.#store.invalidate([name])) > 0;
  }

  async repeat({ keys, softKeys, tags, everything }: Repetition): Promise<void> {
    if (everything !== false) await this.clear([], everything === true ? undefined : everything);
    if (tags.length > 0) await this.advanceTags(tags);
    if (keys.length > 0) await this.remove(keys);
    const results = await Promise.allSettled(softKeys.map((name) => this.expire(name)));
    const failed = softKeys.filter((_, index) => results[index]?.status === 'rejected');
    const first = results.find((result) => result.status === 'rejected');
    if (first !== undefined) throw partialFailure(first.reason, failed);
  }
}

/** Envelopes of a value as stale ones, those of every edition that has grace. */
function staleIn(value: Uint8Array, remainingMs: number | null): Living[] {
  return livingIn(value, remainingMs ?? 0).flatMap(({ envelope, remainingMs: leftMs }) => {
    const keptMs = Math.min(envelope.graceMs, leftMs);
    if (keptMs <= 0) return [];
    // Its age is added to the grace, so that it can still be computed.
    const graceMs = ageMs({ ...envelope, remainingMs: leftMs }) + keptMs;
    const ended = { ...envelope, lifeMs: 0, graceMs };
    return [{ envelope: ended, bytes: encodeEnvelope(ended), remainingMs: keptMs }];
  });
}
