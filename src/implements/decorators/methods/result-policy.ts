import type { Duration } from '../../../interfaces/duration.js';

/** Functions of arguments and results that decide on one call. */
export interface ResultPolicy<A extends unknown[], R, S> {
  /** Tells whether a call uses the cache at all; `false` neither reads nor stores. Default: every call does. */
  readonly condition?: ((this: S, ...args: A) => boolean) | undefined;
  /** Tells whether a result is kept from being stored; its callers get it all the same. Default: none is. */
  readonly unless?: ((this: S, result: R) => boolean) | undefined;
  /** Tags of the value: those that every value must have, or a function of the result that adds some. */
  readonly tags?: readonly string[] | ((this: S, result: R) => readonly string[]) | undefined;
  /** TTL of the value, or a function of the result. Default: that of the cache. */
  readonly expire?: Duration | ((this: S, result: R) => Duration) | undefined;
}
