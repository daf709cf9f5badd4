import type { Duration } from './duration.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * State of a component. `up`: it works. `degraded`: callers are served without what is missing (reads of a cache are
 * misses). `down`: it is closed, or it is declared as `required` and does not work.
 */
export type HealthStatus = 'up' | 'degraded' | 'down';

/** Question to a component about its health. */
export interface HealthQuery {
  /**
   * Asks the server, one PING for each connection; with `false` a component reports what its connection knows already,
   * without any I/O. Default: `true`.
   */
  readonly active?: boolean | undefined;
}

/** Question of a site to its components about their health. */
export interface SiteHealthQuery extends HealthQuery {
  /** Maximum duration; a component that has not answered by then is `degraded`. Default: 500 ms. */
  readonly within?: Duration | undefined;
}

/** Health of a typed cache: that of its store, and what the store has missed. */
export interface TypedCacheHealth {
  readonly status: HealthStatus;
  /** Reasons why it is not `up`; no key, no value and no secret. */
  readonly reasons: readonly string[];
  /** Number of invalidations that have not reached the store yet. */
  readonly pendingInvalidations: number;
}

/** Health of one entry of a site. */
export interface ComponentHealth {
  /** Interface of the entry, such as `ICache`. */
  readonly interface: string;
  /** Name of the entry; `''` for the default. */
  readonly name: string;
  /** Class of the component, such as `RedisCache`. */
  readonly class: string;
  readonly status: HealthStatus;
  /** Reasons why it is not `up`: they name servers, and no key, no value and no secret. */
  readonly reasons: readonly string[];
}

/** Health of a site: the worst status of its components, and that of each. */
export interface SiteHealthReport {
  readonly status: HealthStatus;
  readonly components: readonly ComponentHealth[];
}

/** Options of a check. */
export interface HealthCheckOptions {
  /**
   * Asks the servers: one PING for each connection. Checks at once share one round of questions, and one of the second
   * before is reported again. Default: `false`, what the connections know already.
   */
  readonly active?: boolean | undefined;
  /** Maximum duration of the check; what has not answered by then is `degraded`. Default: 500 ms. */
  readonly within?: Duration | undefined;
  /** Reports the reasons, which name servers: not for a page that anybody can read. Default: `false`. */
  readonly details?: boolean | undefined;
  /** Aborts the check: `E_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/** Health of one entry, and since when it is so. */
export interface CheckedComponent extends ComponentHealth {
  /** Time of the first check that has found this status, without another one since, in ISO 8601. */
  readonly since: string;
}

/** Result of a check: the worst status of the components, and that of each. */
export interface HealthReport {
  readonly status: HealthStatus;
  /** Entries of the site; `reasons` is empty without `details`. */
  readonly components: readonly CheckedComponent[];
}

/**
 * Health of all components of a site, for a readiness probe. A probe of liveness must not ask it: a process that is
 * restarted because Redis is away makes an outage longer.
 *
 * @example
 * ```ts
 * const { status, components } = await health.check({ active: true, details: true }); // A PING for each connection.
 * for (const { name, since, reasons } of components) console.log(name, since, reasons.join('; '));
 * ```
 */
export interface IHealth {
  /**
   * Reports the health of every entry, within the given time even when a server is frozen. `down` only when a component
   * is closed, or declared as `required` and away; caches without their servers are `degraded`.
   *
   * @throws {ArgumentError} for invalid options.
   * @throws {OperationError} `E_ABORTED` when the signal aborts; never for what is wrong with a component.
   */
  check(options?: HealthCheckOptions): Promise<HealthReport>;
}

export const IHealth: InterfaceToken<IHealth> = defineInterface<IHealth>('IHealth', ['check']);
