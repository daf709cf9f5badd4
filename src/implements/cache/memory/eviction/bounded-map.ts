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

  /**
   * Is told of every entry that leaves, after the call that removed it has done its work and before that call returns;
   * it may call the map. What it throws reaches that caller. Costs nothing while it is not set.
   */
  onRemoved: RemovalListener<V> | undefined;

  /** The value of an entry, and counts as a use of it. Constant cost. */
  get(key: string, now: number): V | undefined;

  /** The value of an entry, without counting as a use. Constant cost. */
  peek(key: string, now: number): V | undefined;

  /** When an entry expires; `undefined` when absent. No use. Constant cost. */
  expiresAt(key: string, now: number): number | undefined;

  /**
   * Puts an entry in place of what was there, and evicts others while a bound is exceeded. The entry itself stays at
   * least until the next `set`.
   *
   * Constant cost, plus that of each entry that has to go. An entry that has already expired only removes what was there.
   *
   * @param weight  What it counts against the bound on weight; above zero.
   * @returns `false` when it is heavier than the whole bound: nothing was changed.
   */
  set(key: string, value: V, weight: number, expiresAt: number, now: number): boolean;

  /** Gives an entry another moment of expiry. `false` when absent. No use. Constant cost. */
  setExpiresAt(key: string, expiresAt: number, now: number): boolean;

  /** Whether there was such an entry. Constant cost. */
  delete(key: string, now: number): boolean;

  /** Empties the map, at the cost of a new one; with a listener, also that of telling it of each entry. */
  clear(now: number): void;

  /**
   * The keys that are present now, in no order; the map may be changed meanwhile: a key that is removed and put back
   * may then come twice. Constant cost a step.
   */
  keys(now: number): IterableIterator<string>;

  /**
   * Frees the memory of expired entries. Each `set` does a little of it; an owner whose map may fall idle calls this
   * from one timer.
   *
   * @param steps  Entries to look at, at most: about 100 ns each.
   * @returns When there may be more to free: a moment that has come where the steps did not suffice, `Infinity` where
   *   nothing ever expires.
   */
  reclaim(now: number, steps?: number): number;

  /** What happened so far. */
  stats(): BoundedMapStats;
}

/** The bounds of a map; both hold after every call. */
export interface Bounds {
  /** Entries at most; 1 or more. */
  readonly maxEntries: number;
  /** Sum of weights at most; 1 or more. */
  readonly maxWeight: number;
}

/**
 * Why an entry left: room for others (by number or by weight), its time, another value under the same key, or a wish
 * (`delete`, `clear`).
 */
export type RemovalCause = 'size' | 'weight' | 'expired' | 'replaced' | 'deleted';

export type RemovalListener<V> = (key: string, value: V, cause: RemovalCause) => void;

/** Counts since the map was made, and its state. */
export interface BoundedMapStats {
  /** `get`s that found an entry. */
  readonly hits: number;
  /** `get`s that did not. */
  readonly misses: number;
  /** Entries that left, by cause. */
  readonly removed: Readonly<Record<RemovalCause, number>>;
  /** Of those evicted, newer entries that were not worth the place of an older one. */
  readonly refused: number;
  /** `set`s of an entry heavier than the whole bound. */
  readonly tooHeavy: number;
  /** Entries held. */
  readonly size: number;
  /** Sum of their weights. */
  readonly weight: number;
  /** Entries that are kept for having come recently; the others are kept for being used often. */
  readonly window: number;
}
