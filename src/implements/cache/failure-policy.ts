import { channel } from 'node:diagnostics_channel';
import type { DegradedMessage, FailureMode } from '../../interfaces/cache.js';
import type { IClock } from '../../interfaces/clock.js';
import type { Duration } from '../../interfaces/duration.js';
import { type ArgumentError, ConnectionError, OperationError } from '../../interfaces/errors.js';
import type { ILogger } from '../../interfaces/logger.js';
import { IncidentFilter } from '../foundation/logger/incident-filter.js';
import { durationMs, isDurationRefusal } from '../foundation/options/duration.js';
import type { Progress } from './cache-store.js';
import { LifeReader } from './life-reader.js';

const degraded = channel('inversify-cache:degraded');

/** Cache and collaborators of a `FailurePolicy`. */
export interface FailurePolicyOptions {
  /** Class name of the cache, such as `RedisCache`. */
  readonly component: string;
  readonly failureMode: FailureMode;
  /** `true` when calls of the store can fail because of a network or a server. */
  readonly remote: boolean;
  readonly logger: ILogger;
  readonly clock: IClock;
  /** TTL of values that are stored without one, in milliseconds. */
  readonly defaultExpire?: number | undefined;
}

/** Decides which failures callers of `ICache` see: the one place of the failure mode. */
export class FailurePolicy {
  readonly #component: string;
  readonly #degrades: boolean;
  /** `true` when there are failures that callers do not see, other than an invalid life. */
  readonly #spares: boolean;
  readonly #lives = new LifeReader();
  readonly #logger: ILogger;
  readonly #incidents: IncidentFilter;
  readonly #defaultLife: number | undefined;

  constructor({ component, failureMode, remote, logger, clock, defaultExpire }: FailurePolicyOptions) {
    this.#defaultLife = defaultExpire;
    this.#component = component;
    this.#degrades = failureMode === 'degrade';
    this.#spares = this.#degrades && remote;
    this.#logger = logger;
    this.#incidents = new IncidentFilter(clock);
  }

  /**
   * Returns the result of an operation.
   *
   * @param fallback  Result in place of a failure that callers do not see.
   */
  attempt<T>(operation: string, fallback: T, answer: Promise<T>): Promise<T> {
    return this.#spares ? this.#spare(operation, fallback, answer) : answer;
  }

  /**
   * Reads a life once, because its getters may have effects, and may throw. One that is omitted is `defaultExpire`.
   *
   * @returns Milliseconds of a valid life, or an invalid life as it is, for the store to refuse.
   */
  life(life: Duration | undefined): Duration {
    const asked = (life ?? this.#defaultLife) as Duration;
    return this.#lives.read(asked) ?? asked;
  }

  /**
   * Returns the result of an operation that takes a life: `false` for an invalid one.
   *
   * @param life  Result of `life`.
   */
  attemptForLife(operation: string, life: Duration, answer: Promise<boolean>): Promise<boolean> {
    const passes = !this.#spares && typeof life === 'number' && durationMs(life) !== undefined;
    return passes ? answer : this.#spare(operation, false, answer);
  }

  /**
   * Returns the result of an operation whose arguments run code of the caller, such as an iterable of entries. A
   * failure before the operation has accepted its arguments reaches the caller.
   */
  async attemptAccepted<T>(
    operation: string,
    fallback: T,
    work: (accept: () => void) => Promise<T>,
  ): Promise<T> {
    let isAccepted = false;
    try {
      return await work(() => {
        isAccepted = true;
      });
    } catch (error) {
      if (!isAccepted) throw error;
      this.#tolerate(operation, error);
      return fallback;
    }
  }

  /**
   * Returns the result of an operation of many steps; its fallback is the result so far.
   *
   * @param nothing  Creates the result of an operation that failed in its first step.
   */
  attemptBulk<T>(
    operation: string,
    nothing: () => T,
    work: (progress?: Progress<T>) => Promise<T>,
  ): Promise<T> {
    return this.#spares ? this.#spareBulk(operation, nothing, work) : work();
  }

  /** Lists keys; a failure ends the list early. */
  attemptListing<T>(operation: string, listing: AsyncIterable<T>): AsyncIterable<T> {
    return this.#spares ? this.#spareListing(operation, listing) : listing;
  }

  /** Ends the incident, because the store answers again: the next failure is a new one. */
  recovered(): void {
    this.#incidents.end();
  }

  /** Handles a rejection without `async`, which would cost 5 % of a hit. */
  #spare<T>(operation: string, fallback: T, answer: Promise<T>): Promise<T> {
    return answer.then(undefined, (error: unknown) => {
      this.#tolerate(operation, error);
      return fallback;
    });
  }

  async #spareBulk<T>(
    operation: string,
    nothing: () => T,
    work: (progress: Progress<T>) => Promise<T>,
  ): Promise<T> {
    let reached: { readonly answer: T } | undefined;
    try {
      return await work((answer) => {
        reached = { answer };
      });
    } catch (error) {
      this.#tolerate(operation, error);
      return reached === undefined ? nothing() : reached.answer;
    }
  }

  async *#spareListing<T>(operation: string, listing: AsyncIterable<T>): AsyncIterable<T> {
    try {
      yield* listing;
    } catch (error) {
      this.#tolerate(operation, error);
    }
  }

  /**
   * Reports a failure that callers do not see.
   *
   * @throws the failure itself with `failureMode: throw`, and in any mode when the caller caused it.
   */
  #tolerate(operation: string, failure: unknown): void {
    if (!this.#degrades) throw failure;
    if (isDurationRefusal(failure)) this.#warnOfLife(operation, failure);
    else if (ConnectionError.is(failure) || OperationError.is(failure)) this.#degrade(operation, failure);
    else throw failure;
  }

  #warnOfLife(operation: string, { message, code }: ArgumentError): void {
    if (!this.#incidents.admits(`expiry ${operation}`)) return;
    this.#logger.warning(`${this.#component}.${operation} stored nothing: ${message}`, {
      component: this.#component,
      operation,
      code,
    });
  }

  #degrade(operation: string, error: ConnectionError | OperationError): void {
    const { code } = error;
    if (degraded.hasSubscribers) {
      degraded.publish({ component: this.#component, operation, code } satisfies DegradedMessage);
    }
    const refused = OperationError.is(error) && error.outcome === 'refused';
    if (!this.#incidents.admits(refused ? String(error.reason) : 'unreachable')) return;
    const text = refused
      ? `${this.#component}.${operation} was refused; callers see a miss`
      : `${this.#component} is degraded: reads are misses and writes are lost until the store answers`;
    this.#logger.warning(text, { component: this.#component, operation, code }, error);
  }
}
