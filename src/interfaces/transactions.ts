/**
 * Transactions of a database library, for caches: changes wait for the commit, and nothing that was loaded inside is
 * stored, because it may be uncommitted.
 */
export interface ITransactions {
  /** An object that stands for the transaction in which the caller runs; `undefined` outside of one. */
  active(): object | undefined;
  /**
   * Runs a task once the transaction of the caller has committed, or may have: its outcome is unknown. Drops the task
   * when it was rolled back.
   */
  afterCommit(task: () => Promise<void>): void;
}
