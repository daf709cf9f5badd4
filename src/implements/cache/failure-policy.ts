import { channel } from 'node:diagnostics_channel';
import type { DegradedMessage, FailureMode } from '../../interfaces/cache.js';
import type { IClock } from '../../interfaces/clock.js';
import type { Duration } from '../../interfaces/duration.js';
import { ArgumentError, ConnectionError, OperationError } from '../../interfaces/errors.js';
import type { ILogger } from '../../interfaces/logger.js';
import { IncidentFilter } from '../foundation/logger/incident-filter.js';
import { requireDurationMs } from '../foundation/options/duration.js';

const degraded = channel('inversify-cache:degraded');

/** What a `FailurePolicy` speaks for and through. */
export interface FailurePolicyOptions {
  /** Class of the cache, such as `RedisCache`. */
  readonly component: string;
  readonly failureMode: FailureMode;
  readonly logger: ILogger;
  readonly clock: IClock;
}

/** The one place where it is decided which failures a caller of `ICache` gets to see. */
export class FailurePolicy {
  readonly #component: string;
  readonly #degrades: boolean;
  readonly #logger: ILogger;
  readonly #incidents: IncidentFilter;
  /** Callers write the same few texts again and again. */
  #lastText: string | undefined;
  #lastMs = 0;

  constructor({ component, failureMode, logger, clock }: FailurePolicyOptions) {
    this.#component = component;
    this.#degrades = failureMode === 'degrade';
    this.#logger = logger;
    this.#incidents = new IncidentFilter(clock);
  }

  /**
   * Milliseconds of a life; `undefined` for a bad one that the caller answers with `false`.
   *
   * @throws {ArgumentError} for a bad one with `failureMode: throw`.
   */
  expiry(operation: string, expire: Duration): number | undefined {
    if (typeof expire === 'string' && expire === this.#lastText) return this.#lastMs;
    try {
      const ms = requireDurationMs(expire);
      if (typeof expire === 'string') [this.#lastText, this.#lastMs] = [expire, ms];
      return ms;
    } catch (error) {
      if (!this.#degrades || !ArgumentError.is(error)) throw error;
      if (this.#incidents.admits(`expiry ${operation}`)) {
        this.#logger.warning(`${this.#component}.${operation} stored nothing: ${error.message}`, {
          component: this.#component,
          operation,
          code: error.code,
        });
      }
      return undefined;
    }
  }

  /**
   * The answer of an operation that failed.
   *
   * @throws the error itself with `failureMode: throw`, and in any mode when the caller is to blame for it.
   */
  recover<T>(operation: string, error: unknown, answer: T): T {
    if (!this.#degrades || !(ConnectionError.is(error) || OperationError.is(error))) throw error;
    const { code } = error;
    if (degraded.hasSubscribers) {
      degraded.publish({ component: this.#component, operation, code } satisfies DegradedMessage);
    }
    const refused = OperationError.is(error) && error.outcome === 'refused';
    if (this.#incidents.admits(refused ? String(error.reason) : 'unreachable')) {
      const text = refused
        ? `${this.#component}.${operation} was refused; callers see a miss`
        : `${this.#component} is degraded: reads are misses and writes are lost until the store answers`;
      this.#logger.warning(text, { component: this.#component, operation, code }, error);
    }
    return answer;
  }

  /** The store answers again: the next failure is an incident of its own. */
  recovered(): void {
    this.#incidents.end();
  }
}
