/**
 * State of a component. `up`: it works. `degraded`: callers are served without what is missing (reads of a cache are
 * misses). `down`: it is closed, or it is declared as `required` and does not work.
 */
export type HealthStatus = 'up' | 'degraded' | 'down';

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
