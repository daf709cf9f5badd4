import { AsyncLocalStorage } from 'node:async_hooks';
import { ArgumentError } from '../../../interfaces/errors.js';
import type { Flight } from './load.js';

/** The loads in whose loaders the code runs that asks now, from the inside out. */
interface Surroundings<T> {
  readonly flights: readonly Flight<T>[];
  readonly outer: Surroundings<T> | undefined;
}

/** The loads that are under way in this process, by the name of their entry, and who of them waits for whom. */
export class FlightTable<T> {
  readonly #flights = new Map<string, Flight<T>>();
  readonly #surroundings = new AsyncLocalStorage<Surroundings<T>>();
  readonly #loading = new Set<Flight<T>>();
  #running = 0;
  #closed: unknown;

  get size(): number {
    return this.#flights.size;
  }

  get(name: string): Flight<T> | undefined {
    return this.#flights.get(name);
  }

  all(): Iterable<Flight<T>> {
    return this.#flights.values();
  }

  add(flight: Flight<T>): void {
    this.#flights.set(flight.options.request.name, flight);
  }

  /** Later callers do not join it. */
  remove(flight: Flight<T>): void {
    const { name } = flight.options.request;
    if (this.#flights.get(name) === flight) this.#flights.delete(name);
  }

  /** A load begins; also one that nobody joins any more goes on. */
  begin(flight: Flight<T>): void {
    this.#loading.add(flight);
  }

  /** It has come to an end, whatever that is. */
  end(flight: Flight<T>): void {
    this.#loading.delete(flight);
    this.remove(flight);
  }

  /** Loads that nobody waits for end now, the others when the last caller has gone. */
  close(error: unknown): void {
    this.#closed = error;
    for (const flight of [...this.#loading]) this.left(flight);
  }

  /** A caller has gone. */
  left(flight: Flight<T>): void {
    if (this.#closed !== undefined && !flight.isAwaited) flight.abort(this.#closed);
  }

  /** An invalidation: nobody joins, and nothing of it is stored. */
  revoke(flight: Flight<T>, how: 'hard' | 'soft'): void {
    if (flight.revoked !== 'hard') flight.revoked = how;
    this.remove(flight);
  }

  /** Runs a loader, so that what it asks for is known to be asked for by these loads. */
  async run<V>(flights: readonly Flight<T>[], load: () => V | Promise<V>): Promise<V> {
    const outer = this.#surroundings.getStore();
    this.#running++;
    try {
      return await this.#surroundings.run({ flights, outer }, async () => load());
    } finally {
      // While no loader runs, nobody pays for knowing who runs in which.
      if (--this.#running === 0) this.#surroundings.disable();
    }
  }

  /** Refuses a load of a key that is asked for by a loader of the same key. @throws {ArgumentError} naming the key. */
  checkNotInside(name: string, shownKey: () => string): void {
    for (let around = this.#surroundings.getStore(); around !== undefined; around = around.outer) {
      for (const { options, outcome } of around.flights) {
        if (options.request.name === name && outcome === undefined) throw recursion(shownKey());
      }
    }
  }

  /**
   * Says that whoever asks now waits for a load.
   *
   * @returns What ends that.
   * @throws {ArgumentError} when that load waits for whoever asks.
   */
  waitFor(flight: Flight<T>, shownKey: () => string): () => void {
    const askers = this.#surroundings.getStore()?.flights ?? [];
    for (const asker of askers) if (reaches(flight, asker)) throw recursion(shownKey());
    const added = askers.filter((asker) => asker.outcome === undefined && !asker.waitsFor.has(flight));
    for (const asker of added) asker.waitsFor.add(flight);
    return () => {
      for (const asker of added) asker.waitsFor.delete(flight);
    };
  }
}

/** Whether a load waits for another one, by whatever way. */
function reaches<T>(from: Flight<T>, to: Flight<T>): boolean {
  const seen = new Set<Flight<unknown>>();
  const next: Flight<unknown>[] = [from];
  for (let flight = next.pop(); flight !== undefined; flight = next.pop()) {
    if (flight === to) return true;
    if (seen.has(flight) || flight.outcome !== undefined) continue;
    seen.add(flight);
    next.push(...flight.waitsFor);
  }
  return false;
}

function recursion(shownKey: string): ArgumentError {
  return new ArgumentError(
    `the loader of the key ${shownKey} asks for a key that waits for it: load it from the source instead`,
  );
}
