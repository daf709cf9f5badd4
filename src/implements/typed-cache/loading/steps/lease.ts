import { randomInt, randomUUID } from 'node:crypto';
import type { IClock, ScheduledTask } from '../../../../interfaces/clock.js';
import { ConnectionError, OperationError } from '../../../../interfaces/errors.js';
import type { CallOrder } from '../../policy/call-order.js';
import type { EntryReader, Reading } from '../../reading/entry-reader.js';
import type { KeyNames } from '../../store/key-names.js';
import type { PendingInvalidations } from '../../store/pending-invalidations.js';
import type { WatchedStore } from '../../store/watched-store.js';
import type { Flight } from '../load.js';
import { failureBytes, leftIn, unsharedBytes } from './shared-failure.js';

const POLL_FIRST_MS = 4;
const POLL_LAST_MS = 40;
/** How often the holder of a lease says that it is alive, while the lease lasts. */
const RENEWALS = 3;

/**
 * How it was settled which process loads: this one, with the lease or (when the store fails, or the wait is over)
 * without; another one, which has stored or failed meanwhile; or nobody here, for a refresh that another one does.
 */
export type LeaseOutcome =
  | { readonly kind: 'load'; readonly lease: HeldLease | undefined; readonly storeDown: boolean }
  | { readonly kind: 'stored'; readonly reading: Reading }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'busy' };

export interface LeasesOptions {
  readonly store: WatchedStore;
  readonly names: KeyNames;
  readonly reader: EntryReader;
  readonly pending: PendingInvalidations;
  readonly clock: IClock;
  readonly order: CallOrder;
}

/** Keeps the load of a key to one among all processes. */
export class Leases {
  readonly #store: WatchedStore;
  readonly #names: KeyNames;
  readonly #reader: EntryReader;
  readonly #pending: PendingInvalidations;
  readonly #clock: IClock;
  readonly #order: CallOrder;

  constructor({ store, names, reader, pending, clock, order }: LeasesOptions) {
    this.#store = store;
    this.#names = names;
    this.#reader = reader;
    this.#pending = pending;
    this.#clock = clock;
    this.#order = order;
  }

  /** Takes the lease, or waits for what its holder comes to. Rejects only when the load is aborted. */
  async enter(flight: Flight<unknown>): Promise<LeaseOutcome> {
    const { request, refresh } = flight.options;
    const { name, policy } = request;
    const token = randomUUID();
    const failure = this.#names.failure(name);
    const asked: Promise<boolean>[] = [];
    const acquire = () => {
      const answer = this.#store.acquireLease(name, token, policy.leaseTimeoutMs);
      asked.push(answer);
      return answer;
    };
    const failed = (error: unknown): LeaseOutcome => {
      this.#giveBack(name, token, asked.at(-1));
      return failedOrAborted(flight, error);
    };
    const held = () =>
      new HeldLease(this.#store, this.#clock, { name, failure, token, lifeMs: policy.leaseTimeoutMs });
    let earlier: string | undefined;
    try {
      // A failure that is there already is not the one to wait for.
      const [before, free] = await this.#inTime(
        flight,
        Promise.all([refresh ? undefined : this.#store.read({ keys: [failure], lives: false }), acquire()]),
      );
      if (free) return { kind: 'load', lease: held(), storeDown: false };
      if (refresh) return { kind: 'busy' };
      earlier = leftIn(before?.entries[0]?.value)?.id;
    } catch (error) {
      return failed(error);
    }
    flight.options.stepAside?.();
    const endMs = this.#clock.now() + policy.waitTimeoutMs;
    for (let delayMs = POLL_FIRST_MS; ; delayMs = Math.min(delayMs * 1.5, POLL_LAST_MS)) {
      const leftMs = endMs - this.#clock.now();
      if (leftMs <= 0) return { kind: 'load', lease: undefined, storeDown: false };
      await this.#pause(flight, Math.min(leftMs, delayMs + randomInt(4)));
      const ended = this.#pending.watch();
      try {
        // Who comes while this is read may have heard of what it misses; who comes before the next one has not.
        flight.capturedAt = this.#order.next();
        const answer = await this.#inTime(
          flight,
          this.#store.read({ keys: [name, failure], generations: request.generations, leases: true }),
        );
        const [stored, failed] = answer.entries;
        const [reading] = await this.#reader.judgeAll(
          [name],
          { ...answer, entries: stored ? [stored] : [] },
          request,
          ended,
        );
        if (reading?.verdict.state === 'fresh') return { kind: 'stored', reading };
        const left = leftIn(failed?.value);
        if (left !== undefined && left.id !== earlier) {
          if (left.failure !== undefined) return { kind: 'failed', error: left.failure.error };
          // One after the other, all who wait would wait for all before them.
          flight.capturedAt = Number.POSITIVE_INFINITY;
          return { kind: 'load', lease: undefined, storeDown: false };
        }
        flight.capturedAt = Number.POSITIVE_INFINITY;
        if (stored?.lease === null && (await this.#inTime(flight, acquire()))) {
          return { kind: 'load', lease: held(), storeDown: false };
        }
      } catch (error) {
        return failed(error);
      } finally {
        this.#pending.unwatch(ended);
      }
    }
  }

  /** A lease that was asked for and is not used: whoever waits for it would wait for nobody. */
  #giveBack(name: string, token: string, asked: Promise<boolean> | undefined): void {
    const release = () => this.#store.releaseLease(name, token).catch(() => false);
    asked?.then(
      (free) => free && release(),
      (error: unknown) => mayHaveRun(error) && release(),
    );
  }

  #inTime<T>(flight: Flight<unknown>, promise: Promise<T>): Promise<T> {
    return flight.unlessAborted(flight.options.request.step(promise));
  }

  #pause(flight: Flight<unknown>, ms: number): Promise<void> {
    let timer: ScheduledTask | undefined;
    const over = new Promise<void>((resolve) => {
      timer = this.#clock.schedule(ms, resolve, { keepAlive: true });
    });
    return flight.unlessAborted(over).finally(() => timer?.cancel());
  }
}

/** Whether a call may have been executed, although it failed. */
function mayHaveRun(error: unknown): boolean {
  const outcome = ConnectionError.is(error) || OperationError.is(error) ? error.outcome : 'unknown';
  return outcome === 'unknown';
}

/** A store that fails keeps nobody from loading. @throws when the load was aborted. */
function failedOrAborted(flight: Flight<unknown>, error: unknown): LeaseOutcome {
  if (flight.isAborted) throw error;
  return { kind: 'load', lease: undefined, storeDown: true };
}

interface HeldLeaseOptions {
  readonly name: string;
  readonly failure: string;
  readonly token: string;
  readonly lifeMs: number;
}

/** A lease that this process has. It is renewed until it is released, so that a long load is not doubled. */
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

  /** Lets the next one load; the failures of the store are its own. */
  async release(): Promise<void> {
    this.#renewal?.cancel();
    this.#renewal = undefined;
    const { name, token } = this.#options;
    await this.#store.releaseLease(name, token).catch(() => false);
  }

  /** Leaves the error to those who wait in other processes, and releases. */
  async fail(error: unknown): Promise<void> {
    await this.#leave(failureBytes(this.#options.token, error));
  }

  /** Tells those who wait in other processes that what was loaded is nothing for them, and releases. */
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
