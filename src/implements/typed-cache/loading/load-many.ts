import { ArgumentError } from '../../../interfaces/errors.js';
import type { CacheKey, LoadContext, Loader, ManyLoader } from '../../../interfaces/typed-cache.js';
import type { KeyNames } from '../store/key-names.js';
import type { Flight } from './load.js';
import type { LoadRun } from './load-run.js';
import type { FlightTable } from './load-table.js';

/** A key that has come so far that it has to be loaded. */
interface Arrival<K, T> {
  readonly key: K;
  readonly context: LoadContext<T>;
  /** Whether the loader has said that it could not be loaded. */
  failed: boolean;
  resolve(value: T | undefined): void;
  reject(error: unknown): void;
}

/** How many keys become one call of their loader. */
export interface LoadManyOptions<K extends CacheKey, T> {
  readonly keys: ReadonlyMap<string, K>;
  readonly load: ManyLoader<K, T>;
  readonly names: KeyNames;
  readonly table: FlightTable<T>;
  readonly runner: LoadRun<T>;
}

/**
 * One call of a loader for all keys that have to be loaded. Each key goes its own way, and arrives here when its load
 * begins; the call is made when every key has arrived or has stepped aside, because somebody else loads it. One that has
 * stepped aside and arrives all the same is loaded by a call of its own.
 */
export class LoadMany<K extends CacheKey, T> {
  readonly #options: LoadManyOptions<K, T>;
  readonly #expected: Set<string>;
  readonly #arrived = new Map<string, Arrival<K, T>>();

  constructor(options: LoadManyOptions<K, T>) {
    this.#options = options;
    this.#expected = new Set(options.keys.keys());
  }

  /** The loader of one key. */
  loader(name: string): Loader<T | undefined> {
    return (context) =>
      new Promise((resolve, reject) => {
        const key = this.#options.keys.get(name) as K;
        const arrival = { key, context: context as LoadContext<T>, failed: false, resolve, reject };
        if (!this.#expected.has(name)) {
          void this.#run(new Map([[name, arrival]]));
          return;
        }
        this.#arrived.set(name, arrival);
        this.#expected.delete(name);
        this.#runWhenAllAreHere();
      });
  }

  /** This key is not to be waited for. */
  stepAside(name: string): void {
    if (this.#expected.delete(name)) this.#runWhenAllAreHere();
  }

  #runWhenAllAreHere(): void {
    if (this.#expected.size > 0 || this.#arrived.size === 0) return;
    const arrived = new Map(this.#arrived);
    this.#arrived.clear();
    void this.#run(arrived);
  }

  /** Never rejects: what happens, happens to the keys. */
  async #run(arrived: ReadonlyMap<string, Arrival<K, T>>): Promise<void> {
    const { load, names, table, runner } = this.#options;
    const arrivals = [...arrived.values()];
    const flights = arrivals
      .map(({ context }) => runner.flightOf(context))
      .filter((flight): flight is Flight<T> => flight !== undefined);
    const of = (key: unknown): Arrival<K, T> => {
      const arrival = arrived.get(names.entry(key));
      if (arrival === undefined) throw new ArgumentError('expected one of the keys that are to be loaded');
      return arrival;
    };
    try {
      const loaded = await table.run(flights, () =>
        load(
          arrivals.map(({ key }) => key),
          {
            signal: signalOfAll(arrivals),
            previous: (key) => of(key).context.previous,
            tag: (key, ...tags) => of(key).context.tag(...tags),
            expire: (key, life) => of(key).context.expire(life),
            skip: (key) => of(key).context.skip(),
            fail: (key, error) => {
              const arrival = of(key);
              arrival.failed = true;
              arrival.reject(error);
            },
          },
        ),
      );
      for (const [key, value] of loaded) arrived.get(names.entry(key))?.resolve(value);
      for (const { resolve } of arrivals) resolve(undefined);
    } catch (error) {
      for (const { reject } of arrivals) reject(error);
    }
  }
}

/** Aborts when the loads of all keys have aborted, but for those that the loader has failed before. */
function signalOfAll(arrivals: readonly Arrival<unknown, unknown>[]): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    const going = arrivals.filter(({ failed }) => !failed);
    const [first] = going;
    if (first === undefined || !going.every(({ context }) => context.signal.aborted)) return;
    controller.abort(first.context.signal.reason);
  };
  for (const { context } of arrivals) context.signal.addEventListener('abort', abort, { once: true });
  abort();
  return controller.signal;
}
