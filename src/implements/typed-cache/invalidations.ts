import { DisposedError } from '../../interfaces/errors.js';
import type { Backoff } from './loading/backoff.js';
import type { LoadTable } from './loading/load-table.js';
import type { CallOrder } from './policy/call-order.js';
import type { PendingInvalidation } from './store/covered.js';
import type { PendingInvalidations } from './store/pending-invalidations.js';
import type { StoreInvalidations } from './store/store-invalidations.js';
import { typedFailure } from './store/watched-store.js';

/** Invalidations: revoke loads in flight, cover the entries in this process at once, then reach the store. */
export class Invalidations<T> {
  readonly #store: StoreInvalidations;
  readonly #pending: PendingInvalidations;
  readonly #table: LoadTable<T>;
  readonly #backoff: Backoff;
  readonly #order: CallOrder;

  constructor(
    store: StoreInvalidations,
    pending: PendingInvalidations,
    table: LoadTable<T>,
    backoff: Backoff,
    order: CallOrder,
  ) {
    this.#store = store;
    this.#pending = pending;
    this.#table = table;
    this.#backoff = backoff;
    this.#order = order;
  }

  /** @returns Number of entries that existed. */
  remove(names: readonly string[]): Promise<number> {
    this.#revoke(names, 'hard');
    return this.#settled(this.#pending.begin({ keys: names }), this.#store.remove(names));
  }

  /** @returns `true` when there was an entry. */
  async expire(name: string): Promise<boolean> {
    if (!this.#store.keepsStale || this.#pending.removesKey(name)) return (await this.remove([name])) > 0;
    this.#revoke([name], 'soft');
    return this.#settled(this.#pending.begin({ keys: [name], soft: true }), this.#store.expire(name));
  }

  async tags(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    this.#table.invalidateTags(tags, this.#order.next());
    await this.#settled(this.#pending.begin({ tags }), this.#store.advanceTags(tags));
  }

  async everything(): Promise<void> {
    this.#table.revokeAll();
    await this.#settled(this.#pending.begin({ everything: true }), this.#store.clear());
  }

  /** Covers entries that are about to be replaced: they are not served until the new ones have reached the store. */
  replacing(names: readonly string[]): PendingInvalidation {
    this.#revoke(names, 'hard');
    return this.#pending.begin({ keys: names, replaces: true });
  }

  /** Ends loads that no caller waits for, and repeats once what has not reached the store. */
  async close(): Promise<void> {
    this.#table.close(new DisposedError('this TypedCache is closed'));
    await this.#pending.close();
  }

  async #settled<R>(invalidation: PendingInvalidation, attempt: Promise<R>): Promise<R> {
    try {
      const result = await attempt;
      this.#pending.reached(invalidation);
      return result;
    } catch (error) {
      this.#pending.failed(invalidation, error);
      throw typedFailure(error);
    }
  }

  #revoke(names: readonly string[], how: 'hard' | 'soft'): void {
    for (const name of names) {
      this.#backoff.end(name);
      this.#table.revoke(name, how);
    }
  }
}
