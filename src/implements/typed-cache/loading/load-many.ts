import { ArgumentError } from '../../../interfaces/errors.js';
import type { CacheKey, LoadContext, ManyLoader } from '../../../interfaces/typed-cache.js';
import type { Request } from '../policy/request.js';
import type { KeyNames } from '../store/key-names.js';
import type { Source } from './source.js';
import type { LoaderNesting, NestableLoad } from './steps/loader-nesting.js';

/** Key whose load is ready to call the loader. */
interface Arrival<T> {
  readonly load: NestableLoad;
  readonly context: LoadContext<T>;
  /** `true` when the loader has reported a failure of this key. */
  failed: boolean;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/**
 * One loader call for all missing keys of a call. Each key goes through the steps of its own load, and arrives here
 * when the loader is due; the loader is called when every key has arrived or has stepped aside because another caller
 * or process loads it. A key that has stepped aside and arrives later is loaded by a separate call.
 */
export class LoadMany<K extends CacheKey, T> {
  readonly #loader: ManyLoader<K, T>;
  readonly #names: KeyNames;
  readonly #nesting: LoaderNesting;
  readonly #expected: Set<string>;
  readonly #arrived = new Map<string, Arrival<T>>();

  constructor(
    requests: readonly Request[],
    loader: ManyLoader<K, T>,
    names: KeyNames,
    nesting: LoaderNesting,
  ) {
    this.#loader = loader;
    this.#names = names;
    this.#nesting = nesting;
    this.#expected = new Set(requests.map(({ name }) => name));
  }

  /** Source for the load of one key. */
  source({ name }: Request): Source<T> {
    return {
      load: (context, load) => this.#arrive(name, context, load),
      stepAside: () => this.#stepAside(name),
    };
  }

  #arrive(name: string, context: LoadContext<T>, load: NestableLoad): Promise<T> {
    return new Promise((resolve, reject) => {
      const arrival = { load, context, failed: false, resolve, reject };
      if (!this.#expected.has(name)) {
        void this.#run(new Map([[name, arrival]]));
        return;
      }
      this.#arrived.set(name, arrival);
      this.#expected.delete(name);
      this.#runWhenAllAreHere();
    });
  }

  /** Stops waiting for a key. */
  #stepAside(name: string): void {
    if (this.#expected.delete(name)) this.#runWhenAllAreHere();
  }

  #runWhenAllAreHere(): void {
    if (this.#expected.size > 0 || this.#arrived.size === 0) return;
    const arrived = new Map(this.#arrived);
    this.#arrived.clear();
    void this.#run(arrived);
  }

  /** Calls the loader. Never rejects: failures go to the keys. */
  async #run(arrived: ReadonlyMap<string, Arrival<T>>): Promise<void> {
    const arrivals = [...arrived.values()];
    const of = (key: unknown): Arrival<T> => {
      const arrival = arrived.get(this.#names.entry(key));
      if (arrival === undefined) throw new ArgumentError('expected one of the keys to load');
      return arrival;
    };
    const loader = this.#loader;
    const context = {
      signal: signalOfAll(arrivals),
      previous: (key: K) => of(key).context.previous,
      tag: (key: K, ...tags: string[]) => of(key).context.tag(...tags),
      expire: (key: K, life: Parameters<LoadContext<T>['expire']>[0]) => of(key).context.expire(life),
      skip: (key: K) => of(key).context.skip(),
      fail: (key: K, error: unknown) => {
        const arrival = of(key);
        arrival.failed = true;
        arrival.reject(error);
      },
    };
    try {
      const keys = arrivals.map(({ load }) => load.request.key as K);
      const loads = arrivals.map(({ load }) => load);
      const loaded = await this.#nesting.run(loads, () => loader(keys, context));
      for (const [key, value] of loaded) arrived.get(this.#names.entry(key))?.resolve(value as T);
      for (const { resolve } of arrivals) resolve(undefined as T);
    } catch (error) {
      for (const { reject } of arrivals) reject(error);
    }
  }
}

/** Signal that aborts when the loads of all keys have aborted, except those that the loader has failed before. */
function signalOfAll(arrivals: readonly Pick<Arrival<unknown>, 'context' | 'failed'>[]): AbortSignal {
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
