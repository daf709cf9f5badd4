import { ConnectionError } from '../../interfaces/errors.js';
import type { Changes } from './changes/changes.js';
import type { PlannedSet } from './changes/planned-set.js';
import type { Invalidations } from './invalidations.js';
import type { EntryWriter } from './loading/steps/entry-writer.js';
import type { Terms } from './policy/policy.js';
import type { EncodedValue } from './reading/values.js';
import type { Ledger } from './store/ledger.js';
import type { PendingInvalidations } from './store/pending-invalidations.js';

/**
 * Number of attempts to store a value under its fence while other processes change the key. The next one stores it in
 * any case: so many changes in one call are a contention that nobody needs to win.
 */
const FENCED_ATTEMPTS = 4;
/** Number of values that are written at once: a step of a call for many has its own timeout, and its own memory. */
const VALUES_A_STEP = 1024;

/** Values set by the application, each in its place among the changes of its key. */
export class Writes<T> {
  readonly #changes: Changes;
  readonly #writer: EntryWriter;
  readonly #invalidations: Invalidations<T>;
  readonly #pending: PendingInvalidations;
  readonly #ledger: Ledger;

  constructor(
    changes: Changes,
    writer: EntryWriter,
    invalidations: Invalidations<T>,
    pending: PendingInvalidations,
    ledger: Ledger,
  ) {
    this.#changes = changes;
    this.#writer = writer;
    this.#invalidations = invalidations;
    this.#pending = pending;
    this.#ledger = ledger;
  }

  /** Gives a set its place in the order of changes. It must be followed by `set` or `giveUp`. */
  plan(names: Iterable<string>, { tags }: Terms): readonly PlannedSet[] {
    return this.#changes.plan(names, tags);
  }

  /** Ends a set of which nothing is stored, and leaves everything as it is. */
  giveUp(sets: readonly PlannedSet[]): void {
    for (const set of sets) this.#changes.end(set);
  }

  /** @param values  Encoded values by the names of their entries. @returns `true` when all of them are stored. */
  async set(
    sets: readonly PlannedSet[],
    values: ReadonlyMap<string, EncodedValue>,
    terms: Terms,
  ): Promise<boolean> {
    if (!terms.policy.mode.stores) {
      const names = sets.filter(({ goes }) => goes).map(({ name }) => name);
      this.giveUp(sets);
      if (names.length > 0) await this.#invalidations.remove(names).catch(() => 0);
      return false;
    }
    let reached = true;
    for (let from = 0; from < sets.length; from += VALUES_A_STEP) {
      const step = sets.slice(from, from + VALUES_A_STEP);
      const results = await Promise.all(
        step.map((set) => this.#inTurn(set, values.get(set.name) as EncodedValue, terms)),
      );
      reached &&= results.every(Boolean);
    }
    // If the store refused only the new value, the old one is removed at once.
    if (!reached) await this.#pending.flush();
    return reached;
  }

  /** Stores a value when the earlier changes of its key are over. Never rejects. */
  async #inTurn(set: PlannedSet, encoded: EncodedValue, terms: Terms): Promise<boolean> {
    const ahead = this.#changes.begin(set);
    if (ahead !== undefined) await ahead;
    let reached = set.successor === undefined && (await this.#store(set, encoded, terms));
    this.#changes.end(set);
    // A value that a later call has replaced or removed was there for no time.
    if (!reached && set.successor !== undefined) reached = await set.successor;
    set.settle(reached);
    return reached;
  }

  async #store(set: PlannedSet, encoded: EncodedValue, terms: Terms): Promise<boolean> {
    const { name } = set;
    set.run();
    try {
      await this.#repeatEarlier(name, terms);
      const stored = await this.#attempt(set, encoded, terms);
      if (stored) this.#ledger.counts.stored++;
      else if (set.successor !== undefined) return false;
      else await this.#invalidations.removed(name);
      if (set.successor === undefined) this.#invalidations.replaced(name);
      return true;
    } catch (error) {
      if (set.successor === undefined) this.#invalidations.unreached(name, error);
      return false;
    }
  }

  /** @returns `false` when a later change of this process forbids to store the value. */
  async #attempt(set: PlannedSet, encoded: EncodedValue, terms: Terms): Promise<boolean> {
    const value = this.#writer.settable(encoded, terms);
    for (let attempt = 1; set.goes; attempt++) {
      if ((await this.#writer.set(set, value, terms, attempt <= FENCED_ATTEMPTS)) === 'stored') return true;
    }
    return false;
  }

  /** Repeats failed invalidations that would remove the value later. @throws when they fail again. */
  async #repeatEarlier(name: string, { tags }: Terms): Promise<void> {
    if (!this.#pending.undoesKey(name) && !this.#pending.undoes(name, tags)) return;
    await this.#pending.flush();
    if (!this.#pending.undoes(name, tags)) return;
    throw new ConnectionError(
      'E_CONNECTION_LOST',
      'an earlier invalidation has not reached the store, and would remove the value later',
      'not-sent',
    );
  }
}
