import type { Request } from '../policy/request.js';
import type { StoredEntry } from '../store/stored-entry.js';

/** What a load came to. Each who takes the value gets a copy. */
export type Outcome<T> =
  | {
      readonly take: () => T | Promise<T>;
      /** Where it need not be loaded: somebody had stored it meanwhile. */
      readonly found?: StoredEntry;
    }
  | { readonly error: unknown };

/** What became of a value that was to be stored. */
export type Stored = 'stored' | 'fenced' | 'skipped' | 'failed';

/** The tokens that the store had when the load began. */
export interface CapturedTokens {
  readonly fence: string;
  readonly namespace: string;
  readonly anyTag: string;
  readonly tags: ReadonlyMap<string, string>;
  /** The tokens live so long at least. */
  readonly lifeMs: number;
}

/** Who loads, and what for. */
export interface FlightOptions {
  /** The call that began it, without its caller. */
  readonly request: Request;
  /** Loads a value that is still fresh: nobody waits for it. */
  readonly refresh: boolean;
  /** The store has failed this call already: the load goes without it. */
  readonly storeDown: boolean;
  /** Told when the load waits for one of another process. */
  readonly stepAside: (() => void) | undefined;
}

/** One load of one key, and those who wait for it. */
export class Flight<T> {
  readonly options: FlightOptions;
  readonly controller = new AbortController();
  /**
   * When what it may come to was read, or its tokens, in the order of calls: who came before needs no proof that it is
   * current. `Infinity` while nothing is read yet.
   */
  capturedAt = Number.POSITIVE_INFINITY;
  captured: CapturedTokens | undefined;
  /** What grace falls back on for the caller that began it: nobody else's call has judged it. */
  stale: StoredEntry | undefined;
  /** Whether there is an entry that the result comes in place of. */
  replaces = false;
  /** An invalidation of this process came after the load began: it must not be stored. `soft` keeps the stale value. */
  revoked: 'hard' | 'soft' | undefined;
  /** Settles when the tokens have been read, or could not be. */
  capturing: Promise<void> | undefined;
  /** Tags that the loader added. */
  readonly lateTags = new Set<string>();
  /** Tags that this process invalidated while it was not known whether the value will carry them, and when, in the order of calls. */
  readonly invalidatedTags = new Map<string, number>();
  /** Every tag that the value carries or the stale one does. */
  readonly knownTags: Set<string>;
  /** The loads that this one waits for, by way of its loader. */
  readonly waitsFor = new Set<Flight<unknown>>();
  /** The result, while it is still being stored. */
  loaded: Outcome<T> | undefined;
  outcome: Outcome<T> | undefined;
  /** What became of the result in the store. */
  stored: Stored | undefined;
  #callers = 0;
  readonly #waiting = new Set<() => void>();
  readonly #onAbort = new Set<(error: unknown) => void>();
  #aborted: { readonly error: unknown } | undefined;

  constructor(options: FlightOptions) {
    this.options = options;
    this.knownTags = new Set(options.request.tags);
    // Nobody waits for a refresh, and nobody who gives up ends it.
    if (options.refresh) this.#callers = 1;
  }

  get isAborted(): boolean {
    return this.#aborted !== undefined;
  }

  /** Whether a caller waits for it now. */
  get isAwaited(): boolean {
    return this.#waiting.size > 0;
  }

  join(stale: StoredEntry | undefined, own: boolean): void {
    this.#callers++;
    if (stale === undefined) return;
    if (own) this.stale ??= stale;
    for (const { tag } of stale.tags) this.knownTags.add(tag);
  }

  /** A caller has aborted. @returns Whether it was the last one. */
  leave(): boolean {
    this.#callers--;
    return this.#callers === 0;
  }

  /** Ends the load, whatever its loader does from now on. */
  abort(error: unknown): void {
    if (this.#aborted !== undefined || this.outcome !== undefined) return;
    this.#aborted = { error };
    this.controller.abort(error);
    for (const tell of [...this.#onAbort]) tell(error);
    this.#onAbort.clear();
  }

  /** What a promise comes to, or the error that the load was aborted with. */
  unlessAborted<V>(promise: Promise<V>): Promise<V> {
    if (this.#aborted !== undefined) {
      promise.catch(() => undefined);
      return Promise.reject(this.#aborted.error);
    }
    return new Promise<V>((resolve, reject) => {
      this.#onAbort.add(reject);
      promise.then(resolve, reject).finally(() => this.#onAbort.delete(reject));
    });
  }

  settle(outcome: Outcome<T>): void {
    if (this.outcome !== undefined) return;
    this.outcome = outcome;
    for (const wake of [...this.#waiting]) wake();
    this.#waiting.clear();
  }

  /** Calls when it is settled. @returns What ends that. */
  onSettled(wake: () => void): () => void {
    if (this.outcome !== undefined) {
      wake();
      return () => undefined;
    }
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }
}
