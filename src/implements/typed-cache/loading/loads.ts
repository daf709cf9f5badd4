import { OperationError } from '../../../interfaces/errors.js';
import type { CacheKey, Loader } from '../../../interfaces/typed-cache.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import type { Request } from '../policy/request.js';
import type { Reading } from '../reading/entry-reader.js';
import { carries } from '../reading/freshness.js';
import { decodeInTime } from '../reading/values.js';
import type { Ledger } from '../store/ledger.js';
import type { StoredEntry } from '../store/stored-entry.js';
import type { Backoff } from './backoff.js';
import { type CapturedTokens, Flight, type Outcome } from './load.js';
import { BUSY, isOld, type LoadRun } from './load-run.js';
import type { FlightTable } from './load-table.js';
import type { TokenCapture } from './steps/token-capture.js';
import { type Ended, endFor } from './waiting.js';

/** One call that needs a load. */
export interface Miss<T> {
  readonly request: Request;
  readonly load: Loader<T>;
  /** What the call has read, where it has. */
  readonly reading: Reading | undefined;
  /** Told when somebody else loads the key, for the time being: who loads many need not wait for it. */
  readonly stepAside?: (() => void) | undefined;
}

export interface LoadsOptions<T> {
  readonly table: FlightTable<T>;
  readonly runner: LoadRun<T>;
  readonly tokens: TokenCapture;
  readonly backoff: Backoff;
  /** Keys that are not refreshed ahead for a while: to load them brought nothing that was stored. */
  readonly resting: Backoff;
  readonly ledger: Ledger;
}

/** How often a caller starts over because what it had joined was overtaken. */
const MAX_TURNS = 4;

/** Who waits for which load, and for how long. */
export class Loads<T> {
  readonly #parts: LoadsOptions<T>;

  constructor(parts: LoadsOptions<T>) {
    this.#parts = parts;
  }

  /** The value of a key by a load: one that is under way and still current, or a new one. */
  async value(miss: Miss<T>): Promise<T> {
    const { ledger, backoff } = this.#parts;
    const { request } = miss;
    const { name, key } = request;
    const stale = staleOf(miss.reading);
    if (stale !== undefined && !request.isForced && backoff.remainingMs(name) > 0) {
      const served = await this.#serve(stale, request);
      if (served !== undefined) {
        ledger.tell('stale', { key, because: 'backoff' });
        return served.value;
      }
    }
    for (let turn = 0; ; turn++) {
      const awaited = this.#flightFor(miss, turn);
      const boarding = awaited instanceof Promise ? await awaited : awaited;
      const { flight, own } = boarding;
      if (!own) {
        // Its last caller may have gone while this one made sure of it.
        if (flight.isAborted) {
          this.#parts.table.remove(flight);
          continue;
        }
        ledger.counts.joined++;
        miss.stepAside?.();
      }
      const answer = await this.#wait(boarding, request, stale);
      if (answer !== 'again' && (own || !this.#overtaken(flight, boarding, request.began)))
        return answer.value;
      this.#parts.table.remove(flight);
    }
  }

  /** Loads for one caller alone, and touches no store. */
  async alone(miss: Miss<T>): Promise<T> {
    const { table, runner } = this.#parts;
    const { request } = miss;
    table.checkNotInside(request.name, () => shown(request.key));
    const flight = this.#flight(miss, { storeDown: true });
    void runner.run(flight, miss.load);
    const answer = await this.#wait({ flight, anyTag: undefined, own: true }, request, undefined);
    if (answer === 'again') throw new TypeError('a load of one caller is not shared');
    return answer.value;
  }

  /** Refreshes a value that is still fresh, once, while nobody waits. */
  refresh(miss: Miss<T>): void {
    const { table, ledger, runner } = this.#parts;
    if (!this.#isDue(miss)) {
      miss.stepAside?.();
      return;
    }
    const flight = this.#flight(miss, { refresh: true });
    table.add(flight);
    ledger.counts.refreshes++;
    void runner.run(flight, miss.load).then(miss.stepAside);
  }

  /** Whether a hit begins a refresh: nobody loads the key already, and the last time has not come to nothing just now. */
  #isDue({ request: { name, policy }, reading }: Miss<T>): boolean {
    const { table, backoff, resting } = this.#parts;
    if (!policy.mode.stores || reading === undefined || !isOld(reading, policy.refreshAhead)) return false;
    if (table.get(name) !== undefined) return false;
    return backoff.remainingMs(name) === 0 && resting.remainingMs(name) === 0;
  }

  #flight(
    { request, reading, stepAside }: Miss<T>,
    { storeDown = isDown(reading), refresh = false }: { storeDown?: boolean; refresh?: boolean },
  ): Flight<T> {
    return new Flight<T>({ request: request.unattended(), refresh, storeDown, stepAside });
  }

  #start(miss: Miss<T>): Flight<T> {
    const { table, runner } = this.#parts;
    const { name, key } = miss.request;
    table.checkNotInside(name, () => shown(key));
    const flight = this.#flight(miss, {});
    table.add(flight);
    void runner.run(flight, miss.load);
    return flight;
  }

  /**
   * The load that a call waits for: one that is under way, if no invalidation can have come between its beginning and
   * that of the call, else a new one. It takes no turn of the event loop to begin one, so that only one is begun.
   *
   * A caller for whom the store has failed joins without that proof: nobody can give it while the store is away, and
   * every caller would load for itself. What this process has invalidated is kept from it all the same; what another
   * process has invalidated meanwhile is not, if the store took that and refused this caller.
   */
  #flightFor(miss: Miss<T>, turn: number): Awaitable<Boarding<T>> {
    const { request, reading } = miss;
    const { name, began, isForced } = request;
    const flight = this.#parts.table.get(name);
    const early = flight !== undefined && began < flight.capturedAt;
    const usable = flight !== undefined && !flight.isAborted && turn < MAX_TURNS;
    if (
      !usable ||
      flight.options.request.policy.version !== request.policy.version ||
      (isForced && !(early && flight.options.request.isForced))
    ) {
      return { flight: this.#start(miss), anyTag: undefined, own: true };
    }
    if (early || isDown(reading)) return { flight, anyTag: undefined, own: false };
    return this.#proved(flight, miss, turn);
  }

  /** Joins a load that began before the call, when the store has the tokens still that it began with. */
  async #proved(flight: Flight<T>, miss: Miss<T>, turn: number): Promise<Boarding<T>> {
    const { table, tokens } = this.#parts;
    const { request, reading } = miss;
    const { name, tags, began } = request;
    try {
      const proof = Promise.all([tokens.capture(name, flight.options.request.terms), flight.capturing]);
      const [{ tokens: now }] = await request.step(proof);
      const { captured } = flight;
      if (captured !== undefined && isSame(now, captured) && tags.every((tag) => captured.tags.has(tag))) {
        return { flight, anyTag: now.anyTag, own: false };
      }
      // There is nothing to prove where what it had read came to nothing, and it reads again.
      if (captured === undefined && began < flight.capturedAt)
        return { flight, anyTag: undefined, own: false };
      if (captured === undefined && isBlind(reading)) return { flight, anyTag: undefined, own: false };
    } catch (error) {
      if (request.isAborted) throw error;
      if (began < flight.capturedAt || isBlind(reading)) return { flight, anyTag: undefined, own: false };
    }
    table.remove(flight);
    return this.#flightFor(miss, turn + 1);
  }

  /**
   * Whether a tag that the caller could not ask for (the loader added it, or what was found carries it) was invalidated
   * between the beginning of the load and that of a later call: by another process, which the generations say, or by
   * this one, which may not have reached the store.
   */
  #overtaken(flight: Flight<T>, { anyTag }: Boarding<T>, began: number): boolean {
    const { lateTags, captured, invalidatedTags, outcome } = flight;
    const found = outcome !== undefined && 'found' in outcome ? outcome.found : undefined;
    const tags = [...lateTags, ...(found?.tags ?? []).map(({ tag }) => tag)];
    if (tags.length === 0) return false;
    if (anyTag !== undefined && captured !== undefined && anyTag !== captured.anyTag) return true;
    return tags.some((tag) => (invalidatedTags.get(tag) ?? began) < began);
  }

  /** Waits for a load, until the caller's time or patience is over. `again`: it came to nothing for this caller. */
  async #wait(
    boarding: Boarding<T>,
    request: Request,
    stale: StoredEntry | undefined,
  ): Promise<{ readonly value: T } | 'again'> {
    const { ledger, table } = this.#parts;
    const { key } = request;
    const { flight, own } = boarding;
    const done = table.waitFor(flight, () => shown(key));
    flight.join(stale, own);
    let ended: Ended = 'settled';
    try {
      ended = await endFor(flight, request, true);
      if (ended === 'soft-timeout') {
        const served = flight.loaded ? undefined : await this.#serveOf(boarding, stale, request);
        if (served !== undefined) {
          ledger.tell('stale', { key, because: 'soft-timeout' });
          return served;
        }
        ended = await endFor(flight, request, false);
      }
    } finally {
      done();
      table.left(flight);
    }
    const outcome = flight.outcome ?? flight.loaded;
    if (ended === 'aborted') {
      if (flight.leave()) {
        table.remove(flight);
        flight.abort(abortError(request.signal));
      }
      throw abortError(request.signal);
    }
    if (outcome !== undefined && 'take' in outcome) {
      const { found } = outcome;
      if (found === undefined || own) return { value: await this.#taken(outcome, request) };
      return this.#foundFor(found, request);
    }
    if (outcome?.error === BUSY) return 'again';
    const served = await this.#serveOf(boarding, stale, request);
    if (served !== undefined) {
      ledger.tell('stale', { key, because: ended === 'settled' ? 'load-failed' : 'hard-timeout' });
      return served;
    }
    if (outcome !== undefined) throw outcome.error;
    const ms = request.policy.hardTimeoutMs;
    throw new OperationError(
      'E_OPERATION_TIMEOUT',
      `the call took longer than ${ms} ms (hardTimeout)`,
      'unknown',
    );
  }

  /** What somebody had stored, judged for a caller who has not asked for it: it may lack a tag, or its schema refuse it. */
  async #foundFor(entry: StoredEntry, request: Request): Promise<{ readonly value: T } | 'again'> {
    if (!request.tags.every((tag) => carries(entry, tag))) return 'again';
    const decoded = await decodeInTime<T>(entry, request);
    return 'miss' in decoded ? 'again' : decoded;
  }

  /** What a load came to, for one caller: a value that was found may have to pass a schema again. */
  #taken({ take }: Taking<T>, request: Request): T | Promise<T> {
    const taken = take();
    if (!(taken instanceof Promise)) return taken;
    return request.lastStep(taken);
  }

  /**
   * A stale value, unless it was invalidated since it was read. What the load has found serves the caller that began it;
   * the others were shown another state, declare other tags or want another version, and serve what they have read.
   */
  #serveOf(
    { flight, own }: Boarding<T>,
    stale: StoredEntry | undefined,
    request: Request,
  ): Promise<{ readonly value: T } | undefined> {
    const entry = own ? (flight.stale ?? stale) : stale;
    const usable = entry !== undefined && entry.graceMs > 0 && flight.revoked !== 'hard';
    return usable ? this.#serve(entry, request) : Promise.resolve(undefined);
  }

  async #serve(entry: StoredEntry, request: Request): Promise<{ readonly value: T } | undefined> {
    const { ledger } = this.#parts;
    const { key, clock } = request;
    // Its grace may have ended while the load went on.
    if (entry.goneAtMs !== undefined && clock.now() >= entry.goneAtMs) return undefined;
    const decoded = await decodeInTime<T>(entry, request);
    if ('miss' in decoded) return undefined;
    ledger.counts.staleHits++;
    ledger.tell('hit', { key, state: 'stale', tier: entry.tier });
    return decoded;
  }
}

type Awaitable<V> = V | Promise<V>;

/** The load that a call waits for. */
interface Boarding<T> {
  readonly flight: Flight<T>;
  /** The generation of "any tag" when the call joined. */
  readonly anyTag: string | undefined;
  /** Whether the call began it. */
  readonly own: boolean;
}

type Taking<T> = Extract<Outcome<T>, { readonly take: unknown }>;

/** What grace can fall back on: with a forced load a fresh value too. */
function staleOf(reading: Reading | undefined): StoredEntry | undefined {
  return reading === undefined || reading.verdict.state === 'miss' ? undefined : reading.entry;
}

function isDown(reading: Reading | undefined): boolean {
  return reading?.verdict.state === 'miss' && reading.verdict.reason === 'store-failed';
}

/** Whether a call cannot know what others have invalidated: the store failed it, or took no invalidation before it. */
function isBlind(reading: Reading | undefined): boolean {
  return isDown(reading) || (reading?.verdict.state === 'miss' && reading.verdict.reason === 'pending');
}

/** Whether nothing was invalidated between two captures of the same tokens. */
function isSame(now: CapturedTokens, before: CapturedTokens): boolean {
  if (now.fence !== before.fence || now.namespace !== before.namespace) return false;
  return [...before.tags].every(([tag, token]) => now.tags.get(tag) === token);
}

/** A key for the message of an error that is about this key. */
function shown(key: CacheKey): string {
  if (typeof key === 'string') return JSON.stringify(key);
  try {
    return JSON.stringify(key, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  } catch {
    return 'that was given';
  }
}
