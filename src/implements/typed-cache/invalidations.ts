import { DisposedError } from '../../interfaces/errors.js';
import type { Changes } from './changes/changes.js';
import type { Backoff } from './loading/backoff.js';
import type { LoadTable } from './loading/load-table.js';
import type { CallOrder } from './policy/call-order.js';
import type { PendingInvalidation } from './store/covered.js';
import type { PendingInvalidations } from './store/pending-invalidations.js';
import type { StoreInvalidations } from './store/store-invalidations.js';
import { typedFailure } from './store/watched-store.js';

/** Orders that an invalidation has its place in. */
export interface Orders {
  readonly calls: CallOrder;
  readonly changes: Changes;
}

/** Invalidations: revoke loads in flight, cover the entries in this process at once, then reach the store. */
export class Invalidations<T> {
  readonly #store: StoreInvalidations;
  readonly #pending: PendingInvalidations;
  readonly #table: LoadTable<T>;
  readonly #backoff: Backoff;
  readonly #order: Orders;

  constructor(
    store: StoreInvalidations,
    pending: PendingInvalidations,
    table: LoadTable<T>,
    backoff: Backoff,
    order: Orders,
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
    const attempt = this.#settled(this.#pending.begin({ keys: names }), this.#store.remove(names));
    this.#order.changes.removal(names, attempt);
    return attempt;
  }

  /** @returns `true` when there was an entry. */
  async expire(name: string): Promise<boolean> {
    if (!this.#store.keepsStale || this.#pending.removesKey(name)) return (await this.remove([name])) > 0;
    this.#revoke([name], 'soft');
    const invalidation = this.#pending.begin({ keys: [name], soft: true });
    return this.#order.changes.expiry(name, () => this.#settled(invalidation, this.#store.expire(name)));
  }

  async tags(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    this.#table.invalidateTags(tags, this.#order.calls.next());
    const attempt = this.#settled(this.#pending.begin({ tags }), this.#store.advanceTags(tags));
    this.#order.changes.tags(tags, attempt);
    await attempt;
  }

  async everything(): Promise<void> {
    this.#table.revokeAll();
    const { changes } = this.#order;
    const attempt = this.#settled(
      this.#pending.begin({ everything: true }),
      this.#store.clear(changes.running),
    );
    changes.everything(attempt);
    await attempt;
  }

  /** Handles a value that a set has replaced: no load that began before may replace it. */
  replaced(name: string): void {
    this.#revoke([name], 'hard');
    this.#pending.replaced(name);
  }

  /** Removes what a set was to replace, because a later invalidation covers its value. */
  async removed(name: string): Promise<void> {
    this.#revoke([name], 'hard');
    await this.#store.remove([name]);
  }

  /** Hides what a set was to replace: it may or may not have been replaced. */
  unreached(name: string, error: unknown): void {
    this.#revoke([name], 'hard');
    this.#pending.failed(this.#pending.begin({ keys: [name], replaces: true }), error);
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
