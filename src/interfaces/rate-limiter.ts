import type { Duration } from './duration.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * Decides how often a key (a user, an address, a tenant) may do something, by one or several limits.
 *
 * All limits together are one atomic step: a call is allowed when each of them allows it, and only then charged to
 * all. A call that is denied is charged to none, so a caller who keeps trying is not blocked any longer for it.
 *
 * A denial is a result, not an error. When the store of the limiter is away, its option `onUnavailable` decides, and
 * the decision says so: `degraded`.
 *
 * @throws {ArgumentError} for an invalid key, cost, request id or duration, before any I/O.
 * @throws {OperationError} `E_ABORTED` when the signal aborts.
 * @throws {DisposedError} after `close`.
 *
 * @example
 * ```ts
 * const decision = await limiter.consume('user:7');
 * if (!decision.allowed) {
 *   console.log(`too many requests: try again in ${decision.retryAfterMs} ms`);
 * }
 * ```
 */
export interface IRateLimiter {
  /**
   * Charges a call to a key, if every limit allows it.
   *
   * Without a `requestId`, a call whose answer was lost may have been charged, and is never repeated.
   */
  consume(key: string, options?: ConsumeOptions): Promise<RateLimitDecision>;

  /** Decides as the next `consume` would, and changes nothing. */
  peek(key: string, options?: PeekOptions): Promise<RateLimitDecision>;

  /**
   * Forgets everything that was charged to a key, and its block.
   *
   * @returns `true` when there was something to forget.
   * @throws {ConnectionError} {OperationError} when the store did not answer: `onUnavailable` does not apply.
   */
  reset(key: string): Promise<boolean>;

  /**
   * Denies every call of a key from now on, in all processes, until the duration is over or `reset` is called.
   * Replaces an earlier block.
   *
   * @throws {ConnectionError} {OperationError} when the store did not answer: `onUnavailable` does not apply.
   */
  block(key: string, duration: Duration): Promise<void>;
}

/** Options of `peek`. */
export interface PeekOptions {
  /** Units that the call takes, as a whole or not at all: an integer of at most the smallest limit. Default: 1. */
  readonly cost?: number | undefined;
  /** Aborts the call; what it has charged by then stays charged. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `consume`. */
export interface ConsumeOptions extends PeekOptions {
  /**
   * Identifies the request, 1 byte to 1 KiB: when a call that was allowed is repeated, it is charged once and gets the
   * same decision. It is remembered for the longest `per` of the limits, at most a minute; a denial is not.
   */
  readonly requestId?: string | undefined;
}

/** State of one limit after a decision. */
export interface LimitDecision {
  /** Name of the limit. */
  readonly name: string;
  /** `true` when this limit allows the call. */
  readonly allowed: boolean;
  /** Units that may be taken: `limit`, or `burst` of a token bucket. */
  readonly limit: number;
  /** Time in which that many units become available: `per`, or the time in which an empty token bucket fills. */
  readonly windowMs: number;
  /** Units that may still be taken at once. */
  readonly remaining: number;
  /** Milliseconds until all units are available again, if nothing else is taken; rounded up. */
  readonly resetAfterMs: number;
  /** Milliseconds after which this call would be allowed, if nothing else is taken; rounded up, 0 when allowed. */
  readonly retryAfterMs: number;
}

/** Decision on one call. The numbers at the top are those of the tightest limit. */
export interface RateLimitDecision extends Omit<LimitDecision, 'name'> {
  /** Every limit, in the order of the declaration. */
  readonly limits: readonly LimitDecision[];
  /**
   * Origin of the decision: the store of the limiter (`redis`, `memory`); this process (`local`), because the store is
   * away or has just denied the key; or a rule (`policy`): the key is exempt, or the store is away.
   */
  readonly source: 'redis' | 'memory' | 'local' | 'policy';
  /** `true` when the store did not answer, and `onUnavailable` decided. */
  readonly degraded: boolean;
}

export const IRateLimiter: InterfaceToken<IRateLimiter> = defineInterface<IRateLimiter>('IRateLimiter', [
  'consume',
  'peek',
  'reset',
  'block',
]);
