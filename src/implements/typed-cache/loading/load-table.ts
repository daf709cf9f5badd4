import type { Load } from './load.js';

/** Loads in flight in this process, by the names of their entries. */
export class LoadTable<T> {
  readonly #joinable = new Map<string, Load<T>>();
  readonly #inFlight = new Set<Load<T>>();
  #closed: unknown;

  /** Number of loads that callers can join. */
  get size(): number {
    return this.#joinable.size;
  }

  get(name: string): Load<T> | undefined {
    return this.#joinable.get(name);
  }

  /** Adds a load, until it is settled. */
  add(load: Load<T>, { joinable }: { readonly joinable: boolean }): void {
    if (joinable) this.#joinable.set(load.request.name, load);
    this.#inFlight.add(load);
    load.onEnd(() => {
      this.#inFlight.delete(load);
      this.remove(load);
    });
  }

  /** Prevents callers from joining a load; it continues for those that have joined. */
  remove(load: Load<T>): void {
    const { name } = load.request;
    if (this.#joinable.get(name) === load) this.#joinable.delete(name);
  }

  /** Invalidates a key: no caller joins its load from now on, and its result is not stored. One
   * that has yet to read is not affected. */
  revoke(name: string, how: 'hard' | 'soft'): void {
    const load = this.#joinable.get(name);
    if (load?.validity.revoke(how) === true) this.#joinable.delete(name);
  }

  /** Invalidates every key. */
  revokeAll(): void {
    for (const name of [...this.#joinable.keys()]) this.revoke(name, 'hard');
  }

  /** Invalidates tags, at a place in the order of calls. */
  invalidateTags(tags: readonly string[], at: number): void {
    for (const load of [...this.#joinable.values()]) {
      if (load.validity.invalidateTags(tags, at)) this.remove(load);
    }
  }

  /** Aborts loads that no caller waits for, now or as soon as their last caller leaves. */
  close(error: unknown): void {
    this.#closed = error;
    for (const load of [...this.#inFlight]) this.left(load);
  }

  /** Handles a caller that has stopped waiting. */
  left(load: Load<T>): void {
    if (this.#closed !== undefined && !load.isAwaited) load.abort(this.#closed);
  }
}
