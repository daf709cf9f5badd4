/**
 * A map that stays within its bounds by forgetting entries: what stands behind `MemoryCache`. It is synchronous and
 * knows nothing of bytes, promises or components. Time is handed in, in milliseconds of any clock that never goes
 * back; an entry is absent from the millisecond on in which it expires.
 *
 * @typeParam V  What is kept. The map neither copies nor looks at it.
 */
export interface BoundedMap<V> {
  /** Entries held, expired ones that were not reclaimed yet included. */
  readonly size: number;
  /** Sum of the weights of the entries held. */
  readonly weight: number;

  /** The value of an entry, and counts as a use of it. */
  get(key: string, now: number): V | undefined;

  /** The value of an entry, without counting as a use. */
  peek(key: string, now: number): V | undefined;

  /** When an entry expires; `undefined` when absent. No use. */
  expiresAt(key: string, now: number): number | undefined;

  /**
   * Puts an entry in place of what was there, and evicts others while a bound is exceeded.
   *
   * @param weight  What it counts against the bound on weight; above zero.
   * @returns `false` when it is heavier than the whole bound: nothing was changed.
   */
  set(key: string, value: V, weight: number, expiresAt: number, now: number): boolean;

  /** Gives an entry another moment of expiry. `false` when absent. No use. */
  setExpiresAt(key: string, expiresAt: number, now: number): boolean;

  /** Whether there was such an entry. */
  delete(key: string, now: number): boolean;

  /** The keys that are present now, in no order; the map may be changed meanwhile. */
  keys(now: number): IterableIterator<string>;
}

/** The bounds of a map; both hold after every call. */
export interface Bounds {
  /** Entries at most; 1 or more. */
  readonly maxEntries: number;
  /** Sum of weights at most; 1 or more. */
  readonly maxWeight: number;
}
