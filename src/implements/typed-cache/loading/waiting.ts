import { OperationError } from '../../../interfaces/errors.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { Wait } from '../../foundation/waiting/wait.js';
import type { Request } from '../policy/request.js';
import type { Found } from '../reading/lookup.js';
import { decodeInTime } from '../reading/values.js';
import type { Ledger } from '../store/ledger.js';
import { carries, type StoredEntry } from '../store/stored-entry.js';
import type { Load } from './load.js';
import type { LoadTable } from './load-table.js';
import type { Taking } from './outcome.js';
import { circularLoad, type LoaderNesting } from './steps/loader-nesting.js';

/** End of a wait. */
type End = 'settled' | 'soft-timeout' | 'hard-timeout' | 'aborted' | 'look';

/** Interval at which a call inside a loader looks whether it waits for itself. */
const LOOK_MS = 500;

type Nested = ReturnType<LoaderNesting['waitFor']>;

/** Load that a call has joined or begun. */
export interface Boarding<T> {
  readonly load: Load<T>;
  /** `true` when the call began the load. */
  readonly isOwn: boolean;
  /** Generation of "any tag" when the call joined. */
  readonly anyTag: string | null | undefined;
}

/** Lets callers wait for loads: until the load is settled, or a timeout or abort of the caller. */
export class Waiting<T> {
  readonly #table: LoadTable<T>;
  readonly #nesting: LoaderNesting;
  readonly #ledger: Ledger;

  constructor(table: LoadTable<T>, nesting: LoaderNesting, ledger: Ledger) {
    this.#table = table;
    this.#nesting = nesting;
    this.#ledger = ledger;
  }

  /**
   * Waits for the value of one caller.
   *
   * @param stale  Stale entry that the caller has read.
   * @returns `undefined` when the load has no value for this caller, which must start over.
   */
  async answer(
    boarding: Boarding<T>,
    request: Request,
    stale: StoredEntry | undefined,
  ): Promise<Found<T> | undefined> {
    const { load, isOwn } = boarding;
    load.join(stale, isOwn);
    const wait = this.#nesting.waitFor(load);
    let end: End;
    try {
      end = await this.#end(load, request, wait, request.policy.softTimeoutMs);
      if (end === 'soft-timeout') {
        const served = load.isLoaded ? undefined : await this.#serveStale(boarding, request, stale);
        if (served !== undefined) {
          this.#ledger.tell('stale', { key: request.key, because: 'soft-timeout' });
          return served;
        }
        end = await this.#end(load, request, wait);
      }
    } finally {
      wait.end();
      this.#table.left(load);
    }
    return this.#answer(end, boarding, request, stale);
  }

  /** Serves a stale value; `undefined` when its grace has ended meanwhile or it cannot be decoded. */
  async serve(entry: StoredEntry, request: Request): Promise<Found<T> | undefined> {
    const { key, clock } = request;
    if (entry.goneAtMs !== undefined && clock.now() >= entry.goneAtMs) return undefined;
    const decoded = await decodeInTime<T>(entry, request);
    if ('miss' in decoded) return undefined;
    this.#ledger.counts.staleHits++;
    this.#ledger.tell('hit', { key, state: 'stale', tier: entry.tier });
    return decoded;
  }

  /** Waits for the end of a wait. @throws {ArgumentError} when the call turns out to wait for itself. */
  async #end(
    load: Load<T>,
    request: Request,
    wait: Nested,
    softTimeoutMs = Number.POSITIVE_INFINITY,
  ): Promise<End> {
    if (!wait.isNested) return endFor(load, request, Number.POSITIVE_INFINITY, softTimeoutMs);
    const softAtMs = request.clock.now() + softTimeoutMs;
    for (;;) {
      const end = await endFor(load, request, LOOK_MS, Math.max(0, softAtMs - request.clock.now()));
      if (end !== 'look') return end;
      const circle = wait.circle();
      if (circle === undefined) continue;
      load.leave();
      throw circularLoad(circle.map((one) => one.request.key));
    }
  }

  async #answer(
    end: End,
    boarding: Boarding<T>,
    request: Request,
    stale: StoredEntry | undefined,
  ): Promise<Found<T> | undefined> {
    const { load, isOwn } = boarding;
    const { outcome } = load;
    if (end === 'aborted') {
      const error = abortError(request.signal);
      if (load.leave()) {
        this.#table.remove(load);
        load.abort(error);
      }
      throw error;
    }
    if (outcome === 'busy') return undefined;
    if (outcome !== undefined && 'take' in outcome) {
      const { found } = outcome;
      if (found === undefined || isOwn) return { value: await taken(outcome, request) };
      return foundFor<T>(found, request);
    }
    const served = await this.#serveStale(boarding, request, stale);
    if (served !== undefined) {
      const because = end === 'settled' ? 'load-failed' : 'hard-timeout';
      this.#ledger.tell('stale', { key: request.key, because });
      return served;
    }
    if (outcome !== undefined) throw outcome.error;
    throw hardTimeout(request.policy.hardTimeoutMs);
  }

  /**
   * Serves a stale value, unless it was invalidated since it was read. The caller that began the load gets the entry
   * that the load has found; others may declare other tags or another version, so they get what they have read.
   */
  async #serveStale(
    { load, isOwn }: Boarding<T>,
    request: Request,
    stale: StoredEntry | undefined,
  ): Promise<Found<T> | undefined> {
    const entry = isOwn ? (load.stale ?? stale) : stale;
    const usable = entry !== undefined && entry.graceMs > 0 && load.validity.keepsStale;
    return usable ? this.serve(entry, request) : undefined;
  }
}

/** Resolves with whichever comes first: load settled, soft timeout, deadline, abort, or the next look. */
function endFor(load: Load<unknown>, request: Request, lookMs: number, softTimeoutMs: number): Promise<End> {
  const { clock, signal } = request;
  const wait = new Wait<End>();
  wait.after(clock, softTimeoutMs, () => 'soft-timeout');
  wait.after(clock, lookMs, () => 'look');
  wait.after(clock, request.leftMs, () => 'hard-timeout');
  wait.onEnd(load.onSettled(() => wait.resolve('settled')));
  wait.onAbort(signal, () => 'aborted');
  return wait.result;
}

/** Takes a value for one caller; decoding an entry again may include an asynchronous schema. */
function taken<T>({ take }: Taking<T>, request: Request): T | Promise<T> {
  const value = take();
  return value instanceof Promise ? request.lastStep(value) : value;
}

/** Judges an entry that another call has found: it may lack a tag of this one, or its schema may refuse it. */
async function foundFor<T>(entry: StoredEntry, request: Request): Promise<Found<T> | undefined> {
  if (!request.tags.every((tag) => carries(entry, tag))) return undefined;
  const decoded = await decodeInTime<T>(entry, request);
  return 'miss' in decoded ? undefined : decoded;
}

function hardTimeout(ms: number): OperationError {
  return new OperationError(
    'E_OPERATION_TIMEOUT',
    `the call took longer than ${ms} ms (hardTimeout)`,
    'unknown',
  );
}
