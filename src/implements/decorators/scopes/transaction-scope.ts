import type { ITransactions } from '../../../interfaces/transactions.js';
import { ChangedParts } from './changed-parts.js';

/** A transaction, for the caches that are used in it. */
export interface TransactionScope {
  readonly changed: ChangedParts;
  /** Runs a task after the commit. */
  afterCommit(task: () => Promise<void>): void;
}

/** A transaction of `transaction(…)`: it knows its end. */
export class OwnTransaction implements TransactionScope {
  readonly changed = new ChangedParts();
  readonly #tasks: (() => Promise<void>)[] = [];
  #open = true;

  /** `false` from the moment at which the outcome is known. */
  get open(): boolean {
    return this.#open;
  }

  afterCommit(task: () => Promise<void>): void {
    this.#tasks.push(task);
  }

  /** Drops what waits for the commit. */
  rollBack(): void {
    this.#open = false;
    this.#tasks.length = 0;
  }

  /** Does what waits for the commit, all of it. @throws the first failure. */
  async commit(): Promise<void> {
    this.#open = false;
    const outcomes = await Promise.allSettled(this.#tasks.splice(0).map((task) => task()));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/** State of the module: parts that transactions of other libraries have changed, as long as these exist. */
const foreign = new WeakMap<object, ChangedParts>();

/** The transaction of another library in which the caller runs. */
export function foreignTransaction(transactions: ITransactions | undefined): TransactionScope | undefined {
  const active = transactions?.active();
  if (transactions === undefined || active === undefined) return undefined;
  const changed = foreign.get(active) ?? new ChangedParts();
  foreign.set(active, changed);
  return { changed, afterCommit: (task) => transactions.afterCommit(task) };
}
