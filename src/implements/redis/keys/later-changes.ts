/**
 * Names that were changed while a call in several steps was on its way: its steps that are still to be sent leave them
 * out, because the later call counts. Costs nothing while there is no such call.
 */
export class LaterChanges {
  readonly #calls = new Set<Set<string>>();

  /** Records a change. */
  add(name: string): void {
    for (const names of this.#calls) names.add(name);
  }

  addAll(names: readonly string[]): void {
    if (this.#calls.size > 0) for (const name of names) this.add(name);
  }

  /** Runs a call in several steps, with the names that were changed since it began. */
  async during<R>(call: (changed: ReadonlySet<string>) => Promise<R>): Promise<R> {
    const names = new Set<string>();
    this.#calls.add(names);
    try {
      return await call(names);
    } finally {
      this.#calls.delete(names);
    }
  }
}
