import type { Duration } from './duration.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';
import type { CacheStats } from './statistics.js';
import type { TypedLoadOptions, TypedReadOptions, TypedWriteOptions } from './typed-cache-policy.js';

/**
 * A key: a string, or a structure with a canonical encoding (the order of an object's fields does not matter). Two keys
 * are the same only if they are equal: `1`, `'1'` and `[1]` are three keys.
 */
export type CacheKey = string | number | bigint | boolean | null | Date | CacheKeyList | CacheKeyRecord;

/** A key that is a list; the order matters. */
export type CacheKeyList = readonly (CacheKey | undefined)[];

/** A key that is a plain object; the order of its fields does not matter. */
export interface CacheKeyRecord {
  readonly [field: string]: CacheKey | undefined;
}

/** Context of a load, passed to the loader. */
export interface LoadContext<T> {
  /** The key as the caller wrote it. */
  readonly key: CacheKey;
  /** Aborts once all callers that wait for the load have aborted, and after `loadTimeout`. */
  readonly signal: AbortSignal;
  /** Value known so far: stale, or fresh with `forceFresh` and in a background refresh. */
  readonly previous: CacheEntry<T> | undefined;
  /** Adds tags to those of the call. */
  tag(...tags: string[]): void;
  /** Sets the TTL of the loaded value. */
  expire(life: Duration): void;
  /** Skips storing: the result goes to the callers, and the stored value stays as it is. */
  skip(): void;
}

/**
 * Loads the value of a key: `null` is a value, `undefined` means that there is none (see `negativeExpire`).
 * An error, thrown or rejected, reaches every waiting caller, unless there is a stale value to return.
 */
export type Loader<T> = (context: LoadContext<T>) => T | Promise<T>;

/** Context of a batch load, passed to the loader. */
export interface LoadManyContext<K extends CacheKey, T> {
  /** Aborts once all callers that wait for any of the keys have aborted, and after `loadTimeout`. */
  readonly signal: AbortSignal;
  /** Value of one key known so far. */
  previous(key: K): CacheEntry<T> | undefined;
  /** Adds tags to those of the call, for one key. */
  tag(key: K, ...tags: string[]): void;
  /** Sets the TTL of one key's value. */
  expire(key: K, life: Duration): void;
  /** Skips storing one key's value: it goes to the callers only. */
  skip(key: K): void;
  /** Fails the load of one key; the other keys are not affected. */
  fail(key: K, error: unknown): void;
}

/** Loads the values of missing keys, as pairs; a key that it does not return has no value (`undefined`). */
export type ManyLoader<K extends CacheKey, T> = (
  missing: readonly K[],
  context: LoadManyContext<K, T>,
) => Iterable<readonly [WidenedKey<K>, T]> | Promise<Iterable<readonly [WidenedKey<K>, T]>>;

/** Type of a key without its value: `number` for `1 | 2`, because a loader returns pairs of any keys of that type. */
export type WidenedKey<K> = K extends string
  ? string
  : K extends number
    ? number
    : K extends bigint
      ? bigint
      : K extends boolean
        ? boolean
        : K;

/** Reason for a stale value: its TTL is over, or `expire` was called. */
export type StaleReason = 'life-over' | 'expired-by-call';

/** A value and its provenance. */
export interface CacheEntry<T> {
  readonly value: T;
  readonly state: 'fresh' | 'stale';
  /** Reason for the state `stale`; `null` when the value is fresh. */
  readonly staleBecause: StaleReason | null;
  /** Tier of the store that held the value; `store` when there is only one. */
  readonly tier: string;
  /** Milliseconds since it was stored (with `sliding`: since its TTL was last restarted). */
  readonly ageMs: number;
  /** Remaining TTL in milliseconds; 0 when it is stale. */
  readonly remainingMs: number;
  /** Time until it is gone (its physical expiry: TTL plus grace), in milliseconds. */
  readonly remainingWithGraceMs: number;
  /** Start of its load by the wall clock of the loading process, in milliseconds since 1970; informative only. */
  readonly createdAt: number | undefined;
  readonly tags: readonly string[];
}

/**
 * Reason for a miss. `absent`: nothing is stored. `refused`: nothing is stored, because the codec refused the
 * value of the last load. `tag`: a tag of the value was invalidated, or the value lacks a tag
 * that the call declares. `namespace`: its namespace was invalidated. `version`: it was stored with another version.
 * `schema`: the schema refused it. `undecodable`: its bytes cannot be decoded. `pending`: an invalidation has not
 * reached the store yet. `store-failed`: the store failed. `mode`: the mode does not read. `forced`: the call forced a
 * load.
 */
export type MissReason =
  | 'absent'
  | 'refused'
  | 'tag'
  | 'namespace'
  | 'version'
  | 'schema'
  | 'undecodable'
  | 'pending'
  | 'store-failed'
  | 'mode'
  | 'forced';

/** Result of `explain`. */
export interface CacheExplanation {
  /** Key under which the value is stored, without the store's own prefix. */
  readonly storeKey: string;
  readonly state: 'fresh' | 'stale' | 'miss';
  /** Reason why it is not a fresh hit; `null` when it is. */
  readonly reason: MissReason | StaleReason | null;
  /** Tier that holds bytes; `null` when none does. */
  readonly tier: string | null;
  readonly ageMs: number | null;
  readonly remainingMs: number | null;
  readonly remainingWithGraceMs: number | null;
  readonly createdAt: number | null;
  /** Tags that the value carries, and declared tags that it lacks (`carried: false`). */
  readonly tags: readonly { readonly tag: string; readonly carried: boolean; readonly current: boolean }[];
  readonly version: string | null;
  readonly codec: string | null;
  /** Number of bytes stored. */
  readonly bytes: number | null;
  /** `true` while this process is loading the key. */
  readonly loading: boolean;
  /** Remaining pause of this process after a failed load, in milliseconds; 0 when there is none. */
  readonly backoffMs: number;
  /** `true` while an invalidation of this key has not reached the store. */
  readonly pendingInvalidation: boolean;
}

/**
 * Counters of a typed cache, for this process. `errors` are those of the store; `latency` is that of loads. `clear` and
 * tags remove what nobody counts: `deletes` are entries that `delete` removed.
 */
export interface TypedCacheStats extends CacheStats<Readonly<Record<MissReason, number>>> {
  /** Fresh values returned. */
  readonly hits: number;
  /** Share of fresh and stale values in all reads; 0 when there were none. */
  readonly hitRate: number;
  /** Stale values returned. */
  readonly staleHits: number;
  /** Reads that found nothing to return, by reason. */
  readonly misses: Readonly<Record<MissReason, number>>;
  /** Loads started, including those of `refreshAhead`. */
  readonly loads: number;
  /** Loads that failed, timed out or were aborted. */
  readonly loadFailures: number;
  /** Callers that joined a load in flight. */
  readonly joined: number;
  /** Loads started by `refreshAhead`. */
  readonly refreshes: number;
  /** Values stored. */
  readonly stored: number;
  /** Loaded values that were not stored because their key was invalidated during the load. */
  readonly fenced: number;
  /** Stored values that could not be decoded. */
  readonly undecodable: number;
  /** Store calls that failed. */
  readonly storeFailures: number;
  /** Invalidations that have not reached the store yet. */
  readonly pendingInvalidations: number;
  /** Invalidations that reached the store at a later attempt. */
  readonly repeatedInvalidations: number;
  /** Loads in flight. */
  readonly loading: number;
}

/** Events of a typed cache: name and payload. A payload never contains a value. */
export interface TypedCacheEvents {
  /** A value was returned without a load; in mode `shadow`, one would have been. */
  readonly hit: { readonly key: CacheKey; readonly state: 'fresh' | 'stale'; readonly tier: string };
  /** There was nothing to return. */
  readonly miss: { readonly key: CacheKey; readonly reason: MissReason };
  /** A load began. */
  readonly load: { readonly key: CacheKey; readonly refresh: boolean };
  /** A load succeeded; `stored` tells whether its value was stored, and if not, the reason. */
  readonly loaded: {
    readonly key: CacheKey;
    readonly durationMs: number;
    readonly stored: 'stored' | 'fenced' | 'skipped' | 'failed' | 'refused';
  };
  readonly loadFailed: { readonly key: CacheKey; readonly durationMs: number; readonly error: unknown };
  /** A stale value was returned instead of the result of a load; `because` holds the reason. */
  readonly stale: {
    readonly key: CacheKey;
    readonly because: 'load-failed' | 'soft-timeout' | 'hard-timeout' | 'backoff';
  };
  /** An invalidation was requested; it may still fail. */
  readonly invalidate: {
    readonly kind: 'delete' | 'expire' | 'tags' | 'clear';
    readonly keys: readonly CacheKey[];
    readonly tags: readonly string[];
  };
  /** An invalidation did not reach the store; it is in effect in this process, and will be repeated. */
  readonly invalidationPending: { readonly pending: number; readonly error: unknown };
  /** All pending invalidations have reached the store. */
  readonly invalidationRepeated: { readonly repeated: number };
  /** A store call failed with this error. */
  readonly storeFailed: { readonly operation: string; readonly error: unknown };
  /** Stored bytes could not be decoded. */
  readonly undecodable: { readonly key: CacheKey };
  /** Comparison in mode `shadow`: whether the cache had a value, and whether it equals the loaded one. */
  readonly shadow: { readonly key: CacheKey; readonly hit: boolean; readonly equal: boolean };
}

/**
 * A cache of typed values (cache-aside), with the policy that keeps them correct: single-flight loads instead of
 * stampedes, stale values as a fallback, tags, and invalidations that no load can undo.
 *
 * - **Values** come back deeply equal, and each caller gets its own copy. A miss is `undefined`; `null` is a value.
 * - **Loads** are single-flight: all callers that wait for the same key share one load, with its result or its error.
 * - **Stale** values (past their TTL, but within `grace`) are returned by `get` and the other reads, and by `getOrSet`
 *   when the load fails or is slow. A value invalidated by `delete`, tag or `clear` is never returned, not even stale.
 * - **Calls** of one process on one key take effect in the order in which they were made, whether they are awaited or
 *   not. A `set` that a later call of the process replaced or removed returns `true` once that call reached the store.
 * - **Invalidations** win against every load that began before them, in any process: callers that already wait for
 *   that load get its value, and no later caller does. An invalidation that does not reach the store rejects (with
 *   `invalidation: cover` it resolves, and a warning is logged), is in effect in this process from the moment of the
 *   call, and is repeated as soon as the store answers; other processes may serve what it covers until then. A store that
 *   loses answered writes (a Redis that restarts from an older dump, a promoted replica that lagged) undoes them, unless
 *   it is declared with `failover: suspect`.
 * - **Store failures** are misses: they never fail a call that reads, loads or sets.
 *
 * An invalid argument rejects with an `ArgumentError`, and a call after `close` with a `DisposedError`.
 *
 * @example
 * ```ts
 * const site = await loadComponentSite('config/typed.yml');
 * const users = site.getComponent<ITypedCache<User>>(ITypedCache, 'users');
 *
 * const user = await users.getOrSet(7, ({ signal }) => db.findUser(7, { signal }), { tags: ['tenant:1'] });
 * ```
 */
export interface ITypedCache<T> {
  /** @returns The value, fresh or stale; `undefined` for a miss. */
  get(key: CacheKey, options?: TypedReadOptions<T>): Promise<T | undefined>;

  /** @returns The value and its provenance; `undefined` for a miss. */
  getEntry(key: CacheKey, options?: TypedReadOptions<T>): Promise<CacheEntry<T> | undefined>;

  /** @returns `true` when `get` would return a value. */
  has(key: CacheKey, options?: TypedReadOptions<T>): Promise<boolean>;

  /**
   * Stores a value, replacing the previous one; a load in flight cannot overwrite it. Until it has settled, reads
   * return the previous value or the new one.
   *
   * @returns `false` when the value did not reach the store; the previous value is then invalidated (while at most
   *   10 000 such keys wait for it; beyond that it stays). No other key is affected.
   * @throws {CodecError} `E_ENCODE` for a value that the codec cannot represent; nothing was changed.
   */
  set(key: CacheKey, value: T, options?: TypedWriteOptions<T>): Promise<boolean>;

  /**
   * Removes a value.
   *
   * @returns `true` when there was a value.
   * @throws {ConnectionError} {OperationError} when the removal did not reach the store, with the outcome, the name of
   *   the cache and of the call; it will be repeated. With `invalidation: cover` the result is `false` instead.
   */
  delete(key: CacheKey): Promise<boolean>;

  /**
   * Expires a value at once. It stays as a stale value for the rest of its grace, if it has any.
   *
   * @returns `true` when there was a value.
   * @throws as `delete`.
   */
  expire(key: CacheKey): Promise<boolean>;

  /** @returns One value per key, in the order of the keys; `undefined` for a miss. A hit slides as with `get`. */
  getMany(keys: readonly CacheKey[], options?: TypedReadOptions<T>): Promise<(T | undefined)[]>;

  /** @returns `true` when all values were stored. When a key occurs twice, its last value wins. */
  setMany(entries: Iterable<readonly [CacheKey, T]>, options?: TypedWriteOptions<T>): Promise<boolean>;

  /**
   * @returns Number of values that existed; a key named twice counts once.
   * @throws as `delete`; the removal of all keys will be repeated.
   */
  deleteMany(keys: readonly CacheKey[]): Promise<number>;

  /**
   * Returns the value of a key from the store, or loads and stores it. The result may be `null` or `undefined` only
   * where the loader's may.
   *
   * A value that `forceFresh` has loaded and stored is never replaced by a load that began earlier.
   *
   * A loader must not wait for its own key, neither directly nor through another load: a call for it inside the loader
   * is refused after half a second, unless the load has settled by then. Work that a loader starts and does not await
   * may ask for any key. Loads that no caller waits for (`refreshAhead`) run in the asynchronous context in which the
   * cache was created, outside of any `AsyncLocalStorage` of the call.
   *
   * @throws the error of the loader, when there is no stale value to return.
   * @throws {OperationError} `E_OPERATION_TIMEOUT` after `hardTimeout` or `loadTimeout`, when there is no stale value;
   *   `E_ABORTED` when the caller's signal aborts.
   * @throws {ArgumentError} when a loader waits for its own key; the message names the key.
   */
  getOrSet<Loaded extends T | null | undefined>(
    key: CacheKey,
    load: (context: LoadContext<T>) => Loaded | Promise<Loaded>,
    options?: TypedLoadOptions<T>,
  ): Promise<T | Extract<Loaded, null | undefined>>;

  /**
   * Returns the values of many keys, and loads the missing ones as one batch. A key that is already being loaded joins
   * that load and is not loaded again.
   *
   * @returns One outcome per key, in the order of the keys; a key for which the loader returned no value has the value
   *   `undefined`. A loader that fails as a whole fails the keys that it was to load, and no others.
   */
  getOrSetMany<K extends CacheKey>(
    keys: readonly K[],
    loadMissing: ManyLoader<K, T>,
    options?: TypedLoadOptions<T>,
  ): Promise<PromiseSettledResult<T | undefined>[]>;

  /**
   * Invalidates every value of this namespace that carries one of the tags. The cost does not depend on the number of
   * values.
   *
   * @throws as `delete`.
   */
  invalidateTags(...tags: string[]): Promise<void>;

  /**
   * Invalidates every value of this namespace. The cost does not depend on the number of values, except with
   * `envelope: none`, which scans the keys. If the store is a cache of the application that hides failures, a scan
   * that was interrupted shows only in `connected`.
   *
   * @throws as `delete`.
   */
  clear(): Promise<void>;

  /** Reports the state of a key, and the reason for a miss. Does not count as a read, and changes nothing. */
  explain(key: CacheKey, options?: TypedReadOptions<T>): Promise<CacheExplanation>;

  /** Returns the counters so far. */
  stats(): TypedCacheStats;

  /**
   * Calls a listener at every event of one name; an error that it throws is logged. Costs nothing without listeners.
   *
   * @returns A function that removes the listener.
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
