import type { Duration } from './duration.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * Behaviour of a cache when the network or the server fails.
 *
 * `degrade`: the call returns `null`, `false` or `0`, one rate-limited warning is logged, and a message is published on
 * the diagnostics channel `inversify-cache:degraded` with the component, the operation and the error code. Interrupted
 * half-way, `keys` ends early, and `clear` and `deleteValues` return the number removed so far; on a cluster, masters
 * that fail cost their own keys.
 * `throw`: the call rejects with a `ConnectionError` or an `OperationError`.
 */
export type FailureMode = 'degrade' | 'throw';

/** Message on the diagnostics channel `inversify-cache:degraded`. Contains no key and no value. */
export interface DegradedMessage {
  /** Class that degraded, such as `RedisCache`. */
  readonly component: string;
  /** Method that was called, such as `getValue`. */
  readonly operation: string;
  /** Code of the error that the caller did not see. */
  readonly code: string;
}

/**
 * A binary cache: bytes in, bytes out, and every entry has a TTL. Every store implements this port. For text, objects or
 * any other values take an `ITypedCache` over it, which encodes them, loads them and keeps them apart from absence.
 *
 * - **Keys** are strings of 1 byte to 1 KiB as UTF-8, stored literally: no character is special. A key with a lone
 *   surrogate is refused, because different keys would then be stored under the same bytes.
 * - **TTLs** (`expire`) are greater than zero and at most 36 500 days. Any other is refused before anything is sent:
 *   the call returns `false`, one warning is logged, and the stored entry is unchanged (with `failureMode: throw`, the
 *   call rejects with an `ArgumentError`).
 * - **Bytes are isolated**: changing a buffer after it was passed to a call, even before the promise settles, does not
 *   change what is stored; bytes that a call returned belong to the caller, who may change them.
 * - **`null`** is stored as empty bytes and read back as empty bytes.
 * - **Failures** of the network and the server follow `failureMode`; see {@link FailureMode}. A `false` or `0` from a
 *   degraded cache does not mean that a key is absent.
 * - **Deadlines**: every call ends within `commandTimeout` (default 1 s) + 50 ms, whatever the server does; bulk calls,
 *   `keys` and `clear` within that for each round trip.
 *
 * In either failure mode, any other invalid argument rejects with an `ArgumentError`, and a call after `close` with a
 * `DisposedError`.
 *
 * @example
 * ```ts
 * import { ICache, loadComponentSite } from 'inversify-cache';
 *
 * const site = await loadComponentSite('config/memory.yml');
 * const cache = site.getComponent(ICache, 'Memory');
 *
 * await cache.setValue('user:123', Buffer.from('{"name":"Ada"}'), '1h'); // true
 * const bytes = await cache.getValue('user:123'); // Uint8Array, or null when absent or expired
 *
 * await site.close();
 * ```
 */
export interface ICache {
  /** `true` while the store answers; always `true` for memory. */
  readonly connected: boolean;

  /** @returns The bytes; `null` when absent or expired. */
  getValue(key: string): Promise<Uint8Array | null>;

  /**
   * Stores bytes, replacing the previous value and its TTL.
   *
   * @param value   At most `maxValueBytes` (default 8 MiB).
   * @param expire  TTL, counted from now. Default: `defaultExpire` of the cache; without one, nothing is stored.
   * @returns `true` when the value was stored.
   */
  setValue(key: string, value: Uint8Array | null, expire?: Duration): Promise<boolean>;

  /**
   * Removes an entry. A load in flight in a policy layer may still store its result afterwards; to prevent that, use
   * `IFencedStore.invalidate`.
   *
   * @returns `true` when there was an entry.
   */
  deleteValue(key: string): Promise<boolean>;

  /** @returns `true` when there is an entry that has not expired. */
  hasValue(key: string): Promise<boolean>;

  /**
   * @returns The remaining TTL in milliseconds, at least 1; `null` when absent or expired; `Infinity` for an entry
   * without expiry, which only another program can have written.
   */
  getExpiry(key: string): Promise<number | null>;

  /**
   * Replaces the TTL of an entry and keeps its value.
   *
   * @param expire  New TTL, counted from now; may be shorter.
   * @returns `false` when there is no such entry.
   */
  setExpiry(key: string, expire: Duration): Promise<boolean>;

  /** @returns One result per key, in the order of the keys: the bytes; `null` when absent or expired. */
  getValues(keys: readonly string[]): Promise<(Uint8Array | null)[]>;

  /**
   * Stores a batch of entries, all with the same TTL. Every argument is checked before the first entry is sent.
   *
   * @param entries  Pairs of key and value; when a key occurs twice, its last value wins.
   * @param expire   TTL, counted from now. Default: `defaultExpire` of the cache; without one, nothing is stored.
   * @returns `true` when all entries were stored.
   */
  setValues(entries: Iterable<readonly [string, Uint8Array | null]>, expire?: Duration): Promise<boolean>;

  /** @returns Number of entries that existed; a key named twice counts once. */
  deleteValues(keys: readonly string[]): Promise<number>;

  /**
   * Iterates over the keys of this cache, page by page: each key once, in no particular order. Keys written or removed
   * during the iteration may or may not be reported. Memory use grows with the number of keys, because the iteration
   * remembers those it has reported.
   *
   * @param pattern  A Redis glob over the UTF-8 bytes of the key: `*`, `?`, `[a-z]`, `[^a]`, `\` before a literal.
   *   Default: every key.
   * @throws {ArgumentError} when a Redis cache without a prefix is called without a pattern.
   * @see https://redis.io/docs/latest/commands/keys/
   */
  keys(pattern?: string): AsyncIterable<string>;

  /**
   * Removes the keys of this cache that match a pattern; never the keys of other caches, never the whole database.
   *
   * @param pattern  As for `keys`.
   * @returns Number of entries removed.
   * @throws {ArgumentError} as `keys`.
   */
  clear(pattern?: string): Promise<number>;
}

export const ICache: InterfaceToken<ICache> = defineInterface<ICache>('ICache', [
  'connected',
  'getValue',
  'setValue',
  'deleteValue',
  'hasValue',
  'getExpiry',
  'setExpiry',
  'getValues',
  'setValues',
  'deleteValues',
  'keys',
  'clear',
]);
