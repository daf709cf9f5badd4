import type { Duration } from './duration.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * What a cache does when the network or the server fails.
 *
 * `degrade`: the call answers `null`, `false` or `0`, one rate-limited warning is logged, and a message goes to the
 * diagnostics channel `inversify-cache:degraded` with the component, the operation and the code of the error.
 * `throw`: the call rejects with a `ConnectionError` or an `OperationError`.
 */
export type FailureMode = 'degrade' | 'throw';

/** Message on the diagnostics channel `inversify-cache:degraded`. Holds no key and no value. */
export interface DegradedMessage {
  /** Which class answered, such as `RedisCache`. */
  readonly component: string;
  /** The method that was called, such as `getValue`. */
  readonly operation: string;
  /** Code of the error that the caller was spared. */
  readonly code: string;
}

/**
 * The binary cache: bytes in, bytes out, every entry with a life. Every store implements it.
 *
 * - **Keys** are strings of 1 byte to 1 KiB as UTF-8, stored literally: no character is special. A lone surrogate is
 *   refused, for two keys would meet in one.
 * - **Lives** (`expire`) are above zero and at most 36 500 days. Another one is refused before anything is sent:
 *   `false`, with a warning, and what was there stays as it was (`failureMode: throw`: an `ArgumentError`).
 * - **Bytes are isolated**: what a caller does to its buffer after the call changes nothing that is stored, and what
 *   `getValue` gives out is the caller's to change.
 * - **`null`** is stored as empty bytes and read back as empty bytes.
 * - **Failures** of network and server follow `failureMode`; see {@link FailureMode}. A `false` or `0` of a degraded
 *   cache does not mean that a key is absent.
 * - **Bounded**: every call ends within `commandTimeout` + 50 ms, whatever the server does; bulk calls, `keys` and
 *   `clear` within that for each round trip.
 *
 * A wrong argument rejects with an `ArgumentError`, and use after `close` with a `DisposedError`, in every mode.
 */
export interface ICache {
  /** Whether the store answers now. Memory: always `true`. */
  readonly connected: boolean;

  /** @returns The bytes; `null` when absent or expired. */
  getValue(key: string): Promise<Uint8Array | null>;

  /**
   * Stores bytes in place of what was there, life included.
   *
   * @param value   At most `maxValueBytes` (default 8 MiB).
   * @param expire  Life of the entry, from now.
   * @returns `true` when the store has it.
   */
  setValue(key: string, value: Uint8Array | null, expire: Duration): Promise<boolean>;

  /**
   * Removes one entry of this port. Loads that a policy layer has under way are not told: that is
   * `IFencedStore.invalidate`.
   *
   * @returns Whether there was one.
   */
  deleteValue(key: string): Promise<boolean>;

  hasValue(key: string): Promise<boolean>;

  /**
   * @returns What remains of the entry's life in milliseconds, at least 1; `null` when absent; `Infinity` for an
   * entry without expiry, which only another program can have written.
   */
  getExpiry(key: string): Promise<number | null>;

  /**
   * Gives an entry a new life, from now.
   *
   * @returns `false` when there is no such entry.
   */
  setExpiry(key: string, expire: Duration): Promise<boolean>;

  /** @returns One answer a key, in the order of the keys. */
  getValues(keys: readonly string[]): Promise<(Uint8Array | null)[]>;

  /**
   * Stores many entries, all with the same life. Every argument is checked before the first one is sent.
   *
   * @returns `true` when all of them were stored. Of a key given twice the last value stays.
   */
  setValues(entries: Iterable<readonly [string, Uint8Array | null]>, expire: Duration): Promise<boolean>;

  /** @returns How many were there; a key named twice counts once. */
  deleteValues(keys: readonly string[]): Promise<number>;

  /**
   * The keys of this cache, each once, in no order, read page by page. Entries written or removed meanwhile may or
   * may not be among them. Remembers what it gave out, so it needs memory for all keys.
   *
   * @param pattern  A Redis glob over the UTF-8 bytes of the key: `*`, `?`, `[a-z]`, `[^a]`, `\` before a literal.
   *   Default: every key.
   * @throws {ArgumentError} on Redis without a prefix when there is no pattern.
   * @see https://redis.io/docs/latest/commands/keys/
   */
  keys(pattern?: string): AsyncIterable<string>;

  /**
   * Removes this cache's own keys that match a pattern; never anybody else's, never the whole database.
   *
   * @param pattern  As for `keys`.
   * @returns How many were removed.
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
