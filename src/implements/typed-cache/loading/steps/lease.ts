import { randomInt, randomUUID } from 'node:crypto';
import type { IClock, ScheduledTask } from '../../../../interfaces/clock.js';
import { ConnectionError, OperationError } from '../../../../interfaces/errors.js';
import { pause } from '../../../foundation/waiting/pause.js';
import type { Request } from '../../policy/request.js';
import type { EntryReader } from '../../reading/entry-reader.js';
import type { Reading } from '../../reading/reading.js';
import type { InvalidationWatch } from '../../store/invalidation-watch.js';
import type { KeyNames } from '../../store/key-names.js';
import type { PendingInvalidations } from '../../store/pending-invalidations.js';
import type { WatchedStore } from '../../store/watched-store.js';
import type { LoadValidity } from './load-validity.js';
import { failureBytes, leftIn, type SharedErrors, unsharedBytes } from './shared-failure.js';

const POLL_FIRST_MS = 4;
const POLL_LAST_MS = 40;
/** Number of renewals of a lease within its TTL. */
const RENEWALS = 3;

/**
 * Decision on which process loads: this one, with the lease or, when the store fails or the wait is over, without it;
 * another one, which has stored or failed meanwhile; or, for a refresh, another one that is still busy.
 */
export type LeaseOutcome =
  | { readonly kind: 'load'; readonly lease: HeldLease | undefined; readonly storeDown: boolean }
  | { readonly kind: 'stored'; readonly reading: Reading }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'busy' };

/** Load that asks for a lease. */
export interface LeasingLoad {
  readonly request: Request;
  readonly isRefresh: boolean;
  readonly validity: LoadValidity;
  readonly isAborted: boolean;
  readonly signal: AbortSignal;
  unlessAborted<V>(promise: Promise<V>): Promise<V>;
  /** Called when another process loads the key. */
  stepAside(): void;
}

/** Leases: single-flight of the load of a key across processes. */
export class Leases {
  readonly #store: WatchedStore;
  readonly #names: KeyNames;
  readonly #reader: EntryReader;
  readonly #pending: PendingInvalidations;

  constructor(store: WatchedStore, names: KeyNames, reader: EntryReader, pending: PendingInvalidations) {
    this.#store = store;
    this.#names = names;
    this.#reader = reader;
    this.#pending = pending;
  }

  /** Takes the lease, or waits for the result of its holder. Rejects only when the load is aborted. */
  async enter(load: LeasingLoad): Promise<LeaseOutcome> {
    const { name, policy } = load.request;
    const failure = this.#names.failure(name, policy);
    const claim = new Claim(this.#store, load, failure, this.#names.lease(name, policy));
    try {
      // A failure that exists already is not the result to wait for.
      const before = load.isRefresh
        ? undefined
        : this.#store.read({ keys: [failure], lives: false }).catch(() => undefined);
      const [known, free] = await inTime(load, Promise.all([before, claim.acquire()]));
      if (free) return { kind: 'load', lease: claim.held(), storeDown: false };
      if (load.isRefresh) return { kind: 'busy' };
      load.stepAside();
      const { clock } = load.request;
      return await this.#wait(
        load,
        claim,
        leftIn(known?.entries[0]?.value)?.id,
        clock.now() + policy.waitTimeoutMs,
      );
    } catch (error) {
      claim.giveBack();
      if (load.isAborted) throw error;
      // A failing store prevents no process from loading; that of a lease elsewhere says nothing about the entry.
      return { kind: 'load', lease: undefined, storeDown: claim.name === name };
    }
  }

  /** Polls until the holder has stored or failed, its lease is free, or `waitTimeout` is over. */
  async #wait(
    load: LeasingLoad,
    claim: Claim,
    earlier: string | undefined,
    endMs: number,
  ): Promise<LeaseOutcome> {
    const { clock } = load.request;
    for (let delayMs = POLL_FIRST_MS; ; delayMs = Math.min(delayMs * 1.5, POLL_LAST_MS)) {
      const leftMs = endMs - clock.now();
      if (leftMs <= 0) return { kind: 'load', lease: undefined, storeDown: false };
      await pause(clock, Math.min(leftMs, delayMs + randomInt(4)), { signal: load.signal, aborted });
      const watch = this.#pending.watch();
      try {
        const settled = await this.#look(load, claim, earlier, watch);
        if (settled !== undefined) return settled;
      } finally {
        this.#pending.unwatch(watch);
      }
    }
  }

  /** Checks once for the result of the holder; takes the lease if it is free. */
  async #look(
    load: LeasingLoad,
    claim: Claim,
    earlier: string | undefined,
    watch: InvalidationWatch | undefined,
  ): Promise<LeaseOutcome | undefined> {
    const { request } = load;
    const keys = [request.name, claim.failure];
    load.validity.startReading();
    const scope = this.#names.readScope;
    const read = this.#store.read({ keys, scope, generations: request.generations, leases: true });
    const answer = await inTime(load, read);
    const [stored, failed] = answer.entries;
    if (stored?.failure !== undefined) throw stored.failure;
    const leased = claim.name === request.name ? stored : failed;
    if (leased?.failure !== undefined) throw leased.failure;
    const own = { ...answer, entries: stored ? [stored] : [] };
    const [reading] = await this.#reader.judgeAll([request.name], own, request, watch);
    if (reading?.verdict.state === 'fresh') return { kind: 'stored', reading };
    const left = leftIn(failed?.value);
    const isNew = left !== undefined && left.id !== earlier;
    if (isNew && left.failure !== undefined) return { kind: 'failed', error: left.failure.error };
    load.validity.discardReading();
    // Without a lease: if all waiting processes took it in turn, each would wait for all before it.
    if (isNew) return { kind: 'load', lease: undefined, storeDown: false };
    if (leased?.lease !== null || !(await inTime(load, claim.acquire()))) return undefined;
    return { kind: 'load', lease: claim.held(), storeDown: false };
  }
}

/** Claim of one load to a lease. */
class Claim {
  /** Key under which a holder leaves its failure. */
  readonly failure: string;
  /** Name that the lease belongs to. */
  readonly name: string;
  readonly #store: WatchedStore;
  readonly #request: Request;
  readonly #token = randomUUID();
  #asked: Promise<boolean> | undefined;

  constructor(store: WatchedStore, { request }: LeasingLoad, failure: string, name: string) {
    this.name = name;
    this.#store = store;
    this.#request = request;
    this.failure = failure;
  }

  acquire(): Promise<boolean> {
    const { policy } = this.#request;
    this.#asked = this.#store.acquireLease(this.name, this.#token, policy.leaseTimeoutMs);
    return this.#asked;
  }

  held(): HeldLease {
    const { policy, clock } = this.#request;
    const { failure, name } = this;
    return new HeldLease(this.#store, clock, {
      name,
      failure,
      token: this.#token,
      lifeMs: policy.leaseTimeoutMs,
      errors: policy.leaseErrors,
    });
  }

  /** Releases a lease that was requested but is not used, so that no other process waits for it. */
  giveBack(): void {
    const release = () => this.#store.releaseLease(this.name, this.#token).catch(() => false);
    this.#asked?.then(
      (free) => free && release(),
      (error: unknown) => mayHaveRun(error) && release(),
    );
  }
}

function inTime<T>(load: LeasingLoad, promise: Promise<T>): Promise<T> {
  return load.unlessAborted(load.request.step(promise));
}

function aborted(signal: AbortSignal): never {
  throw signal.reason;
}

/** `true` when a failed call may have been executed. */
function mayHaveRun(error: unknown): boolean {
  const outcome = ConnectionError.is(error) || OperationError.is(error) ? error.outcome : 'unknown';
  return outcome === 'unknown';
}

interface HeldLeaseOptions {
  readonly name: string;
  readonly failure: string;
  readonly token: string;
  readonly lifeMs: number;
  readonly errors: SharedErrors;
}

/** Lease held by this process, renewed until it is released, so that a long load is not started twice. */
export class HeldLease {
  readonly #store: WatchedStore;
  readonly #clock: IClock;
  readonly #options: HeldLeaseOptions;
  #renewal: ScheduledTask | undefined;

  constructor(store: WatchedStore, clock: IClock, options: HeldLeaseOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#options = options;
    this.#renewLater();
  }

  /** Releases the lease; a failure of the store is ignored. */
  async release(): Promise<void> {
    this.#renewal?.cancel();
    this.#renewal = undefined;
    const { name, token } = this.#options;
    await this.#store.releaseLease(name, token).catch(() => false);
  }

  /** Leaves of the error what may be shared for waiting processes, and releases the lease. */
  async fail(error: unknown): Promise<void> {
    await this.#leave(failureBytes(this.#options.token, error, this.#options.errors));
  }

  /** Leaves a note for waiting processes that the value is not shared, and releases the lease. */
  async keepToOurselves(): Promise<void> {
    await this.#leave(unsharedBytes(this.#options.token));
  }

  async #leave(bytes: Uint8Array): Promise<void> {
    const { failure, lifeMs } = this.#options;
    await this.#store.write(failure, bytes, lifeMs).catch(() => 'fenced');
    await this.release();
  }

  #renewLater(): void {
    const { name, token, lifeMs } = this.#options;
    this.#renewal = this.#clock.schedule(lifeMs / RENEWALS, () => {
      this.#renewLater();
      this.#store.acquireLease(name, token, lifeMs).catch(() => false);
    });
  }
}
