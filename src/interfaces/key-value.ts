import type { Duration } from './duration.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/** A value as it is given: bytes, text that is stored as UTF-8, or a finite number that is stored as decimal text. */
export type KeyValueInput = Uint8Array | string | number;

/** Options of every call. */
export interface KeyValueCallOptions {
  /** Aborts the call: `E_ABORTED`, as `not-sent` if nothing had been written yet, else `unknown`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a write, which decide on the life of the value. */
export interface KeyValueWriteOptions extends KeyValueCallOptions {
  /** Life of the value, to the millisecond. Default: it does not expire. */
  readonly expire?: Duration | undefined;
  /** Keeps what remains of the life of the present value; a new value does not expire. Conflicts with `expire`. */
  readonly keepExpire?: boolean | undefined;
}

/** Options of a write that may have a condition. */
export interface KeyValueSetOptions extends KeyValueWriteOptions {
  /** Writes only when the key has no value (`absent`), or has one (`present`). Default: always. */
  readonly when?: 'absent' | 'present' | undefined;
}

/** Options of `increment`. */
export interface KeyValueIncrementOptions extends KeyValueCallOptions {
  /** Life of a counter that this call creates, set in the same step. Later calls do not prolong it. */
  readonly expire?: Duration | undefined;
}

/** One write of `setMany`: a key, its value, and its own life, which comes before that of the call. */
export type KeyValueEntry =
  | readonly [key: string, value: KeyValueInput]
  | readonly [key: string, value: KeyValueInput, life: Omit<KeyValueWriteOptions, 'signal'>];

/** Remaining life of a key. `persistent`: it has a value that does not expire. */
export type KeyLife =
  | { readonly state: 'absent' }
  | { readonly state: 'persistent' }
  | { readonly state: 'expiring'; readonly remainingMs: number };

/**
 * Values by key. They are data, not a cache: nothing is evicted, and nothing degrades.
 *
 * Three things are never confused: a condition that is not met is a result (`false`), a combination that makes no sense
 * is an `ArgumentError` before any I/O, and a store that does not answer, or refuses, is a typed error with its outcome.
 *
 * Keys and values are stored as they are, so that other programs read and write them. Keys are text of 1 byte to 1 KiB
 * as UTF-8, literal: `*`, `{`, `:` and `__proto__` are ordinary characters. An absent key is `undefined`, which empty
 * bytes are not.
 *
 * @throws {ArgumentError} for an invalid key, value, pattern, option or combination, before any I/O.
 * @throws {ConnectionError} {OperationError} when the store does not answer in time, or refuses: `E_OPERATION_REFUSED`
 *   with the reason `WRONGTYPE` for a key that holds another type of value, `OOM` when there is no room. Nothing is
 *   sent twice.
 * @throws {DisposedError} after `close`.
 *
 * @example
 * ```ts
 * await store.set('greeting', 'hello', { expire: '5m' });
 * const isFirst = await store.set('order:7', 'paid', { when: 'absent' }); // false: it was there, and is unchanged
 * const views = await store.increment('views:home', 1, { expire: '1d' }); // 1n; the day begins with the first view
 * ```
 */
export interface IKeyValue {
  /** Reads a value; `undefined` when there is none. The bytes are the caller's. */
  get(key: string, options?: KeyValueCallOptions): Promise<Uint8Array | undefined>;

  /**
   * Reads a value as text.
   *
   * @throws {CodecError} `E_DECODE` for bytes that are not UTF-8.
   */
  getText(key: string, options?: KeyValueCallOptions): Promise<string | undefined>;

  /**
   * Reads values, in the order of the keys, as of one moment (on a cluster: of one for each slot).
   *
   * @param keys  At most 10 000.
   */
  getMany(keys: readonly string[], options?: KeyValueCallOptions): Promise<(Uint8Array | undefined)[]>;

  /**
   * Writes a value, of whatever type the present one is. Without `expire` and `keepExpire` it does not expire, also when
   * the value before did.
   *
   * @returns `false` when the condition `when` was not met: value and life are unchanged.
   */
  set(key: string, value: KeyValueInput, options?: KeyValueSetOptions): Promise<boolean>;

  /**
   * Writes values, all of them or none (on a cluster: of each slot). Of a key that is named twice the last value counts.
   *
   * @param entries  At most 10 000.
   */
  setMany(entries: Iterable<KeyValueEntry>, options?: KeyValueWriteOptions): Promise<void>;

  /**
   * Deletes keys, as one step (on a cluster: one for each slot).
   *
   * @param keys  At most 10 000.
   * @returns Number of keys that were deleted; one that is named twice counts once.
   */
  delete(...keys: string[]): Promise<number>;

  /** Tells whether a key has a value. */
  exists(key: string, options?: KeyValueCallOptions): Promise<boolean>;

  /** Counts the different keys of a list that have a value. */
  countExisting(keys: readonly string[], options?: KeyValueCallOptions): Promise<number>;

  /**
   * Reads a value that is JSON. A stored `null` is `null`, an absent key `undefined`.
   *
   * @throws {CodecError} `E_DECODE` for bytes that are not JSON; they stay.
   */
  getJson<T = unknown>(key: string, options?: KeyValueCallOptions): Promise<T | undefined>;

  /**
   * Writes a value as plain JSON, as any other program reads it.
   *
   * @returns As `set`.
   * @throws {CodecError} `E_ENCODE` for a value that JSON does not represent unchanged: `undefined`, `NaN`, infinities,
   *   `bigint`, a cycle, a date, an instance of a class. Nothing is stored.
   */
  setJson(key: string, value: unknown, options?: KeyValueSetOptions): Promise<boolean>;

  /**
   * Adds to a counter of 64 bits, which starts at 0, and keeps its life.
   *
   * @param by  An integer; negative ones subtract. Default: 1.
   * @returns The new count.
   * @throws {OperationError} `E_OPERATION_REFUSED` when the value is not an integer, or the sum has more than 64 bits;
   *   the value is unchanged.
   */
  increment(key: string, by?: number | bigint, options?: KeyValueIncrementOptions): Promise<bigint>;

  /** Sets the remaining life of a value. @returns `false` when there is none. */
  expire(key: string, duration: Duration, options?: KeyValueCallOptions): Promise<boolean>;

  /** Keeps a value from expiring. @returns `false` when there is none, or it does not expire. */
  persist(key: string, options?: KeyValueCallOptions): Promise<boolean>;

  /** Reads a value and sets its remaining life, in one step; `undefined` when there is none. */
  getAndExpire(
    key: string,
    duration: Duration,
    options?: KeyValueCallOptions,
  ): Promise<Uint8Array | undefined>;

  /** Reads the remaining life of a value. */
  lifeOf(key: string, options?: KeyValueCallOptions): Promise<KeyLife>;

  /**
   * Iterates over the keys that match a pattern (a Redis glob over UTF-8), each once, in any order. Keys that come or go
   * meanwhile may be missing.
   */
  keys(pattern?: string, options?: KeyValueCallOptions): AsyncIterable<string>;

  /** Counts the keys of this component, one page at a time. */
  count(options?: KeyValueCallOptions): Promise<number>;

  /**
   * Deletes the keys that match a pattern, one page at a time.
   *
   * @returns Number of keys that were deleted.
   */
  deleteMatching(pattern: string, options?: KeyValueCallOptions): Promise<number>;

  /** Deletes all keys of this component, and no others. @returns Number of keys that were deleted. */
  clear(options?: KeyValueCallOptions): Promise<number>;
}

export const IKeyValue: InterfaceToken<IKeyValue> = defineInterface<IKeyValue>('IKeyValue', [
  ...(['get', 'getText', 'getMany', 'set', 'setMany', 'delete', 'exists', 'countExisting'] as const),
  ...(['getJson', 'setJson', 'increment', 'expire', 'persist', 'getAndExpire', 'lifeOf'] as const),
  ...(['keys', 'count', 'deleteMatching', 'clear'] as const),
]);
