import type { Duration } from './duration.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * The store below policies and tiers: a slow load cannot overwrite a change that was made while it ran.
 *
 * A **fence** belongs to a key, a **generation** to a name that covers many keys (a tag, a namespace). Both are
 * random tokens, never counters, because a counter that was evicted or lost in a failover starts over; a missing token
 * means "invalidated". A loader captures the tokens before it loads, and passes the fence back when it writes.
 *
 * A store may divide its keys into **parts** that fail one by one, such as the slots of a cluster. Each call is one
 * atomic step per part (a key, its fence and its lease share one) and batch of 512 keys, takes one round trip, and ends
 * within `commandTimeout` + 50 ms. It never degrades, and a part that fails costs its own keys only: the steps of the
 * other parts take effect. A read reports the failure with the entries of that part, and rejects when all of them
 * failed; a change rejects with a `PartialFailure`, which lists what was not changed.
 *
 * Fences, generations and leases have TTLs of their own and are not entries: `ICache.keys` and `clear` neither report
 * nor delete them. They may be dropped when memory is short; the only consequence is that a load cannot store.
 *
 * @throws {ArgumentError} for keys, values and TTLs that `ICache` refuses too.
 * @throws {ConnectionError} {OperationError} with the outcome of the call.
 * @throws {DisposedError} after `close`.
 *
 * @example
 * ```ts
 * const { entries } = await store.read({ keys: ['user:7'], capture: { life: '1m' } });
 * const fence = entries[0]?.fence ?? '';
 *
 * await store.invalidate(['user:7']); // The user changes while we load it.
 *
 * const outcome = await store.write('user:7', Buffer.from('outdated'), '1h', fence); // 'fenced': not stored
 * ```
 */
export interface IFencedStore {
  /**
   * Reads entries, their remaining TTLs, and the requested fences and generations. Rejects when every entry failed, or,
   * without keys, every generation.
   */
  read(request: FencedRead): Promise<FencedAnswer>;

  /**
   * Stores bytes.
   *
   * @param expire  TTL, counted from now.
   * @param fence   Token captured by `read`: the bytes are stored only if it is still the key's fence, which stays.
   *   Without a token the bytes are stored in any case, and the fence advances, so that loads in flight cannot store.
   *   With `advance` both apply: the token must still be the fence, which then advances.
   * @param carried  Generations that the bytes carry. A hint, which changes no result: a store in memory keeps these
   *   tokens as long as the entry, and evicts an entry whose generation has advanced before any other.
   * @returns `'fenced'` when the token was not the fence of the key, or the key had none; nothing was changed.
   */
  write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
    carried?: Carried,
  ): Promise<'stored' | 'fenced'>;

  /**
   * Removes entries and advances their fences in one step: a load that captured its fence earlier cannot store.
   *
   * @throws {PartialFailure} when some keys were removed, with those that may not have been.
   * @returns Number of entries that existed; a key named twice counts once.
   */
  invalidate(keys: readonly string[]): Promise<number>;

  /**
   * Advances generations: values that carry an earlier token are no longer current. The cost does not depend on how
   * many keys they cover. When the generations span several parts, the first one advances before all others, which
   * advance even if it failed.
   *
   * @param where  `everywhere` advances the copies that `FencedRead.scope` reads, too, in every part. On a cluster it
   *   takes a command for each slot, in steps of 512, each of which ends in time. The failure of such a call instead
   *   of `everywhere` advances the copies that it has left, and no others.
   * @throws {PartialFailure} when some generations, or copies, were advanced, with those that may not have been.
   */
  advance(generations: readonly string[], where?: 'everywhere' | PartialFailure): Promise<void>;

  /**
   * Acquires the lease of a key, or renews it for the token that holds it.
   *
   * @param token  Identifies the holder: random, chosen by the caller, who can then release a lease even when the reply
   *   to this call was lost.
   * @param life   TTL of the lease, after which it is free even if the holder crashed.
   * @returns `false` while another token holds the lease; its TTL is then unchanged.
   */
  acquireLease(key: string, token: string, life: Duration): Promise<boolean>;

  /**
   * Releases the lease of a key.
   *
   * @returns `false` when this token does not hold the lease, or no longer does.
   */
  releaseLease(key: string, token: string): Promise<boolean>;
}

/** A fence that must be unchanged, and that the same step advances. */
export interface FenceToAdvance {
  readonly fence: string;
  readonly advance: true;
}

/** Tokens that the bytes of an entry carry, and their edition. */
export interface Carried {
  readonly generations: readonly CarriedGeneration[];
  /** Edition of the bytes in a group of entries: an edition that nothing uses any longer is evicted before others. */
  readonly edition?: { readonly of: string; readonly name: string } | undefined;
}

/** A generation, and the token with which the bytes are current. */
export interface CarriedGeneration {
  readonly name: string;
  readonly token: string;
}

/** Options of a read: what it returns, captures and extends. */
export interface FencedRead {
  /** Entries to read; may be empty when only generations matter. */
  readonly keys: readonly string[];
  /** Names of the generations to read, 1 byte to 1 KiB each. Default: none. */
  readonly generations?: readonly string[] | undefined;
  /**
   * Name of one more generation, which is read where the entries are: each part has a copy of its own, so that this
   * one needs no other part, and no part serves every read. Only `advance(…, 'everywhere')` advances all copies.
   */
  readonly scope?: string | undefined;
  /**
   * Captures fences and generations: creates the missing ones, so that the result holds a token for each.
   * Without it, missing generations stay missing, and no fence is read.
   */
  readonly capture?: FencedCapture | undefined;
  /** Reports the remaining TTL of each entry. Default: `true`; `false` allows a simpler read. */
  readonly lives?: boolean | undefined;
  /** Returns the bytes of each entry. Default: `true`; `false` spares them when only the fences matter. */
  readonly values?: boolean | undefined;
  /**
   * Replaces the TTL of each entry that exists, counted from now, in the same step; the result holds the TTL that
   * remained before. Default: reading changes no TTL.
   */
  readonly extend?: Duration | undefined;
  /** Reports the holder of each key's lease. Default: `false`. */
  readonly leases?: boolean | undefined;
}

/** Tokens to capture, and their TTL. */
export interface FencedCapture {
  /** Minimum TTL of the tokens, counted from now; must exceed the duration of the load that captures them. */
  readonly life: Duration;
  /** Keys whose fences are captured: those without an entry (default), all, or none. Generations always are. */
  readonly of?: 'absent' | 'all' | 'none' | undefined;
}

/** Result of a read, in the order of the request. */
export interface FencedAnswer {
  readonly entries: readonly FencedEntry[];
  /** Current token of each generation; `null` when missing, or when its part failed. */
  readonly generations: readonly (string | null)[];
  /** First failure of a part; only present when some part failed. */
  readonly failure?: unknown;
}

export interface FencedEntry {
  /** The bytes, which the caller may change; `null` when absent or expired, or when they were not requested. */
  readonly value: Uint8Array | null;
  /**
   * Remaining TTL in milliseconds, at least 1; `Infinity` without expiry; `null` when the entry is absent, or when it
   * was not requested.
   */
  readonly remainingMs: number | null;
  /** The captured fence; `null` when it was not requested. */
  readonly fence: string | null;
  /** Token that holds its lease, `null` when the lease is free; only present when requested. */
  readonly lease?: string | null;
  /** Token of the scope where the entry is, `null` when missing; only present when requested. */
  readonly scope?: string | null;
  /** Error of the part that the entry is in; everything else is then `null`. Only present when the part failed. */
  readonly failure?: unknown;
}

/** Error of a change that some parts of a store did not make; any other error means that none is known to have. */
export interface PartialFailure extends Error {
  /** Names that may be unchanged; those of the call that are not among them were changed. */
  readonly failed: readonly string[];
  /**
   * Tells if the copies of generations that are read with a key may be unchanged. Only present after an advance
   * `everywhere` that changed some copies.
   */
  leftAt?(key: string): boolean;
}

export const IFencedStore: InterfaceToken<IFencedStore> = defineInterface<IFencedStore>('IFencedStore', [
  'read',
  'write',
  'invalidate',
  'advance',
  'acquireLease',
  'releaseLease',
]);
