import { tokenLifeMs } from '../policy/policy.js';
import type { Request } from '../policy/request.js';
import type { KeyNames } from '../store/key-names.js';
import { isEnded, type StoredEntry, type StoredForm, storedEntry } from '../store/stored-entry.js';
import type { WatchedStore } from '../store/watched-store.js';

/** Maximum number of attempts to set the right TTL while other entries replace the one that was hit. */
const EXTENSIONS = 8;

/** Sliding expiry: a hit restarts the TTL of its entry. */
export class Sliding {
  readonly #store: WatchedStore;
  readonly #names: KeyNames;
  readonly #form: StoredForm;

  constructor(store: WatchedStore, names: KeyNames, form: StoredForm) {
    this.#store = store;
    this.#names = names;
    this.#form = form;
  }

  /** Restarts the TTL of an entry, and extends those of its generations, in the background. */
  restart(entry: StoredEntry, request: Request): void {
    const wholeMs = wholeLifeMs(entry, request);
    if ((entry.remainingMs ?? 0) >= wholeMs) return;
    this.#extend(entry, request, wholeMs, EXTENSIONS).catch(() => undefined);
  }

  /**
   * Extends the entry that is stored now. An entry other than the one that was hit has the wrong TTL after this, and is
   * given its own; one that was expired in the meantime gets back its remaining TTL.
   */
  async #extend(entry: StoredEntry, request: Request, extend: number, attempts: number): Promise<void> {
    const { name, policy } = request;
    const generations = this.#names.generations(entry.tags.map(({ tag }) => tag));
    const capture = { life: tokenLifeMs(policy, entry.lifeMs, entry.graceMs), of: 'absent' as const };
    const scope = this.#names.namespace;
    const [stored] = (await this.#store.read({ keys: [name], scope, generations, capture, extend })).entries;
    const extended = stored && storedEntry(stored, this.#form);
    if (extended === undefined || attempts === 1 || (isEnded(extended) && isEnded(entry))) return;
    const rightMs = isEnded(extended)
      ? Math.max(1, extended.remainingMs ?? 0)
      : wholeLifeMs(extended, request);
    if (rightMs !== extend) await this.#extend(extended, request, rightMs, attempts - 1);
  }
}

/** Full TTL of an entry with its grace, up to the maximum of the call; bare values have the TTL of the call. */
function wholeLifeMs(
  { kind, namespaceGeneration, lifeMs, graceMs }: StoredEntry,
  { policy }: Request,
): number {
  if (namespaceGeneration !== undefined) return Math.min(lifeMs, policy.maxExpireMs) + graceMs;
  return kind === 'null' ? (policy.negativeExpireMs ?? policy.expireMs) : policy.expireMs;
}
