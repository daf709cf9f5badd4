import type { IClock } from '../../../interfaces/clock.js';
import type { ICodec } from '../../../interfaces/codec.js';
import { CodecError, DisposedError, OperationError } from '../../../interfaces/errors.js';
import type { CacheEntry, LoadContext, Loader } from '../../../interfaces/typed-cache.js';
import { wallTimeMs } from '../../foundation/clock/wall-time.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import type { CallOrder } from '../policy/call-order.js';
import { cacheEntry } from '../reading/cache-entry.js';
import { copyOf } from '../reading/copy.js';
import type { EntryReader, Reading } from '../reading/entry-reader.js';
import { ageMs } from '../reading/freshness.js';
import { type Decoded, decodeEntry, type EncodedValue, encodeValue } from '../reading/values.js';
import type { KeyNames } from '../store/key-names.js';
import type { Ledger } from '../store/ledger.js';
import type { PendingInvalidations } from '../store/pending-invalidations.js';
import type { StoredEntry } from '../store/stored-entry.js';
import type { WatchedStore } from '../store/watched-store.js';
import type { Backoff } from './backoff.js';
import type { Flight, Outcome } from './load.js';
import type { FlightTable } from './load-table.js';
import type { EntryWriter } from './steps/entry-writer.js';
import type { HeldLease, Leases } from './steps/lease.js';
import type { TokenCapture } from './steps/token-capture.js';

/** A refresh that another process does already: whoever waits for it loads for itself. */
export const BUSY: unique symbol = Symbol('busy');
/** How long a refresh that another process does is left to it. */
const BUSY_MS = 1_000;

export interface LoadRunOptions<T> {
  readonly store: WatchedStore;
  readonly reader: EntryReader;
  readonly writer: EntryWriter;
  readonly tokens: TokenCapture;
  readonly leases: Leases;
  readonly pending: PendingInvalidations;
  readonly backoff: Backoff;
  /** Keys that are not refreshed ahead for a while. */
  readonly resting: Backoff;
  readonly table: FlightTable<T>;
  readonly ledger: Ledger;
  readonly clock: IClock;
  readonly order: CallOrder;
  readonly names: KeyNames;
}

/** One load from its beginning to its end: lease, tokens, a second look, the loader, the store. */
export class LoadRun<T> {
  readonly #parts: LoadRunOptions<T>;
  readonly #flights = new WeakMap<object, Flight<T>>();

  constructor(parts: LoadRunOptions<T>) {
    this.#parts = parts;
  }

  /** The load that a loader was given a context for. */
  flightOf(context: LoadContext<T>): Flight<T> | undefined {
    return this.#flights.get(context);
  }

  /** Settles the flight, whatever happens. Never rejects. */
  async run(flight: Flight<T>, load: Loader<T>): Promise<void> {
    const { table } = this.#parts;
    let lease: HeldLease | undefined;
    let storeDown = flight.options.storeDown;
    table.begin(flight);
    try {
      const { request } = flight.options;
      if (request.policy.cluster && !request.isForced && !storeDown) {
        const entered = await this.#parts.leases.enter(flight);
        if (entered.kind === 'busy') return this.#busy(flight);
        if (entered.kind === 'failed') throw entered.error;
        if (entered.kind === 'stored') {
          const found = await this.#found(entered.reading, flight);
          if (found !== undefined) return this.#end(flight, found);
        }
        if (entered.kind === 'load') ({ lease, storeDown } = entered);
      }
      // Without tokens nothing proves to later callers that this load is current.
      if (storeDown) flight.capturedAt = this.#parts.order.next();
      const found = storeDown ? undefined : await this.#captured(flight);
      const outcome = found ?? (await this.#load(flight, load));
      this.#end(flight, outcome);
      const isShared = flight.stored !== 'skipped' && flight.stored !== 'failed';
      await (isShared ? lease?.release() : lease?.keepToOurselves());
    } catch (error) {
      this.#failed(flight, error);
      await (lease !== undefined && !isAbandoned(flight, error) ? lease.fail(error) : lease?.release());
    } finally {
      table.end(flight);
    }
  }

  #end(flight: Flight<T>, outcome: Outcome<T>): void {
    this.#parts.table.remove(flight);
    flight.settle(outcome);
  }

  #busy(flight: Flight<T>): void {
    this.#parts.backoff.pause(flight.options.request.name, BUSY_MS);
    this.#end(flight, { error: BUSY });
  }

  #failed(flight: Flight<T>, error: unknown): void {
    const { request, refresh } = flight.options;
    if (
      !isAbandoned(flight, error) &&
      (refresh || (flight.stale !== undefined && flight.revoked !== 'hard'))
    ) {
      this.#parts.backoff.pause(request.name, request.policy.graceBackoffMs);
    }
    this.#end(flight, { error });
  }

  /**
   * Captures the tokens of the key, and looks again: somebody may have stored meanwhile.
   *
   * @returns What was found; `undefined` when there is something to load, also when the store fails.
   */
  async #captured(flight: Flight<T>): Promise<Outcome<T> | undefined> {
    const { request, refresh } = flight.options;
    const { name, policy, tags } = request;
    const { tokens, reader, pending } = this.#parts;
    const ended = pending.watch();
    const capture = tokens.capture(name, request.terms, () => {
      flight.capturedAt = this.#parts.order.next();
    });
    const capturing = flight.unlessAborted(request.step(capture));
    flight.capturing = capturing.then(
      ({ tokens: captured }) => {
        flight.captured = captured;
      },
      () => {
        // The load goes without tokens: all who have come until now came before it.
        flight.capturedAt = this.#parts.order.next();
      },
    );
    try {
      const { stored, answer, tokens: captured } = await capturing;
      const generations = [captured.namespace, ...tags.map((tag) => captured.tags.get(tag) ?? null)];
      const read = { ...answer, entries: [stored], generations };
      const [reading] = await reader.judgeAll([name], read, request, ended);
      if (reading?.entry === undefined || reading.verdict.state === 'miss') return undefined;
      flight.replaces = true;
      for (const { tag } of reading.entry.tags) flight.knownTags.add(tag);
      // These modes give out nothing that was read, also in need.
      if (!policy.mode.gives) return undefined;
      flight.stale = reading.entry;
      if (request.isForced || reading.verdict.state === 'stale') return undefined;
      if (refresh && isOld(reading, policy.refreshAhead)) return undefined;
      return await this.#found(reading, flight);
    } catch (error) {
      if (flight.isAborted) throw error;
      return undefined;
    } finally {
      pending.unwatch(ended);
    }
  }

  /** An entry as the outcome of a load that need not be; `undefined` where its bytes mean nothing. */
  async #found({ entry }: Reading, flight: Flight<T>): Promise<Outcome<T> | undefined> {
    const { policy } = flight.options.request;
    if (entry === undefined) return undefined;
    let first: Decoded<T> | undefined = await this.#decoded(entry, flight);
    if ('miss' in first) return undefined;
    return {
      found: entry,
      take: async () => {
        const decoded: Decoded<T> = first ?? (await decodeEntry<T>(entry, policy));
        first = undefined;
        if ('miss' in decoded)
          throw new CodecError('E_DECODE', 'a value could be decoded once, and not again');
        return decoded.value;
      },
    };
  }

  async #load(flight: Flight<T>, load: Loader<T>): Promise<Outcome<T>> {
    const { request, refresh } = flight.options;
    const { key, policy } = request;
    const { ledger, clock, table, writer, backoff, resting } = this.#parts;
    ledger.counts.loads++;
    ledger.tell('load', { key, refresh });
    const startedMs = clock.now();
    const createdAtMs = wallTimeMs();
    const timer = clock.schedule(
      policy.loadTimeoutMs,
      () => flight.abort(loadTimeout(policy.loadTimeoutMs)),
      {
        keepAlive: !refresh,
      },
    );
    const said: Said = { skipped: false, lifeMs: undefined, open: true };
    let value: T;
    try {
      const context = this.#context(flight, said, await flight.unlessAborted(this.#previous(flight)));
      this.#flights.set(context, flight);
      value = await flight.unlessAborted(table.run([flight], () => load(context)));
    } catch (error) {
      ledger.counts.loadFailures++;
      ledger.tell('loadFailed', { key, durationMs: clock.now() - startedMs, error });
      throw error;
    } finally {
      said.open = false;
      timer.cancel();
    }
    const encoded = this.#encoded(value, flight);
    const outcome = loadedOutcome(value, encoded, flight);
    flight.loaded = outcome;
    backoff.end(request.name);
    const stored =
      encoded === undefined ? 'failed' : await writer.storeLoaded(flight, { ...said, encoded, createdAtMs });
    flight.stored = stored;
    // What is stored is as old as before: the next hit would begin the next refresh.
    if (refresh && stored !== 'stored') resting.pause(request.name, policy.graceBackoffMs);
    if (stored === 'stored' || stored === 'fenced') ledger.counts[stored]++;
    ledger.tell('loaded', { key, durationMs: clock.now() - startedMs, stored });
    return outcome;
  }

  #context(flight: Flight<T>, said: Said, previous: CacheEntry<T> | undefined): LoadContext<T> {
    return {
      key: flight.options.request.key,
      signal: flight.controller.signal,
      previous,
      tag: (...tags) => {
        this.#parts.names.checkTags(tags);
        if (!said.open) return;
        for (const tag of tags) {
          flight.lateTags.add(tag);
          flight.knownTags.add(tag);
        }
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

  async #previous(flight: Flight<T>): Promise<CacheEntry<T> | undefined> {
    const { stale } = flight;
    if (stale === undefined) return undefined;
    const decoded = await this.#decoded(stale, flight);
    return 'miss' in decoded ? undefined : cacheEntry(stale, decoded.value);
  }

  /** What a schema does not judge in time is not there. @throws when the load was aborted. */
  async #decoded(entry: StoredEntry, flight: Flight<T>): Promise<Decoded<T>> {
    const { request } = flight.options;
    const decoded = decodeEntry<T>(entry, request.policy);
    if (!(decoded instanceof Promise)) return decoded;
    try {
      return await flight.unlessAborted(request.step(decoded));
    } catch (error) {
      if (flight.isAborted) throw error;
      return { miss: 'undecodable' };
    }
  }

  #encoded(value: T, { options }: Flight<T>): EncodedValue | undefined {
    try {
      return encodeValue(value, options.request.policy);
    } catch (error) {
      this.#parts.store.failed('encode', error);
      return undefined;
    }
  }
}

/** Whether a load ended because nobody wanted it any more, which is nothing to tell other processes. */
function isAbandoned(flight: Flight<unknown>, error: unknown): boolean {
  if (!flight.isAborted) return false;
  return DisposedError.is(error) || (OperationError.is(error) && error.code === 'E_ABORTED');
}

/** What a loader says while it runs; nothing that it says later counts. */
interface Said {
  skipped: boolean;
  lifeMs: number | undefined;
  open: boolean;
}

/** Whether an entry has lived for so much of its life that it is refreshed ahead. */
export function isOld({ entry }: Reading, fraction: number): boolean {
  return entry !== undefined && entry.lifeMs > 0 && ageMs(entry) >= fraction * entry.lifeMs;
}

/** The value itself for the first who takes it, and a copy for each other one. */
function loadedOutcome<T>(value: T, encoded: EncodedValue | undefined, { options }: Flight<T>): Outcome<T> {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function')
    return { take: () => value };
  let given = false;
  return {
    take: () => {
      if (given) return anotherOf(value, encoded, options.request.policy.codec);
      given = true;
      return value;
    },
  };
}

/** As it was when it was loaded, whatever the first who took it has done to it since, if the codec keeps it. */
function anotherOf<T>(value: T, encoded: EncodedValue | undefined, codec: ICodec): T {
  if (encoded === undefined) return copyOf(value, codec);
  try {
    return codec.decode(encoded.bytes) as T;
  } catch {
    return value;
  }
}

function loadTimeout(ms: number): OperationError {
  return new OperationError(
    'E_OPERATION_TIMEOUT',
    `the load took longer than ${ms} ms (loadTimeout)`,
    'unknown',
  );
}
