/** A change that a later call has made: `done` tells whether it took effect, and a new TTL has a length instead. */
type LaterChange = { readonly done: Promise<boolean> } | { readonly lifeMs: number };

/**
 * Names that later calls have changed while a call in several steps was on its way, so that its remaining steps do not
 * undo them. What a later call has replaced or removed waits for that call, and is left out if it took effect: a set
 * that failed must not save an entry from a removal. A later TTL counts for what is set, and saves nothing.
 */
export class ChangedLater {
  readonly #changes = new Map<string, LaterChange>();

  add(name: string, change: LaterChange): void {
    const before = this.#changes.get(name);
    if ('lifeMs' in change && before !== undefined && 'done' in before) return;
    this.#changes.set(name, change);
  }

  /** TTL that a later call has given a name. */
  lifeMs(name: string): number | undefined {
    const change = this.#changes.get(name);
    return change !== undefined && 'lifeMs' in change ? change.lifeMs : undefined;
  }

  /** Names that no later call replaces or removes. @param ahead  Receives the others. */
  current<Names extends readonly string[]>(names: Names, ahead: string[]): Names | string[] {
    if (this.#changes.size === 0) return names;
    return names.filter((name) => {
      const isAhead = 'done' in (this.#changes.get(name) ?? {});
      if (isAhead) ahead.push(name);
      return !isAhead;
    });
  }

  /** Waits for the later changes of names. @returns those whose latest change did not take effect. */
  async unchanged(names: readonly string[]): Promise<string[]> {
    const left = await Promise.all(
      names.map(async (name) => {
        for (let change = this.#changes.get(name); change !== undefined && 'done' in change; ) {
          if (await change.done) return [];
          const latest = this.#changes.get(name);
          if (latest === change) this.#changes.delete(name);
          change = latest === change ? undefined : latest;
        }
        return [name];
      }),
    );
    return left.flat();
  }
}

/** The calls in several steps that are on their way. Costs nothing while there is none. */
export class LaterChanges {
  readonly #calls = new Set<ChangedLater>();

  /** `true` while there is a call in several steps. */
  get any(): boolean {
    return this.#calls.size > 0;
  }

  /** Records that names are replaced or removed. @param change  Resolves with `false`, or rejects, when they are not. */
  add(names: readonly string[], change: Promise<unknown>): void {
    if (this.any) addTo([...this.#calls], names, change);
  }

  /** Records the TTL that a name is given. */
  expire(name: string, lifeMs: number): void {
    for (const call of this.#calls) call.add(name, { lifeMs });
  }

  /**
   * Runs a call in several steps, with the names that are changed from now on.
   *
   * @param names  Names that the call itself replaces or removes, as far as they are known.
   */
  during<R>(names: readonly string[], call: (changed: ChangedLater) => Promise<R>): Promise<R> {
    const before = [...this.#calls];
    const changed = new ChangedLater();
    this.#calls.add(changed);
    const result = call(changed).finally(() => this.#calls.delete(changed));
    addTo(before, names, result);
    return result;
  }
}

function addTo(calls: readonly ChangedLater[], names: readonly string[], change: Promise<unknown>): void {
  if (calls.length === 0 || names.length === 0) return;
  const done = change.then(
    (result) => result !== false,
    () => false,
  );
  for (const call of calls) for (const name of names) call.add(name, { done });
}
