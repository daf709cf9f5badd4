import { DisposedError, OperationError } from '../../../interfaces/errors.js';
import type { CacheEntry, LoadContext } from '../../../interfaces/typed-cache.js';
import { unlessAborted } from '../../foundation/waiting/within.js';
import type { CallOrder } from '../policy/call-order.js';
import type { Request } from '../policy/request.js';
import { cacheEntry } from '../reading/cache-entry.js';
import { isOld } from '../reading/freshness.js';
import { type Decoded, decodeEntry } from '../reading/values.js';
import type { StoredEntry } from '../store/stored-entry.js';
import type { Beside } from '../wire/editions.js';
import type { Backoff } from './backoff.js';
import { foundOutcome, type LoadOutcome, loadedOutcome } from './outcome.js';
import type { Source } from './source.js';
import type { DoubleCheck } from './steps/double-check.js';
import type { EntryWriter, Stored } from './steps/entry-writer.js';
import type { HeldLease, Leases } from './steps/lease.js';
import { LoadValidity } from './steps/load-validity.js';
import type { LoaderCalls } from './steps/loader-calls.js';

/** Pause of a key while another process refreshes it. */
const BUSY_MS = 1_000;

/** Maximum number of times that a load waits for changes of its key: one that changes all the time must not block it. */
const MAX_CHANGES = 3;

/** Maximum number of tags that a value takes over from the one it replaces: tags of single calls would only add up. */
const MAX_UNITED_TAGS = 32;

/** Steps of every load in order, and the pauses after it. */
export interface LoadSteps {
  readonly leases: Leases;
  readonly check: DoubleCheck;
  readonly calls: LoaderCalls;
  readonly writer: EntryWriter;
  readonly backoff: Backoff;
}

/** Kind of a load. */
export interface LoadKind {
  /** Loads a value that is still fresh: no caller waits for it, so none can end it by an abort. */
  readonly refresh?: boolean;
  /** Loads without the store, because it has failed the call or must not be used. */
  readonly storeDown?: boolean;
}

/**
 * One load of one key: lease, double check, loader, store. Only the load itself changes its state; each of its steps
 * sees it by its own role. Its `validity` decides which results may be stored and which calls may join; the steps and
 * the load table report to it.
 */
export class Load<T> {
  /** Request that began the load, without its caller. */
  readonly request: Request;
  readonly isRefresh: boolean;
  readonly validity: LoadValidity;
  readonly #source: Source<T>;
  readonly #storeDown: boolean;
  readonly #controller = new AbortController();
  #capturing: Promise<void> | undefined;
  #stale: StoredEntry | undefined;
  #replaces = false;
  #beside: Beside | undefined;
  #outcome: LoadOutcome<T> | undefined;
  #settled = false;
  #stored: Stored | undefined;
  #callers: number;
  readonly #waiting = new Set<() => void>();
  #onEnd: (() => void) | undefined;

  constructor(request: Request, source: Source<T>, order: CallOrder, kind: LoadKind) {
    const { refresh = false, storeDown = false } = kind;
    this.request = request.unattended();
    this.isRefresh = refresh;
    this.#source = source;
    this.#storeDown = storeDown;
    this.validity = new LoadValidity(request, order);
    this.#callers = refresh ? 1 : 0;
  }

  /** Runs the steps, settles the load, and releases its lease. Never rejects. */
  async run(steps: LoadSteps): Promise<void> {
    const { leases, check, backoff } = steps;
    const { name, policy, isForced } = this.request;
    let lease: HeldLease | undefined;
    let storeDown = this.#storeDown;
    try {
      if (!storeDown) {
        const ahead = check.ahead(this.request);
        if (ahead !== undefined) storeDown = !(await this.#follows(ahead, check));
      }
      this.validity.begin(!this.isRefresh && !storeDown);
      if (policy.cluster && !isForced && !storeDown) {
        const entered = await leases.enter(this);
        if (entered.kind === 'busy') {
          backoff.pauseLoads(name, BUSY_MS);
          return this.#settle('busy');
        }
        if (entered.kind === 'failed') throw entered.error;
        if (entered.kind === 'stored' && !this.validity.mustReadAgain) {
          const found = await this.#found(entered.reading.entry);
          if (found !== undefined) return this.#settle(found);
        }
        if (entered.kind === 'load') ({ lease, storeDown } = entered);
      }
      if (storeDown) this.validity.goBlind();
      const found = storeDown ? undefined : await this.#checkUntilValid(check);
      this.#settle(found ?? (await this.#load(steps)));
      const isShared = this.#stored === 'stored' || this.#stored === 'fenced' || this.#stored === undefined;
      await (isShared ? lease?.release() : lease?.keepToOurselves());
    } catch (error) {
      const isAbandoned = this.#isAbandoned(error);
      const keepsStale = this.isRefresh || (this.#stale !== undefined && this.validity.keepsStale);
      if (!isAbandoned && keepsStale) backoff.pauseLoads(name, policy.graceBackoffMs);
      this.#settle({ error });
      await (lease !== undefined && !isAbandoned ? lease.fail(error) : lease?.release());
    }
  }

  /**
   * Waits for changes of this process: the load would find what they replace, and could not be stored.
   *
   * @returns `false` when the store has not answered them within the time of a step.
   */
  async #follows(changes: Promise<unknown>, check: DoubleCheck): Promise<boolean> {
    const settled = async (): Promise<void> => {
      let ahead: Promise<unknown> | undefined = changes;
      for (let round = 0; round < MAX_CHANGES && ahead !== undefined; round++) {
        await ahead;
        ahead = check.ahead(this.request);
      }
    };
    try {
      await this.unlessAborted(this.request.step(settled()));
      return true;
    } catch (error) {
      if (this.isAborted) throw error;
      return false;
    }
  }

  /**
   * Reads until no change of this process comes between the read and the loader: the result would not be stored, and
   * the next call would load once more.
   */
  async #checkUntilValid(check: DoubleCheck): Promise<LoadOutcome<T> | undefined> {
    for (let round = 0; ; round++) {
      const found = await this.#checkAgain(check);
      if (!this.validity.mustReadAgain) return found;
      if (!this.validity.keepsStale) this.#stale = undefined;
      if (round === MAX_CHANGES) return undefined;
      const ahead = check.ahead(this.request);
      if (ahead !== undefined && !(await this.#follows(ahead, check))) return undefined;
      this.validity.readAgain();
    }
  }

  /**
   * Captures the tokens of the key, and reads it again, because another process may have stored meanwhile.
   *
   * @returns Outcome when a fresh entry was found; `undefined` when the loader is needed, also when the store fails.
   */
  async #checkAgain(checks: DoubleCheck): Promise<LoadOutcome<T> | undefined> {
    const { policy, isForced } = this.request;
    // Other callers may have been promised that it is gone.
    if (!this.validity.keepsStale) this.#stale = undefined;
    const check = checks.begin(this);
    const captured = this.unlessAborted(this.request.step(check.captured));
    this.#capturing = captured.then(
      ({ tokens }) => this.validity.capture(tokens),
      () => this.validity.goBlind(),
    );
    try {
      const capture = await captured;
      const reading = await check.judge(capture);
      if (reading?.entry === undefined) return undefined;
      // A caller who forces a load distrusts what is stored, of whichever edition.
      if (!this.request.forceFresh) this.#beside = check.beside(capture, reading);
      if (reading.verdict.state === 'miss') {
        // Other calls declare the tags that it carries: a value with all of them is a hit for every call.
        const { tags } = reading.entry;
        const unites = !isForced && reading.verdict.lacksTag === true && tags.length <= MAX_UNITED_TAGS;
        if (unites) this.validity.learnTags(tags.map(({ tag }) => tag));
        return undefined;
      }
      this.#replaces = true;
      this.validity.learnCarried(reading.entry);
      // Modes that do not return stored values do not fall back on them either.
      if (!policy.mode.gives) return undefined;
      this.#stale = reading.entry;
      if (isForced || reading.verdict.state === 'stale') return undefined;
      if (this.isRefresh && isOld(reading.entry, policy.refreshAhead)) return undefined;
      return await this.#found(reading.entry);
    } catch (error) {
      if (this.isAborted) throw error;
      return undefined;
    } finally {
      check.end();
    }
  }

  async #load({ check, calls, writer, backoff }: LoadSteps): Promise<LoadOutcome<T>> {
    const { name, policy } = this.request;
    this.validity.startLoading();
    const loaded = await calls.run(this);
    const encoded = writer.encoded(loaded.source, this.request);
    const outcome = loadedOutcome(loaded.value, encoded, policy);
    this.#outcome = outcome;
    backoff.end(name);
    if (encoded !== undefined && !this.request.forceFresh && policy.mode.stores) {
      this.#beside = (await check.besideNow(this.request).catch(() => undefined)) ?? this.#beside;
    }
    const stored = encoded === undefined ? 'refused' : await writer.storeLoaded(this, { ...loaded, encoded });
    this.#stored = stored;
    // The stored value is as old as before, so the next hit would begin the next refresh.
    if (this.isRefresh && stored !== 'stored') backoff.pauseRefreshes(name, policy.graceBackoffMs);
    calls.ended(this, loaded, stored);
    return outcome;
  }

  /** Outcome of an entry that makes the loader unnecessary; `undefined` when it cannot be decoded. */
  async #found(entry: StoredEntry | undefined): Promise<LoadOutcome<T> | undefined> {
    if (entry === undefined) return undefined;
    const decoded = await this.#decoded(entry);
    return 'miss' in decoded ? undefined : foundOutcome(entry, decoded, this.request.policy);
  }

  /** Decodes an entry; a schema that exceeds the step refuses it. @throws when the load was aborted. */
  async #decoded(entry: StoredEntry): Promise<Decoded<T>> {
    const decoded = decodeEntry<T>(entry, this.request.policy);
    if (!(decoded instanceof Promise)) return decoded;
    try {
      return await this.unlessAborted(this.request.step(decoded));
    } catch (error) {
      if (this.isAborted) throw error;
      return { miss: 'undecodable' };
    }
  }

  /** Stale value, for the context of the loader. */
  async previous(): Promise<CacheEntry<T> | undefined> {
    const stale = this.#stale;
    if (stale === undefined) return undefined;
    const decoded = await this.#decoded(stale);
    return 'miss' in decoded ? undefined : cacheEntry(stale, decoded.value);
  }

  callSource(context: LoadContext<T>): T | Promise<T> {
    return this.#source.load(context, this);
  }

  /** Tells the source that another process loads the key, so that a call for many keys need not wait for it. */
  stepAside(): void {
    this.#source.stepAside();
  }

  /** `true` when an invalidation came between the beginning of the load and that of a call that has joined it. */
  isOvertakenFor(request: Request, anyTag: string | null | undefined): boolean {
    const outcome = this.#settled ? this.#outcome : undefined;
    const found = typeof outcome === 'object' && 'found' in outcome ? outcome.found : undefined;
    return this.validity.isOvertakenFor(request, anyTag, found);
  }

  /** Settles when the tokens have been captured, or could not be. */
  get capturing(): Promise<void> | undefined {
    return this.#capturing;
  }

  /** `true` when the result replaces an entry. */
  get replaces(): boolean {
    return this.#replaces || this.#stale !== undefined;
  }

  /** Values of other editions, which the result is stored beside. */
  get beside(): Beside | undefined {
    return this.#beside;
  }

  /** Fallback of the caller that began the load; other calls have not judged it. */
  get stale(): StoredEntry | undefined {
    return this.#stale;
  }

  /** Adds a caller, with the stale value that it has read. */
  join(stale: StoredEntry | undefined, isOwn: boolean): void {
    this.#callers++;
    if (stale === undefined) return;
    if (isOwn) this.#stale ??= stale;
    this.validity.learnCarried(stale);
  }

  /** Removes a caller that has aborted. @returns `true` when it was the last one. */
  leave(): boolean {
    this.#callers--;
    return this.#callers === 0;
  }

  /** `true` while a caller waits. */
  get isAwaited(): boolean {
    return this.#waiting.size > 0;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isAborted(): boolean {
    return this.signal.aborted;
  }

  /** Ends the load; a result of its loader that comes later is ignored. */
  abort(error: unknown): void {
    if (!this.isAborted && !this.#settled) this.#controller.abort(error);
  }

  /** Waits for a promise, unless the load is aborted first. @throws the error that it was aborted with. */
  unlessAborted<V>(promise: Promise<V>): Promise<V> {
    return unlessAborted(promise, this.signal, throwReason);
  }

  /** `true` when the load ended because no caller needed it any longer, which other processes need not know. */
  #isAbandoned(error: unknown): boolean {
    if (!this.isAborted) return false;
    return DisposedError.is(error) || (OperationError.is(error) && error.code === 'E_ABORTED');
  }

  /** Result, as soon as it is loaded, even while it is being stored. */
  get outcome(): LoadOutcome<T> | undefined {
    return this.#outcome;
  }

  /** `true` when there is a value, even while it is being stored. */
  get isLoaded(): boolean {
    return typeof this.#outcome === 'object' && 'take' in this.#outcome;
  }

  /** `true` when the load has ended, storing included. */
  get isSettled(): boolean {
    return this.#settled;
  }

  #settle(outcome: LoadOutcome<T>): void {
    if (this.#settled) return;
    this.#outcome = outcome;
    this.#settled = true;
    this.#onEnd?.();
    for (const wake of [...this.#waiting]) wake();
    this.#waiting.clear();
  }

  /** Calls the listener when the load is settled, before its callers continue. */
  onEnd(listener: () => void): void {
    this.#onEnd = listener;
  }

  /** Registers a waiting caller, woken when the load is settled. @returns Function that removes it. */
  onSettled(wake: () => void): () => void {
    if (this.#settled) {
      wake();
      return () => undefined;
    }
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }
}

function throwReason({ reason }: AbortSignal): never {
  throw reason;
}
