import type { Duration } from './duration.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';
import type { TypedLoadOptions, TypedReadOptions, TypedWriteOptions } from './typed-cache-policy.js';

/**
 * A key: a text, or a structure that is encoded canonically (the order of an object's fields does not matter), so that
 * two keys meet only where they are equal. `1`, `'1'` and `[1]` are three keys.
 */
export type CacheKey = string | number | bigint | boolean | null | Date | CacheKeyList | CacheKeyRecord;

/** A key that is a list; the order counts. */
export type CacheKeyList = readonly (CacheKey | undefined)[];

/** A key that is a plain object; the order of its fields does not count. */
export interface CacheKeyRecord {
  readonly [field: string]: CacheKey | undefined;
}

/** What a loader gets. */
export interface LoadContext<T> {
  /** The key as the caller wrote it. */
  readonly key: CacheKey;
  /** Aborts when nobody waits any more, all of them having aborted, and after `loadTimeout`. */
  readonly signal: AbortSignal;
  /** What is known of the value so far: stale, or fresh with `forceFresh` and when it is refreshed ahead. */
  readonly previous: CacheEntry<T> | undefined;
  /** Adds tags to those of the call. */
  tag(...tags: string[]): void;
  /** Sets the life of what is being loaded. */
  expire(life: Duration): void;
  /** The result goes to the callers, and is not stored. What was stored stays. */
  skip(): void;
}

/**
 * Gives the value of a key: `null` is a value, `undefined` says that there is none (see `negativeExpire`).
 * What it throws, at once or later, reaches every caller that waits, unless a stale value can be given.
 */
export type Loader<T> = (context: LoadContext<T>) => T | Promise<T>;

/** What the loader of many keys gets. */
export interface LoadManyContext<K extends CacheKey, T> {
  /** Aborts when nobody waits any more, all of them having aborted, and after `loadTimeout`. */
  readonly signal: AbortSignal;
  /** What is known of a key's value so far. */
  previous(key: K): CacheEntry<T> | undefined;
  /** Adds tags to those of the call, for one key. */
  tag(key: K, ...tags: string[]): void;
  /** Sets the life of one key's value. */
  expire(key: K, life: Duration): void;
  /** One key's result goes to the callers and is not stored. */
  skip(key: K): void;
  /** One key could not be loaded; the others are not concerned. */
  fail(key: K, error: unknown): void;
}

/** Gives the values of the keys that are missing, as pairs; a key that it does not name has none (`undefined`). */
export type ManyLoader<K extends CacheKey, T> = (
  missing: readonly K[],
  context: LoadManyContext<K, T>,
) => Iterable<readonly [K, T]> | Promise<Iterable<readonly [K, T]>>;

/** Why a value is stale: its life is over, or `expire` was called. */
export type StaleReason = 'life-over' | 'expired-by-call';

/** A value, and where it comes from. */
export interface CacheEntry<T> {
  readonly value: T;
  readonly state: 'fresh' | 'stale';
  /** `null` while it is fresh. */
  readonly staleBecause: StaleReason | null;
  /** Which tier of the store had it; `store` where there is one only. */
  readonly tier: string;
  /** Milliseconds since it was stored (with `sliding`: since its life began anew). */
  readonly ageMs: number;
  /** What remains of its life, in milliseconds; 0 when it is stale. */
  readonly remainingMs: number;
  /** What remains until it is gone, grace included, in milliseconds. */
  readonly remainingWithGraceMs: number;
  /** When its load began, by the wall clock of who loaded, in milliseconds since 1970; decides nothing. */
  readonly createdAt: number | undefined;
  readonly tags: readonly string[];
}

/**
 * Why there is no value: nothing is stored (`absent`); its tags or its namespace were invalidated, or it lacks a tag
 * that the call declares (`tag`, `namespace`); it was stored with another `version`; the `schema` refuses it; its bytes
 * mean nothing (`undecodable`); an invalidation has not reached the store yet (`pending`); the store failed
 * (`store-failed`); the mode reads nothing (`mode`); the call asked for it (`forced`).
 */
export type MissReason =
  | 'absent'
  | 'tag'
  | 'namespace'
  | 'version'
  | 'schema'
  | 'undecodable'
  | 'pending'
  | 'store-failed'
  | 'mode'
  | 'forced';

/** What `explain` says of a key. */
export interface CacheExplanation {
  /** The key as it stands in the store, without the store's own prefix. */
  readonly storeKey: string;
  readonly state: 'fresh' | 'stale' | 'miss';
  /** Why it is no fresh hit; `null` when it is. */
  readonly reason: MissReason | StaleReason | null;
  /** Which tier has bytes; `null` when none has. */
  readonly tier: string | null;
  readonly ageMs: number | null;
  readonly remainingMs: number | null;
  readonly remainingWithGraceMs: number | null;
  readonly createdAt: number | null;
  /** The tags that the value carries, and those declared that it lacks (`carried: false`). */
  readonly tags: readonly { readonly tag: string; readonly carried: boolean; readonly current: boolean }[];
  readonly version: string | null;
  readonly codec: string | null;
  /** Length of what is stored. */
  readonly bytes: number | null;
  /** Whether this process loads the key now. */
  readonly loading: boolean;
  /** How long this process still waits after a failed load before it tries again, in milliseconds; 0 when it does not. */
  readonly backoffMs: number;
  /** Whether an invalidation of this key has not reached the store yet. */
  readonly pendingInvalidation: boolean;
}

/** What a typed cache did so far in this process. */
export interface TypedCacheStats {
  /** Fresh values that were given out. */
  readonly hits: number;
  /** Stale values that were given out. */
  readonly staleHits: number;
  /** Reads that found nothing to give out, by reason. */
  readonly misses: Readonly<Record<MissReason, number>>;
  /** Loads that were started, those of `refreshAhead` included. */
  readonly loads: number;
  /** Loads that failed, timed out or were aborted. */
  readonly loadFailures: number;
  /** Callers that joined a load that was under way. */
  readonly joined: number;
  /** Loads that `refreshAhead` started. */
  readonly refreshes: number;
  /** Values that were stored. */
  readonly stored: number;
  /** Loaded values that were refused, for their key was invalidated meanwhile. */
  readonly fenced: number;
  /** Bytes that could not be decoded. */
  readonly undecodable: number;
  /** Calls of the store that failed. */
  readonly storeFailures: number;
  /** Invalidations that have not reached the store yet. */
  readonly pendingInvalidations: number;
  /** Invalidations that reached the store at a later attempt. */
  readonly repeatedInvalidations: number;
  /** Loads that go on now. */
  readonly loading: number;
}

/** What a typed cache tells its listeners: the name of the event, and what it carries. Never a value. */
export interface TypedCacheEvents {
  /** A value was given out without a load; in the mode `shadow`, one would have been. */
  readonly hit: { readonly key: CacheKey; readonly state: 'fresh' | 'stale'; readonly tier: string };
  /** There was nothing to give out. */
  readonly miss: { readonly key: CacheKey; readonly reason: MissReason };
  /** A load began. */
  readonly load: { readonly key: CacheKey; readonly refresh: boolean };
  /** A load ended well; `stored` says what became of the value. */
  readonly loaded: {
    readonly key: CacheKey;
    readonly durationMs: number;
    readonly stored: 'stored' | 'fenced' | 'skipped' | 'failed';
  };
  readonly loadFailed: { readonly key: CacheKey; readonly durationMs: number; readonly error: unknown };
  /** A stale value was given out in place of a load's result, and why. */
  readonly stale: {
    readonly key: CacheKey;
    readonly because: 'load-failed' | 'soft-timeout' | 'hard-timeout' | 'backoff';
  };
  /** An invalidation was asked for; it may still fail. */
  readonly invalidate: {
    readonly kind: 'delete' | 'expire' | 'tags' | 'clear';
    readonly keys: readonly CacheKey[];
    readonly tags: readonly string[];
  };
  /** An invalidation did not reach the store; it is covered here, and will be repeated. */
  readonly invalidationPending: { readonly pending: number; readonly error: unknown };
  /** All invalidations that were pending have reached the store. */
  readonly invalidationRepeated: { readonly repeated: number };
  /** The store failed a call; what the caller was spared. */
  readonly storeFailed: { readonly operation: string; readonly error: unknown };
  /** Bytes could not be decoded. */
  readonly undecodable: { readonly key: CacheKey };
  /** In the mode `shadow`: whether the cache would have answered what was loaded. */
  readonly shadow: { readonly key: CacheKey; readonly hit: boolean; readonly equal: boolean };
}

/**
 * A cache of values, with the policy that keeps them right: no stampedes, stale values in time of need, tags, and
 * invalidations that no load can undo.
 *
 * - **Values** come back deeply equal, each caller with a copy of its own. A miss is `undefined`, `null` is a value.
 * - **Loads** are shared: all callers of a key that is being loaded get the one result or the one error.
 * - **Stale** values (life over, `grace` not) are given out by `get` and its like, and by `getOrSet` when the load fails
 *   or is slow. What was invalidated by `delete`, tag or `clear` is never given out, not as stale either.
 * - **Invalidations** win against every load that began before them, in whatever process: its callers get their value,
 *   and nobody else ever does. One that does not reach the store rejects, is covered in this process from its call on,
 *   and is repeated as soon as the store answers.
 * - **Failures of the store** are misses: they never fail a call that reads, loads or sets.
 *
 * A wrong argument rejects with an `ArgumentError`, use after `close` with a `DisposedError`.
 */
export interface ITypedCache<T> {
  /** @returns The value, stale ones included; `undefined` for a miss. */
  get(key: CacheKey, options?: TypedReadOptions<T>): Promise<T | undefined>;

  /** @returns The value and its provenance; `undefined` for a miss. */
  getEntry(key: CacheKey, options?: TypedReadOptions<T>): Promise<CacheEntry<T> | undefined>;

  /** @returns Whether `get` would find a value. */
  has(key: CacheKey, options?: TypedReadOptions<T>): Promise<boolean>;

  /**
   * Stores a value in place of what was there, and wins against loads that are under way.
   *
   * @returns `false` when it did not reach the store; then what was there is invalidated.
   * @throws {CodecError} `E_ENCODE` for a value that the codec cannot keep; nothing was done.
   */
  set(key: CacheKey, value: T, options?: TypedWriteOptions<T>): Promise<boolean>;

  /**
   * Removes a value.
   *
   * @returns Whether there was one.
   * @throws {ConnectionError} {OperationError} when it did not reach the store, with the outcome; it will be repeated.
   */
  delete(key: CacheKey): Promise<boolean>;

  /**
   * Ends the life of a value; what its grace leaves of it stays, as a stale value.
   *
   * @returns Whether there was one.
   * @throws as `delete`.
   */
  expire(key: CacheKey): Promise<boolean>;

  /** @returns One answer a key, in the order of the keys; a hit slides as with `get`. */
  getMany(keys: readonly CacheKey[], options?: TypedReadOptions<T>): Promise<(T | undefined)[]>;

  /** @returns `true` when all of them were stored. Of a key given twice the last value stays. */
  setMany(entries: Iterable<readonly [CacheKey, T]>, options?: TypedWriteOptions<T>): Promise<boolean>;

  /**
   * @returns How many there were; a key named twice counts once.
   * @throws as `delete`; then all of them will be repeated.
   */
  deleteMany(keys: readonly CacheKey[]): Promise<number>;

  /**
   * The value of a key: from the store, or loaded and stored.
   *
   * What `forceFresh` has loaded and stored is replaced by no load that began before.
   *
   * A loader must not ask for its own key, neither directly nor by way of another load: that is refused.
   *
   * @throws what the loader throws, when there is no stale value to give.
   * @throws {OperationError} `E_OPERATION_TIMEOUT` after `hardTimeout` or `loadTimeout`, without a stale value;
   *   `E_ABORTED` when the caller's signal aborts.
   * @throws {ArgumentError} when a loader asks for its own key; the message names it.
   */
  getOrSet<Absent extends null | undefined = never>(
    key: CacheKey,
    load: Loader<T | Absent>,
    options?: TypedLoadOptions<T>,
  ): Promise<T | Absent>;

  /**
   * The values of many keys, those that are missing by one load for all of them. Keys that are being loaded already
   * are joined, not loaded again.
   *
   * @returns One outcome a key, in the order of the keys: `undefined` is the value of a key that the loader gave none.
   *   A loader that fails as a whole fails those that it was to load, and no others.
   */
  getOrSetMany<K extends CacheKey>(
    keys: readonly K[],
    loadMissing: ManyLoader<K, T>,
    options?: TypedLoadOptions<T>,
  ): Promise<PromiseSettledResult<T | undefined>[]>;

  /**
   * Invalidates every value of this namespace that carries one of the tags, at the same cost however many they are.
   *
   * @throws as `delete`.
   */
  invalidateTags(...tags: string[]): Promise<void>;

  /**
   * Invalidates every value of this namespace, at the same cost however many they are. With `envelope: none` it
   * scans; over a cache of the application that hides failures, one that ends in mid-scan shows only by `connected`.
   *
   * @throws as `delete`.
   */
  clear(): Promise<void>;

  /** What is known of a key, and why it would be a miss. Counts as no read, and changes nothing. */
  explain(key: CacheKey, options?: TypedReadOptions<T>): Promise<CacheExplanation>;

  /** What happened so far. */
  stats(): TypedCacheStats;

  /**
   * Calls a listener at every event of a name; what it throws is logged. Costs nothing while there is none.
   *
   * @returns What ends that.
   */
  on<Name extends keyof TypedCacheEvents>(
    event: Name,
    listener: (event: TypedCacheEvents[Name]) => void,
  ): () => void;
}

// biome-ignore lint/suspicious/noExplicitAny: the token stands for every T, so that callers may name theirs.
export const ITypedCache: InterfaceToken<ITypedCache<any>> = defineInterface<ITypedCache<any>>(
  'ITypedCache',
  [
    'get',
    'getEntry',
    'has',
    'set',
    'delete',
    'expire',
    'getMany',
    'setMany',
    'deleteMany',
    'getOrSet',
    'getOrSetMany',
    'invalidateTags',
    'clear',
    'explain',
    'stats',
    'on',
  ],
);
