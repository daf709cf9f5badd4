import type { Load } from './load.js';

/** The loads that are in flight in this process, by the name of their entry. */
export class LoadTable<T> {
  readonly #joinable = new Map<string, Load<T>>();
  readonly #inFlight = new Set<Load<T>>();
  #closed: unknown;

  /** Number of loads that later callers can join. */
  get size(): number {
    return this.#joinable.size;
  }

  get(name: string): Load<T> | undefined {
    return this.#joinable.get(name);
  }

  /** A load begins. */
  add(load: Load<T>, { joinable }: { readonly joinable: boolean }): void {
    if (joinable) this.#joinable.set(load.request.name, load);
    this.#inFlight.add(load);
    load.onEnd(() => {
      this.#inFlight.delete(load);
      this.remove(load);
    });
  }

  /** Later callers do not join it; it continues for those that have. */
  remove(load: Load<T>): void {
    const { name } = load.request;
    if (this.#joinable.get(name) === load) this.#joinable.delete(name);
  }

  /** A key is invalidated: no caller joins its load from now on, and nothing of it is stored. */
  revoke(name: string, how: 'hard' | 'soft'): void {
    const load = this.#joinable.get(name);
    if (load === undefined) return;
    load.validity.revoke(how);
    this.#joinable.delete(name);
  }

  /** Every key is invalidated. */
  revokeAll(): void {
    for (const name of [...this.#joinable.keys()]) this.revoke(name, 'hard');
  }

  /** Tags are invalidated, at a place in the order of calls. */
  invalidateTags(tags: readonly string[], at: number): void {
    for (const load of [...this.#joinable.values()]) {
      if (load.validity.invalidateTags(tags, at)) this.remove(load);
    }
  }

  /** Ends loads that no caller waits for now, and the others when their last caller has gone. */
  close(error: unknown): void {
    this.#closed = error;
    for (const load of [...this.#inFlight]) this.left(load);
  }

  /** A caller has gone. */
  left(load: Load<T>): void {
    if (this.#closed !== undefined && !load.isAwaited) load.abort(this.#closed);
  }
}
