import type { Duration } from './duration.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * What policies and tiers stand on: a store in which a slow load cannot overwrite what happened meanwhile.
 *
 * A **fence** belongs to a key, a **generation** to a name that covers many keys (a tag, a namespace). Both are
 * random tokens, never counters, for a counter that was evicted or lost in a failover starts again; one that is
 * missing means: invalidated. A loader captures them before it loads, and gives the fence back when it writes.
 *
 * Each call is one atomic step per cluster slot (a key, its fence and its lease share one) and 512 keys, takes one round
 * trip, and ends within `commandTimeout` + 50 ms. It never degrades: every failure rejects.
 *
 * Fences, generations and leases have lives of their own, are no entries (`ICache.keys` and `clear` neither report nor
 * delete them), and may be dropped when memory is short: a load is then refused its write, and nothing worse.
 *
 * @throws {ArgumentError} for keys, values and lives that `ICache` would not take either.
 * @throws {ConnectionError} {OperationError} with the outcome of the call.
 * @throws {DisposedError} after `close`.
 */
export interface IFencedStore {
  /** Reads entries, what remains of their lives, and the fences and generations asked for. */
  read(request: FencedRead): Promise<FencedAnswer>;

  /**
   * Stores bytes.
   *
   * @param expire  Life of the entry, from now.
   * @param fence   What `read` captured: the bytes are stored only if the key's fence is still this one, and it stays.
   *   Without it they are stored in any case, and the fence advances: loads under way are refused. With `advance` both:
   *   nothing came between the reading and the writing, and loads under way are refused.
   */
  write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
  ): Promise<'stored' | 'fenced'>;

  /**
   * Removes entries and advances their fences, in one step: no load that captured a fence before can store.
   *
   * @returns How many entries were there; a key named twice counts once.
   */
  invalidate(keys: readonly string[]): Promise<number>;

  /**
   * Advances generations: whatever carries an earlier one is no longer current. Costs the same whatever they cover.
   * Where they lie in several slots, the first one has advanced before the others do.
   */
  advance(generations: readonly string[]): Promise<void>;

  /**
   * Takes the lease of a key, or renews it for the token that has it.
   *
   * @param token  Names the holder; random, made by the caller, so that it can release a lease whose answer was lost.
   * @param life   After this the lease is free, whatever became of the holder.
   * @returns `false` when another token has it.
   */
  acquireLease(key: string, token: string, life: Duration): Promise<boolean>;

  /** @returns `false` when this token did not have the lease (any more). */
  releaseLease(key: string, token: string): Promise<boolean>;
}

/** A fence that must be unchanged, and is advanced by the same step. */
export interface FenceToAdvance {
  readonly fence: string;
  readonly advance: true;
}

/** What to read. */
export interface FencedRead {
  /** Entries to read; none where only generations matter. */
  readonly keys: readonly string[];
  /** Names of generations to read, 1 byte to 1 KiB each. Default: none. */
  readonly generations?: readonly string[] | undefined;
  /**
   * Makes the fences and generations that are missing, so that the answer holds a token for each.
   * Without it, what is missing stays missing, and no fence is read.
   */
  readonly capture?: FencedCapture | undefined;
  /** Whether to say what remains of each life. Default: `true`; without it, a read may be a plainer one. */
  readonly lives?: boolean | undefined;
  /**
   * Gives each entry that is there this life, from now, in the same step; the answer says what remained before.
   * Default: reading changes no life.
   */
  readonly extend?: Duration | undefined;
  /** Whether to say who has the lease of each key. Default: `false`. */
  readonly leases?: boolean | undefined;
}

/** What to capture, and for how long. */
export interface FencedCapture {
  /** The tokens live at least this long from now: longer than the load that captures them. */
  readonly life: Duration;
  /** Which keys: those without an entry (default), or all. Generations are always captured. */
  readonly of?: 'absent' | 'all' | undefined;
}

/** What was read, in the order of the request. */
export interface FencedAnswer {
  readonly entries: readonly FencedEntry[];
  /** The current token of each generation; `null` when missing. */
  readonly generations: readonly (string | null)[];
}

export interface FencedEntry {
  /** The bytes, which are the caller's to change; `null` when absent or expired. */
  readonly value: Uint8Array | null;
  /**
   * What remains of its life in milliseconds, at least 1; `Infinity` without expiry; `null` when absent, or when it
   * was not asked for.
   */
  readonly remainingMs: number | null;
  /** The fence that was captured; `null` when it was not asked for. */
  readonly fence: string | null;
  /** The token that has its lease, `null` when it is free; only where it was asked for. */
  readonly lease?: string | null;
}

export const IFencedStore: InterfaceToken<IFencedStore> = defineInterface<IFencedStore>('IFencedStore', [
  'read',
  'write',
  'invalidate',
  'advance',
  'acquireLease',
  'releaseLease',
]);
