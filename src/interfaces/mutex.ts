import type { Duration } from './duration.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/** Options of one acquisition. Options that are not given have the value that the component declares. */
export interface MutexOptions {
  /** Lease: time after which the lock is free again, whatever becomes of its holder. */
  readonly expire?: Duration | undefined;
  /** Maximum time to wait until the lock is free; `0` does not wait. */
  readonly wait?: Duration | undefined;
  /** `non-blocking` does not wait. Default: `blocking`. */
  readonly method?: 'blocking' | 'non-blocking' | undefined;
  /** Extends the lease in the background until the lock is released, lost, or held for `maxHold`. */
  readonly autoExtend?: boolean | undefined;
  /** Maximum time that `autoExtend` holds the lock. Default: ten times `expire`. */
  readonly maxHold?: Duration | undefined;
  /**
   * Number of replicas that must have received the lock, and each extension of it, before it counts. It makes it rarer
   * that a failover gives the lock to a second holder, and cannot exclude it. `0` asks none.
   */
  readonly minReplicas?: number | undefined;
  /** Ends the wait: `E_ABORTED`. A lock that was granted meanwhile is given back. */
  readonly signal?: AbortSignal | undefined;
}

/** A lock that is held: a lease with an end, and a fence. */
export interface MutexLock extends AsyncDisposable {
  /** Name of the mutex. */
  readonly name: string;
  /** Identifies this hold: 128 random bits. */
  readonly token: string;
  /**
   * Number that is greater than that of every earlier hold of the name. A resource that stores it with its data, and
   * refuses a smaller one, is safe from holders that were paused beyond their lease.
   */
  readonly fence: number;
  /**
   * `true` while the lease certainly lasts. Measured by the monotonic clock, from the moment at which the last successful
   * request was sent, so that it is right in the first line after a pause of the process.
   */
  readonly held: boolean;
  /** Milliseconds for which the lease certainly lasts; 0 when it is not held. */
  readonly remainingMs: number;
  /** Aborts when the lock is lost or may be, with the reason `E_LOCK_LOST`, and before the lease ends. Not by `release`. */
  readonly signal: AbortSignal;
  /**
   * Prolongs the lease so that it lasts at least `expire` from now. It never shortens a lease, and never revives one.
   *
   * @param expire  Default: the `expire` of the acquisition.
   * @returns `false` when the lock was not ours any more.
   */
  extend(expire?: Duration): Promise<boolean>;
  /**
   * Releases the lock, and wakes the first waiter. It is no longer `held` from the moment of the call.
   *
   * @returns `false` when the lock was not ours any more; nothing was changed then.
   * @throws {ConnectionError} {OperationError} when Redis did not confirm the release in time; the lease ends by itself.
   */
  release(): Promise<boolean>;
}

/** State of a mutex at one moment: information for people, not a basis for decisions. */
export interface MutexState {
  readonly held: boolean;
  /** Fence of the holder; `null` when there is none. */
  readonly fence: number | null;
  /** Milliseconds until the lease of the holder ends; `null` when there is none. */
  readonly remainingMs: number | null;
  /** Number of calls that wait for the lock. */
  readonly waiting: number;
}

/**
 * A lock with a name, a lease and a fence. At most one holder has an unexpired lease, as long as Redis loses no write that
 * it has confirmed. No lock can stop a holder that was paused beyond its lease: what must be safe from that checks the
 * `fence`.
 *
 * Waiters get the lock in the order of their arrival, and nobody overtakes them. A lock is not re-entrant: a holder that
 * acquires the same name again waits for itself.
 *
 * @throws {ArgumentError} for invalid options, before anything is sent.
 * @throws {ConnectionError} {OperationError} when Redis does not answer within `commandTimeout`: a lock that is not free
 *   is a result, an outage never is. A lock that may have been granted is given back as soon as Redis is reachable.
 * @throws {DisposedError} after the site was closed.
 *
 * @example
 * ```ts
 * const total = await orders.run(
 *   async (lock) => {
 *     lock.signal.throwIfAborted(); // Before each step: is the lease certainly still ours?
 *     return counter.add(1, lock.fence); // The resource refuses a fence below the greatest that it has seen.
 *   },
 *   { expire: '10s', wait: '5s', autoExtend: true },
 * );
 * ```
 */
export interface IMutex {
  readonly name: string;
  /** Acquires the lock, and waits for it. @returns `undefined` when it was not free within `wait`. */
  acquire(options?: MutexOptions): Promise<MutexLock | undefined>;
  /** Acquires the lock if it is free and nobody waits for it: `acquire` with `wait: 0`. */
  tryAcquire(options?: MutexOptions): Promise<MutexLock | undefined>;
  /**
   * Acquires the lock, runs a function, and releases the lock, whatever becomes of the function.
   *
   * @throws {OperationError} `E_LOCK_BUSY` when the lock was not free within `wait`: the function was not called.
   *   `E_LOCK_LOST` when the function succeeded, but the lease had ended before.
   * @throws the error of the function, as it is, also when the release fails; that failure is logged.
   */
  run<T>(work: (lock: MutexLock) => T | Promise<T>, options?: MutexOptions): Promise<T>;
  /** Reads the state of the mutex. */
  inspect(): Promise<MutexState>;
}

/**
 * Mutexes by name.
 *
 * @example
 * ```ts
 * const mutexes = site.getComponent(IMutexSite, 'locks');
 * const orders = mutexes.getMutex('orders');
 * ```
 */
export interface IMutexSite {
  /**
   * Returns the mutex of a name, without asking anybody: the same name is the same lock in all processes.
   *
   * @param name  1 byte to 1 KiB as UTF-8.
   */
  getMutex(name: string): IMutex;
}

export const IMutexSite: InterfaceToken<IMutexSite> = defineInterface<IMutexSite>('IMutexSite', ['getMutex']);
