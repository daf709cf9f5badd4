import type { FencedRead } from '../../../interfaces/fenced-store.js';
import type { Outside } from '../../foundation/waiting/outside.js';
import { tokenLifeMs } from '../policy/policy.js';
import type { Request } from '../policy/request.js';
import type { KeyNames } from '../store/key-names.js';
import { isEnded, type StoredEntry, type StoredForm, storedEntry } from '../store/stored-entry.js';
import type { WatchedStore } from '../store/watched-store.js';
import { bundleOf, livingIn } from '../wire/editions.js';
import type { Envelope } from '../wire/envelope.js';

/** Maximum number of attempts to set the right TTL while other entries replace the one that was hit. */
const EXTENSIONS = 8;

/** Tier of entries that are read without a call. */
const IN_MEMORY = 'l1';

/** Sliding expiry: a hit restarts the TTL of its entry. */
export class Sliding {
  readonly #store: WatchedStore;
  readonly #names: KeyNames;
  readonly #form: StoredForm;
  readonly #outside: Outside;

  constructor(store: WatchedStore, names: KeyNames, form: StoredForm, outside: Outside) {
    this.#outside = outside;
    this.#store = store;
    this.#names = names;
    this.#form = form;
  }

  /** Restarts the TTL of an entry, and extends those of its generations, in the background. */
  restart(entry: StoredEntry, request: Request): void {
    const wholeMs = wholeLifeMs(entry, request);
    // A hit in memory is cheaper than a call: it restarts a TTL when an eighth of it has passed.
    const dueMs = entry.tier === IN_MEMORY ? wholeMs - wholeMs / 8 : wholeMs;
    if ((entry.remainingMs ?? 0) >= dueMs) return;
    this.#outside.run(() => {
      const restarted =
        entry.beforeMs === undefined
          ? this.#extend(entry, request, wholeMs, EXTENSIONS)
          : this.#rewrite(entry, request);
      restarted.catch(() => undefined);
    });
  }

  /** Restarts the TTL of one edition among others, which keep theirs, unless the key is changed meanwhile. */
  async #rewrite(entry: StoredEntry, request: Request): Promise<void> {
    const { name, clock } = request;
    const atMs = clock.now();
    const { entries } = await this.#store.read(this.#asked(entry, request, 'all'));
    const [stored] = entries;
    if (stored === undefined || stored.value === null || stored.fence === null) return;
    const elapsedMs = clock.now() - atMs;
    const parts = livingIn(stored.value, stored.remainingMs ?? 0).map((part) => {
      const { envelope } = part;
      const isHit = envelope.version === entry.version && envelope.codec === entry.codec;
      const leftMs = Math.max(1, Math.floor(part.remainingMs - elapsedMs));
      return { ...part, remainingMs: isHit && !isEnded(envelope) ? wholeLifeMs(envelope, request) : leftMs };
    });
    if (parts.length === 0) return;
    const { bytes, remainingMs } = bundleOf(parts);
    const carried = this.#names.carried(parts.map(({ envelope }) => envelope));
    await this.#store.write(name, bytes, remainingMs, stored.fence, carried);
  }

  /**
   * Extends the entry that is stored now. An entry other than the one that was hit has the wrong TTL after this, and is
   * given its own; one that was expired in the meantime gets back its remaining TTL.
   */
  async #extend(entry: StoredEntry, request: Request, extend: number, attempts: number): Promise<void> {
    const read = { ...this.#asked(entry, request, 'absent'), extend };
    const [stored] = (await this.#store.read(read)).entries;
    if (stored === undefined || attempts === 1) return;
    const extended = storedEntry(stored, this.#form, request.policy);
    if (extended === undefined) return;
    if (extended.beforeMs !== undefined) {
      await this.#store.read({ keys: [request.name], extend: Math.max(1, stored.remainingMs ?? 0) });
      return this.#rewrite(extended, request);
    }
    if (isEnded(extended) && isEnded(entry)) return;
    const rightMs = isEnded(extended)
      ? Math.max(1, extended.remainingMs ?? 0)
      : wholeLifeMs(extended, request);
    if (rightMs !== extend) await this.#extend(extended, request, rightMs, attempts - 1);
  }

  /** Read of an entry that extends the TTLs of its generations. */
  #asked(
    { tags, lifeMs, graceMs }: StoredEntry,
    { name, policy }: Request,
    of: 'absent' | 'all',
  ): FencedRead {
    return {
      keys: [name],
      scope: this.#names.namespace,
      generations: this.#names.generations(tags.map(({ tag }) => tag)),
      capture: { life: tokenLifeMs(policy, lifeMs, graceMs), of },
    };
  }
}

/** Full TTL of an entry with its grace, up to the maximum of the call; bare values have the TTL of the call. */
function wholeLifeMs({ kind, namespaceGeneration, lifeMs, graceMs }: Envelope, { policy }: Request): number {
  if (namespaceGeneration !== undefined) return Math.min(lifeMs, policy.maxExpireMs) + graceMs;
  return kind === 'null' ? (policy.negativeExpireMs ?? policy.expireMs) : policy.expireMs;
}
