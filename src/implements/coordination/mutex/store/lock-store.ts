import type { MutexState } from '../../../../interfaces/mutex.js';

/** One hold of a lock, as it is requested. */
export interface LockRequest {
  readonly name: string;
  /** Identifies the hold; chosen by the caller, who can then repeat a request whose answer was lost. */
  readonly token: string;
  readonly expireMs: number;
  /** Place in the queue; `undefined` does not queue, and gets the lock only if nobody waits. */
  readonly ticket: string | undefined;
  /** Number of replicas that must confirm; 0 for none. */
  readonly minReplicas: number;
}

/** Result of a request. */
export type LockAnswer =
  | { readonly granted: true; readonly fence: number }
  | {
      readonly granted: false;
      /** Milliseconds until the lease of the holder ends; 0 when there is none. */
      readonly remainingMs: number;
      /** `true` when no other ticket is before ours. */
      readonly isFirst: boolean;
    };

/** A hold that ends, or a request for one. */
export interface LockRelease {
  readonly name: string;
  readonly token: string;
  readonly ticket: string | undefined;
  /** `true` when a request of this token may still be executed later: the store must then refuse it. */
  readonly mayRunLater: boolean;
}

/** Bounds of one call. */
export interface LockCall {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The locks of all names. Each call is one atomic step; it may be repeated, because a token makes it idempotent. */
export interface LockStore {
  /** Time after which a store that has not answered counts as unreachable. */
  readonly patienceMs: number;
  /** Text that is the same for all tickets of this process, and different in every other. */
  readonly process: string;
  acquire(request: LockRequest, call: LockCall): Promise<LockAnswer>;
  /** Prolongs a lease of this token, if there is one. */
  extend(request: Omit<LockRequest, 'ticket'>, call: LockCall): Promise<boolean>;
  /** Ends a hold or a wait, and wakes the first waiter when the lock is free. @returns `true` when it was held. */
  release(release: LockRelease, call: LockCall): Promise<boolean>;
  inspect(name: string): Promise<MutexState>;
  /** `true` when wake-ups of other processes arrive. */
  readonly hears: boolean;
  /** Calls a function when a ticket has become the first of a free lock. @returns a function that ends that. */
  listen(ticket: string, wake: () => void): () => void;
  /** Begins to hear wake-ups of other processes. Settles when that is decided; never rejects. */
  attend(): Promise<void>;
}
