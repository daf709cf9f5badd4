/**
 * A map that stays within its bounds by evicting entries; `MemoryCache` keeps its entries in one. It is synchronous and
 * independent of bytes, promises and components. Callers pass the time, in milliseconds of any clock that never goes
 * back; an entry is absent from the millisecond in which it expires.
 *
 * @typeParam V  Type of the values. The map neither copies nor reads them.
 */
export interface BoundedMap<V> {
  /** Number of entries held, including expired ones not yet reclaimed. */
  readonly size: number;
  /** Sum of the weights of the entries held. */
  readonly weight: number;

  /**
   * Called for every entry that leaves, after the call that removed it has done its work and before that call returns.
   * The listener may call the map; an error that it throws reaches that caller. Costs nothing while unset.
   */
  onRemoved: RemovalListener<V> | undefined;

  /** Returns the value of an entry and counts as a use of it. O(1). */
  get(key: string, now: number): V | undefined;

  /** Returns the value of an entry without counting as a use. O(1). */
  peek(key: string, now: number): V | undefined;

  /** Returns the expiry time of an entry; `undefined` when absent. Not a use. O(1). */
  expiresAt(key: string, now: number): number | undefined;

  /**
   * Stores an entry in place of the previous one, and evicts others while a bound is exceeded. The entry itself stays
   * at least until the next `set`.
   *
   * O(1), plus the cost of each eviction. An entry that has already expired only removes the previous one.
   *
   * @param weight  Share of the bound on weight that the entry takes; above zero.
   * @returns `false` when the entry is heavier than the whole bound; nothing has changed then.
   */
  set(key: string, value: V, weight: number, expiresAt: number, now: number): boolean;

  /** Changes the expiry time of an entry; `false` when absent. Not a use. O(1). */
  setExpiresAt(key: string, expiresAt: number, now: number): boolean;

  /** Removes an entry; `false` when absent. O(1). */
  delete(key: string, now: number): boolean;

  /** Bound that an entry would exceed; `undefined` while there is room. @param arriving  0 when it replaces another. */
  lack(arriving: 0 | 1, weight: number): 'size' | 'weight' | undefined;

  /** Evicts an entry that is chosen by the caller, to respect a bound, without remembering it. O(1). */
  evictKey(key: string, cause: 'size' | 'weight', now: number): void;

  /** Empties the map, at the cost of a new one; with a listener, plus one call for each entry. */
  clear(now: number): void;

  /**
   * Lists the keys that are present now, in no order. The map may change meanwhile: a key that is removed and stored
   * again may then appear twice. O(1) for each step.
   */
  keys(now: number): IterableIterator<string>;

  /**
   * Frees the memory of expired entries. Each `set` frees some; the owner of a map that may become idle calls this from
   * a timer.
   *
   * @param steps  Maximum number of entries to examine, about 100 ns each.
   * @returns Time of the next possible work: already past when the steps did not suffice, `Infinity` when nothing ever
   *   expires.
   */
  reclaim(now: number, steps?: number): number;

  /** Returns counts since the map was made, and its state. */
  stats(): BoundedMapStats;
}

/** The bounds of a map; both hold after every call. */
export interface Bounds {
  /** Maximum number of entries, at least 1. */
  readonly maxEntries: number;
  /** Maximum sum of weights, at least 1. */
  readonly maxWeight: number;
}

/**
 * Reason for which an entry left: `size` or `weight` (evicted to respect that bound), `expired`, `replaced` (another
 * value under the same key) or `deleted` (by `delete` or `clear`).
 */
export type RemovalCause = 'size' | 'weight' | 'expired' | 'replaced' | 'deleted';

export type RemovalListener<V> = (key: string, value: V, cause: RemovalCause) => void;

/** Counts since the map was made, and its state. */
export interface BoundedMapStats {
  /** Number of `get`s that found an entry. */
  readonly hits: number;
  /** Number of `get`s that found none. */
  readonly misses: number;
  /** Number of entries that left, by cause. */
  readonly removed: Readonly<Record<RemovalCause, number>>;
  /** Number of evicted entries that were refused admission: older ones were used more often. */
  readonly refused: number;
  /** Number of `set`s of an entry heavier than the whole bound. */
  readonly tooHeavy: number;
  /** Number of entries held. */
  readonly size: number;
  /** Sum of their weights. */
  readonly weight: number;
  /** Number of entries kept because they are recent; the others are kept because they are used often. */
  readonly window: number;
}
