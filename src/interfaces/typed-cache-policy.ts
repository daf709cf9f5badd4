import type { ICodec } from './codec.js';
import type { Duration } from './duration.js';
import type { IStandardSchema } from './standard-schema.js';

/**
 * What a cache does with its store.
 *
 * `on`: reads and writes. `off`: neither; every call loads. `readOnly`: stores nothing. `writeOnly`: reads nothing, so
 * every call loads, and stores. `shadow`: reads, loads and stores, and counts and tells hits and misses as they would be,
 * but gives out nothing that it has read: who loads gets what was loaded, and the event `shadow` says whether the cache
 * would have answered the same; who loads nothing gets nothing. Invalidations reach the store in every mode, and a `set`
 * that a mode keeps from storing counts as one.
 */
export type TypedCacheMode = 'on' | 'off' | 'readOnly' | 'writeOnly' | 'shadow';

/** How values become smaller. */
export interface CompressOptions {
  /** `zstd` where Node has it (22.15 and later). */
  readonly algorithm: 'gzip' | 'brotli' | 'zstd';
  /** Values of at least this size are compressed: bytes, or a text such as `'1KiB'`. Default: 1 KiB. */
  readonly from?: number | `${number}${'B' | 'KiB' | 'MiB' | 'GiB'}` | undefined;
}

/** How one value is read, kept and loaded. Each may stand on the component, and on one call. */
export interface TypedCachePolicy<T = unknown> {
  /** Life of a value, while it is fresh. Default: 5 minutes. */
  readonly expire?: Duration | undefined;
  /** The longest life that anything may get, by the loader too. Default: none. */
  readonly maxExpire?: Duration | undefined;
  /** Whether a hit gives a value its whole life anew. Default: `false`. */
  readonly sliding?: boolean | undefined;
  /** Lives are shortened at random by up to this fraction, so that what was stored together expires apart. 0 ≤ x < 1. */
  readonly jitter?: number | undefined;
  /**
   * Life of `null`, and of "absent" (a loader that gave `undefined`). Default: `null` lives as every value, and "absent"
   * is not stored.
   */
  readonly negativeExpire?: Duration | undefined;
  /** How long a value stays behind its life, to be given out when there is no fresh one to be had. Default: none. */
  readonly grace?: Duration | undefined;
  /** After a load that failed beside a stale value, how long this process waits before the next. Default: 10 s. */
  readonly graceBackoff?: Duration | undefined;
  /** How long a caller waits for a load while there is a stale value. Needs `grace`. Default: until the load ends. */
  readonly softTimeout?: Duration | undefined;
  /** How long the whole call may take: store, lease and load together. Default: none. */
  readonly hardTimeout?: Duration | undefined;
  /** How long a load may take, whoever waits for it. Default: 30 s. */
  readonly loadTimeout?: Duration | undefined;
  /** A hit on a value that has lived longer than this fraction of its life refreshes it in the background. 0 < x < 1. */
  readonly refreshAhead?: number | undefined;
  /** Among whom a key is loaded once: in this process (default), or in all that share the store. */
  readonly lease?: 'process' | 'cluster' | undefined;
  /** With `lease: cluster`: after this a holder that crashed is no longer waited for. Default: 10 s. */
  readonly leaseTimeout?: Duration | undefined;
  /** With `lease: cluster`: how long to wait for another process's load before loading all the same. Default: 30 s. */
  readonly waitTimeout?: Duration | undefined;
  /** Tags of the value. One that a call declares and the stored value lacks makes it a miss. */
  readonly tags?: readonly string[] | undefined;
  /**
   * Codec of the values: `json` (default), `msgpack`, `text`, `bytes`, or one of the application's: itself, or the
   * name of its `ICodec` component.
   */
  readonly codec?: string | ICodec | undefined;
  /** Compression of large values. Default: none. */
  readonly compress?: CompressOptions['algorithm'] | CompressOptions | undefined;
  /** Version of the values' shape: one that was stored with another is a miss. */
  readonly version?: string | number | undefined;
  /** Checks a value that comes out of the store, and may convert it; a value that does not pass is a miss. */
  readonly schema?: IStandardSchema<T> | undefined;
  /** Default: `on`. */
  readonly mode?: TypedCacheMode | undefined;
}

/** Options of a call that reads. */
export interface TypedReadOptions<T = unknown>
  extends Pick<TypedCachePolicy<T>, 'tags' | 'version' | 'schema' | 'mode' | 'sliding' | 'hardTimeout'> {
  /** Ends the waiting of this caller. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a call that stores. */
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
    | 'compress'
    | 'version'
    | 'mode'
  > {}

/** Options of a call that loads what is missing. */
export interface TypedLoadOptions<T = unknown> extends TypedCachePolicy<T> {
  /** Loads also when there is a fresh value, which is then the one that grace falls back on. Default: `false`. */
  readonly forceFresh?: boolean | undefined;
  /** Ends the waiting of this caller; the load ends when all its callers have aborted. */
  readonly signal?: AbortSignal | undefined;
}
