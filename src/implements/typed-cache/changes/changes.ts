import { type ChangeInFlight, InvalidationInFlight, PlannedSet } from './planned-set.js';

/** Invalidation of tags, or of everything, on its way to the store. */
interface WideChange {
  /** `undefined` for everything. */
  readonly tags: readonly string[] | undefined;
  readonly flight: ChangeInFlight;
}

/**
 * Changes of this process on their way to the store: those of one key take effect in the order of their calls.
 *
 * A set waits until the earlier changes of its key are over. A removal does not wait: it takes the place of the sets
 * before it, and advances the fence that one of them has captured, so that this one cannot be stored any more, even if
 * the server executes it late. Of the sets that wait for one that runs, only the last one is sent; so each call waits
 * for one other set at most. Holds nothing when no change is under way.
 */
export class Changes {
  /** Changes of each key in the order of their calls. */
  readonly #keys = new Map<string, Set<PlannedSet | InvalidationInFlight>>();
  readonly #wide = new Set<WideChange>();

  /** Gives a set its place in the order, key by key. */
  plan(names: Iterable<string>, tags: readonly string[]): PlannedSet[] {
    const sets: PlannedSet[] = [];
    for (const name of names) {
      const set = new PlannedSet(name, tags);
      this.#add(name, set);
      sets.push(set);
    }
    return sets;
  }

  /**
   * Begins a set whose value was checked: it takes the place of earlier ones that were not sent.
   *
   * @returns Promise to wait for, if earlier changes are under way.
   */
  begin(set: PlannedSet): Promise<unknown> | undefined {
    if (set.successor !== undefined) return undefined;
    set.wait();
    const ahead: Promise<void>[] = [];
    for (const earlier of this.#keys.get(set.name) ?? []) {
      if (earlier === set) break;
      if (earlier instanceof PlannedSet && !earlier.isRunning) this.#replace(earlier, set.result());
      else ahead.push(earlier.ended());
    }
    return this.#all(ahead, set.tags);
  }

  /** Ends a set, whatever became of it. */
  end(set: PlannedSet): void {
    this.#remove(set.name, set);
    set.end();
  }

  /** Takes the place of all sets of some keys. */
  removal(names: readonly string[], attempt: Promise<unknown>): void {
    const flight = new InvalidationInFlight();
    const reached = outcomeOf(attempt);
    for (const name of names) {
      this.#replaceAll(name, reached);
      this.#add(name, flight);
    }
    this.#landing(attempt, flight, () => {
      for (const name of names) this.#remove(name, flight);
    });
  }

  /**
   * Begins an expiry, which follows the sets of its key. One whose value is still being checked may take any time: it
   * is not waited for, and its value is not stored.
   *
   * @param run  Called when the earlier changes of the key are over.
   */
  expiry<R>(name: string, run: () => Promise<R>): Promise<R> {
    const ahead: Promise<void>[] = [];
    for (const earlier of this.#keys.get(name) ?? []) {
      if (earlier instanceof PlannedSet && earlier.isPlanned) earlier.void();
      else ahead.push(earlier.ended());
    }
    const flight = new InvalidationInFlight();
    this.#add(name, flight);
    const attempt = ahead.length === 0 ? run() : Promise.all(ahead).then(run);
    this.#landing(attempt, flight, () => this.#remove(name, flight));
    return attempt;
  }

  /** Voids the values that carry one of these tags and were not sent. */
  tags(tags: readonly string[], attempt: Promise<unknown>): void {
    for (const changes of this.#keys.values()) {
      for (const change of changes) {
        if (change instanceof PlannedSet && change.tags.some((tag) => tags.includes(tag))) change.void();
      }
    }
    this.#begin(tags, attempt);
  }

  /** Takes the place of all sets. */
  everything(attempt: Promise<unknown>): void {
    const reached = outcomeOf(attempt);
    for (const name of [...this.#keys.keys()]) this.#replaceAll(name, reached);
    this.#begin(undefined, attempt);
  }

  /** Keys of which a set runs: its value may reach the store at any time. */
  get running(): string[] {
    const names: string[] = [];
    for (const [name, changes] of this.#keys) {
      for (const change of changes) if (change instanceof PlannedSet && change.isRunning) names.push(name);
    }
    return names;
  }

  /** Promise to wait for before a key is read for a load, if changes of it are under way. */
  ahead(name: string, tags: readonly string[]): Promise<unknown> | undefined {
    if (this.#keys.size === 0 && this.#wide.size === 0) return undefined;
    const ahead: Promise<void>[] = [];
    for (const change of this.#keys.get(name) ?? []) {
      if (!(change instanceof PlannedSet && change.isPlanned)) ahead.push(change.ended());
    }
    return this.#all(ahead, tags);
  }

  #all(ahead: Promise<void>[], tags: readonly string[]): Promise<unknown> | undefined {
    for (const wide of this.#wide) {
      if (wide.tags?.some((tag) => tags.includes(tag)) !== false) ahead.push(wide.flight.ended());
    }
    return ahead.length === 0 ? undefined : Promise.all(ahead);
  }

  #begin(tags: readonly string[] | undefined, attempt: Promise<unknown>): void {
    const flight = new InvalidationInFlight();
    const wide: WideChange = { tags, flight };
    this.#wide.add(wide);
    this.#landing(attempt, flight, () => this.#wide.delete(wide));
  }

  #landing(attempt: Promise<unknown>, flight: InvalidationInFlight, forget: () => void): void {
    const end = (): void => {
      forget();
      flight.end();
    };
    attempt.then(end, end);
  }

  #replaceAll(name: string, reached: () => Promise<boolean>): void {
    for (const change of this.#keys.get(name) ?? []) {
      if (change instanceof PlannedSet) this.#replace(change, reached());
    }
  }

  /** Lets another change take the place of a set. One that runs stays in the way until its last call has ended. */
  #replace(set: PlannedSet, successor: Promise<boolean>): void {
    set.giveWay(successor);
    if (!set.isRunning) this.end(set);
  }

  #add(name: string, change: PlannedSet | InvalidationInFlight): void {
    const changes = this.#keys.get(name);
    if (changes === undefined) this.#keys.set(name, new Set([change]));
    else changes.add(change);
  }

  #remove(name: string, change: PlannedSet | InvalidationInFlight): void {
    const changes = this.#keys.get(name);
    if (changes?.delete(change) && changes.size === 0) this.#keys.delete(name);
  }
}

/** Outcome of an attempt, made when it is first asked for: `true` when it reached the store. */
function outcomeOf(attempt: Promise<unknown>): () => Promise<boolean> {
  let outcome: Promise<boolean> | undefined;
  return () => {
    outcome ??= attempt.then(
      () => true,
      () => false,
    );
    return outcome;
  };
}
