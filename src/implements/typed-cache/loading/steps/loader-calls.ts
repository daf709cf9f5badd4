import { OperationError } from '../../../../interfaces/errors.js';
import type { CacheEntry, LoadContext } from '../../../../interfaces/typed-cache.js';
import { wallTimeMs } from '../../../foundation/clock/wall-time.js';
import { requireDurationMs } from '../../../foundation/options/duration.js';
import { validated } from '../../reading/schema.js';
import type { KeyNames } from '../../store/key-names.js';
import type { Ledger } from '../../store/ledger.js';
import type { Stored } from './entry-writer.js';
import type { LoadValidity } from './load-validity.js';
import type { LoaderNesting, NestableLoad } from './loader-nesting.js';

/** Load whose loader is called. */
export interface CallingLoad<T> extends NestableLoad {
  readonly isRefresh: boolean;
  readonly validity: LoadValidity;
  readonly signal: AbortSignal;
  previous(): Promise<CacheEntry<T> | undefined>;
  callSource(context: LoadContext<T>): T | Promise<T>;
  abort(error: unknown): void;
  unlessAborted<V>(promise: Promise<V>): Promise<V>;
}

/** Loaded value, and what its loader set for it. */
export interface LoadedValue<T> {
  /** Value as the schema has converted it. */
  readonly value: T;
  /** Value as the loader returned it, which is what the store gets: readers convert it again. */
  readonly source: unknown;
  readonly skipped: boolean;
  /** TTL that the loader set. */
  readonly lifeMs: number | undefined;
  readonly startedMs: number;
  readonly createdAtMs: number;
}

/** Settings of a loader, accepted only while it runs. */
interface Said {
  skipped: boolean;
  lifeMs: number | undefined;
  open: boolean;
}

/** Calls loaders, each with its context and its time limit, and counts and reports the calls. */
export class LoaderCalls {
  readonly #nesting: LoaderNesting;
  readonly #names: KeyNames;
  readonly #ledger: Ledger;

  constructor(nesting: LoaderNesting, names: KeyNames, ledger: Ledger) {
    this.#nesting = nesting;
    this.#names = names;
    this.#ledger = ledger;
  }

  /** @throws the error of the loader, `E_ENCODE` for a value that the schema refuses, or the error that the load was aborted with. */
  async run<T>(load: CallingLoad<T>): Promise<LoadedValue<T>> {
    const { request, isRefresh } = load;
    const { key, clock, policy } = request;
    const { counts } = this.#ledger;
    counts.loads++;
    this.#ledger.tell('load', { key, refresh: isRefresh });
    const startedMs = clock.now();
    const createdAtMs = wallTimeMs();
    const late = (): void => load.abort(loadTimeout(policy.loadTimeoutMs));
    const timer = clock.schedule(policy.loadTimeoutMs, late, { keepAlive: !isRefresh });
    const said: Said = { skipped: false, lifeMs: undefined, open: true };
    try {
      const context = this.#context(load, said, await load.unlessAborted(load.previous()));
      const loading = this.#nesting.run([load], () => load.callSource(context));
      const source = await load.unlessAborted(loading);
      const judged = validated<T>(source, policy.schema);
      const value = judged instanceof Promise ? await load.unlessAborted(judged) : judged;
      return { value, source, skipped: said.skipped, lifeMs: said.lifeMs, startedMs, createdAtMs };
    } catch (error) {
      const durationMs = clock.now() - startedMs;
      counts.loadFailures++;
      this.#ledger.latency.add(durationMs);
      this.#ledger.tell('loadFailed', { key, durationMs, error });
      throw error;
    } finally {
      said.open = false;
      timer.cancel();
    }
  }

  /** Counts and reports the end of a load. */
  ended<T>({ request: { key, clock } }: CallingLoad<T>, { startedMs }: LoadedValue<T>, stored: Stored): void {
    if (stored === 'stored' || stored === 'fenced') this.#ledger.counts[stored]++;
    const durationMs = clock.now() - startedMs;
    this.#ledger.latency.add(durationMs);
    this.#ledger.tell('loaded', { key, durationMs, stored });
  }

  #context<T>(load: CallingLoad<T>, said: Said, previous: CacheEntry<T> | undefined): LoadContext<T> {
    return {
      key: load.request.key,
      signal: load.signal,
      previous,
      tag: (...tags) => {
        this.#names.checkTags(tags);
        if (said.open) load.validity.learnTags(tags);
      },
      expire: (life) => {
        const ms = requireDurationMs(life);
        if (said.open) said.lifeMs = ms;
      },
      skip: () => {
        if (said.open) said.skipped = true;
      },
    };
  }
}

function loadTimeout(ms: number): OperationError {
  return new OperationError(
    'E_OPERATION_TIMEOUT',
    `the load took longer than ${ms} ms (loadTimeout)`,
    'unknown',
  );
}
