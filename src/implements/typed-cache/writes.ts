import type { Invalidations } from './invalidations.js';
import type { EntryWriter } from './loading/steps/entry-writer.js';
import type { Terms } from './policy/policy.js';
import type { EncodedValue } from './reading/values.js';
import type { Ledger } from './store/ledger.js';
import type { PendingInvalidations } from './store/pending-invalidations.js';

/** Values set by the application: each covers the entry that it replaces until it is stored. */
export class Writes<T> {
  readonly #writer: EntryWriter;
  readonly #invalidations: Invalidations<T>;
  readonly #pending: PendingInvalidations;
  readonly #ledger: Ledger;

  constructor(
    writer: EntryWriter,
    invalidations: Invalidations<T>,
    pending: PendingInvalidations,
    ledger: Ledger,
  ) {
    this.#writer = writer;
    this.#invalidations = invalidations;
    this.#pending = pending;
    this.#ledger = ledger;
  }

  /** @param values  Encoded values by the names of their entries. @returns `true` when all of them are stored. */
  async set(values: ReadonlyMap<string, EncodedValue>, terms: Terms): Promise<boolean> {
    const names = [...values.keys()];
    if (!terms.policy.mode.stores) {
      await this.#invalidations.remove(names).catch(() => 0);
      return false;
    }
    const marks = names.map((name) => this.#invalidations.replacing([name]));
    // An invalidation that is repeated later would undo what is stored now.
    if (this.#pending.undoes(terms.tags)) await this.#pending.flush();
    const results = await this.#writer.storeAll([...values], terms);
    for (const [index, result] of results.entries()) {
      const mark = marks[index];
      if (mark === undefined) continue;
      if (result.status === 'fulfilled') {
        this.#ledger.counts.stored++;
        this.#pending.reached(mark);
      } else this.#pending.failed(mark, result.reason);
    }
    const stored = results.every(({ status }) => status === 'fulfilled');
    // If the store refused only the new value, the old one is removed at once.
    if (!stored) await this.#pending.flush();
    return stored;
  }
}
