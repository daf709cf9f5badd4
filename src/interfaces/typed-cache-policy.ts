import type { ICodec } from './codec.js';
import type { Duration } from './duration.js';
import type { IStandardSchema } from './standard-schema.js';

/**
 * Use of the store by a typed cache.
 *
 * `on`: reads and stores. `off`: neither; every call loads. `readOnly`: never stores. `writeOnly`: never reads, so
 * every call loads and stores. `shadow`: reads, loads and stores, and counts and reports hits and misses as `on` would,
 * but never returns what it has read: a call with a loader returns the loaded value, and the event `shadow` tells
 * whether the cache would have returned the same; a call without one finds nothing. Invalidations reach the store in
 * every mode, and a `set` that the mode keeps from storing invalidates the key.
 */
export type TypedCacheMode = 'on' | 'off' | 'readOnly' | 'writeOnly' | 'shadow';

/** Compression of stored values. */
export interface CompressOptions {
  /** Algorithm; `zstd` requires Node 22.15 or later. */
  readonly algorithm: 'gzip' | 'brotli' | 'zstd';
  /** Minimum size of a value to compress: a number of bytes, or a string such as `'1KiB'`. Default: 1 KiB. */
  readonly from?: number | `${number}${'B' | 'KiB' | 'MiB' | 'GiB'}` | undefined;
}

/** Policy by which a value is read, stored and loaded. A call may override each option of the component. */
export interface TypedCachePolicy<T = unknown> {
  /** TTL: time for which a value is fresh, counted from when it is stored. Default: 5 minutes. */
  readonly expire?: Duration | undefined;
  /** Maximum TTL: a longer `expire` is refused, and a longer one set by the loader is capped. Default: none. */
  readonly maxExpire?: Duration | undefined;
  /** Restarts the TTL of a value at every hit. Default: `false`. */
  readonly sliding?: boolean | undefined;
  /**
   * Maximum fraction by which each TTL is shortened at random, so that values stored together do not expire together.
   * 0 ≤ x < 1. Default: 0.
   */
  readonly jitter?: number | undefined;
  /**
   * TTL of negative results: `null`, and "absent" (the loader returned `undefined`). Default: `null` has the TTL of any
   * other value, and "absent" is not stored.
   */
  readonly negativeExpire?: Duration | undefined;
  /** Time for which an expired value is kept, to be returned stale when there is no fresh one. Default: none. */
  readonly grace?: Duration | undefined;
  /** Pause in this process after a failed load, while a stale value covers for it. Requires `grace`. Default: 10 s. */
  readonly graceBackoff?: Duration | undefined;
  /**
   * Maximum time that a caller waits for a load when there is a stale value to return instead. Requires `grace`; must
   * be less than `hardTimeout` and `loadTimeout`. Default: until the load ends.
   */
  readonly softTimeout?: Duration | undefined;
  /** Deadline of the whole call: store, lease and load together. Default: none. */
  readonly hardTimeout?: Duration | undefined;
  /** Maximum duration of a load, however many callers wait for it. Default: 30 s. */
  readonly loadTimeout?: Duration | undefined;
  /**
   * Fraction of the TTL after which a hit refreshes the value in the background. 0 < x < 1. Conflicts with `sliding`.
   * Default: none.
   */
  readonly refreshAhead?: number | undefined;
  /** Scope of single-flight loading: this process (default), or all processes that share the store. */
  readonly lease?: 'process' | 'cluster' | undefined;
  /** Time after which the lease of a crashed holder is free. Requires `lease: cluster`. Default: 10 s. */
  readonly leaseTimeout?: Duration | undefined;
  /**
   * Maximum time to wait for another process's load before loading without the lease. Requires `lease: cluster`.
   * Default: 30 s.
   */
  readonly waitTimeout?: Duration | undefined;
  /**
   * Parts of a loader's error that the store holds for the processes that wait for it. `full`: class name, message and
   * own primitive properties, such as `status` (16 at most, strings up to 1024 characters). `name`: class name, `code`
   * and properties that are no text. `none`: nothing, so that each waiting process loads for itself. Requires
   * `lease: cluster`. Default: `full`.
   */
  readonly leaseErrors?: 'full' | 'name' | 'none' | undefined;
  /** Tags of the value. A stored value that lacks a tag which the call declares is a miss. */
  readonly tags?: readonly string[] | undefined;
  /**
   * Codec of the values: `json` (default), `msgpack`, `text`, `bytes`, or a codec of the application: the object, or
   * the name of its `ICodec` component.
   */
  readonly codec?: string | ICodec | undefined;
  /** Compression of values: an algorithm, or one with a minimum size. Default: none. */
  readonly compress?: CompressOptions['algorithm'] | CompressOptions | undefined;
  /** Version of the values' shape; a value stored with another version is a miss, and stays for its own readers. */
  readonly version?: string | number | undefined;
  /**
   * Validates values that are loaded, set or read, and may convert what callers get; the store keeps them as loaded or
   * set. An invalid value that is loaded or set is an error (`E_ENCODE`) and not stored; one that is read is a miss.
   */
  readonly schema?: IStandardSchema<T> | undefined;
  /** Use of the store. Default: `on`. */
  readonly mode?: TypedCacheMode | undefined;
}

/** Options of a read. */
export interface TypedReadOptions<T = unknown>
  extends Pick<TypedCachePolicy<T>, 'tags' | 'version' | 'schema' | 'mode' | 'sliding' | 'hardTimeout'> {
  /** Aborts the wait of this caller. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a write. */
export interface TypedWriteOptions<T = unknown>
  extends Pick<
    TypedCachePolicy<T>,
    | 'expire'
    | 'maxExpire'
    | 'jitter'
    | 'negativeExpire'
    | 'grace'
    | 'tags'
    | 'codec'
    | 'schema'
    | 'compress'
    | 'version'
    | 'mode'
  > {}

/** Options of a call that loads missing values. */
export interface TypedLoadOptions<T = unknown> extends TypedCachePolicy<T> {
  /** Loads even when there is a fresh value, which is then the fallback if the load fails. Default: `false`. */
  readonly forceFresh?: boolean | undefined;
  /** Aborts the wait of this caller; the load is aborted once all its callers have aborted. */
  readonly signal?: AbortSignal | undefined;
}
