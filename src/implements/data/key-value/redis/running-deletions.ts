/** A deletion in several steps. */
interface RunningDeletion {
  readonly matches: (key: string) => boolean;
  /** Keys that later calls have named: it has deleted them ahead of those calls. */
  readonly settled: Set<string>;
  readonly ahead: Promise<number>[];
  readonly end: Promise<number>;
}

/** Rest of a deletion: the keys of a page that it still has to delete. */
export type LeftOf = (page: readonly string[]) => readonly string[];

/**
 * The deletions in several steps that are on their way. A later call that names a key finds it deleted: the key is deleted
 * ahead of that call, and the remaining steps leave it alone. Costs nothing while there is none.
 */
export class RunningDeletions {
  readonly #running = new Set<RunningDeletion>();

  /** `true` while there is one. */
  get any(): boolean {
    return this.#running.size > 0;
  }

  /**
   * Deletes keys ahead of a call that names them.
   *
   * @param deleteNow  Sends the command before it returns.
   */
  settle(keys: readonly string[], deleteNow: (keys: readonly string[]) => Promise<number>): void {
    let left = keys;
    for (const { matches, settled, ahead } of this.#running) {
      const due = left.filter((key) => !settled.has(key) && matches(key));
      for (const key of keys) settled.add(key);
      if (due.length === 0) continue;
      left = left.filter((key) => !due.includes(key));
      const deleted = deleteNow(due);
      deleted.catch(() => undefined); // The deletion rejects with it in the end.
      ahead.push(deleted);
    }
  }

  /** Waits for those that are on their way, whatever becomes of them. */
  async ended(): Promise<void> {
    await Promise.allSettled([...this.#running].map(({ end }) => end));
  }

  /**
   * Runs a deletion, after those that began before it.
   *
   * @param steps  Deletes page by page what `leftOf` leaves of each, and counts it.
   * @returns number of keys that were deleted, ahead of later calls included.
   */
  run(matches: (key: string) => boolean, steps: (leftOf: LeftOf) => Promise<number>): Promise<number> {
    const before = this.ended();
    const settled = new Set<string>();
    const ahead: Promise<number>[] = [];
    const end = before
      .then(() => steps((page) => page.filter((key) => !settled.has(key))))
      .then(async (deleted) => (await Promise.all(ahead)).reduce((sum, count) => sum + count, deleted))
      .finally(() => this.#running.delete(running));
    const running: RunningDeletion = { matches, settled, ahead, end };
    this.#running.add(running);
    return end;
  }
}
