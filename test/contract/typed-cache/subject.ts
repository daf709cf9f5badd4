import type { ICache } from '../../../src/interfaces/cache.js';
import type { IFencedStore } from '../../../src/interfaces/fenced-store.js';
import type { ITypedCache } from '../../../src/interfaces/typed-cache.js';
import type { Law, Opened, Subject } from '../law.js';

/**
 * Capabilities that some typed caches have and others lack.
 *
 * `exact-time`: only `advance` moves time. `fenced`: uses an `IFencedStore`, so that its promises hold between caches
 * on one store. `plain`: uses an `ICache` without fences. `outage`: the law can make the store fail. `steps`: the law
 * can hold or fail single calls of the store. `bytes`: the law can read and change the stored bytes. `trips`: round
 * trips to the store are counted. `commands`: commands that the server received are counted.
 */
export type TypedCapability =
  | 'exact-time'
  | 'fenced'
  | 'plain'
  | 'outage'
  | 'steps'
  | 'bytes'
  | 'trips'
  | 'commands';

// biome-ignore lint/suspicious/noExplicitAny: laws store whatever they like.
export type AnyCache = ITypedCache<any>;

/** Options of a typed cache as in a declaration, without the store. */
export type TypedOptions = Readonly<Record<string, unknown>>;

/**
 * Ways in which a store fails. `gone`: calls are refused immediately, unsent. `frozen`: no answer before the deadline;
 * sent calls may be executed later. `refusing`: the server replies with an error.
 */
export type Failing = 'gone' | 'frozen' | 'refusing';

export interface Outage {
  /** Makes the store fail for this cache; peers are unaffected. */
  begin(how: Failing): Promise<void>;
  end(): Promise<void>;
}

/** A call that is held before it reaches the store. */
export interface Held {
  /** Settles when the call has arrived. */
  readonly arrived: Promise<void>;
  /** Releases the call. */
  release(): void;
}

/** Methods of a store, of both of its ports. */
export type StoreMethod = keyof IFencedStore | keyof ICache;

/** Entries as the store has them. */
export interface StoredBytes {
  /** Replaces the bytes of every entry, and keeps the TTLs. Returns the number of entries. */
  rewrite(change: (bytes: Uint8Array) => Uint8Array): Promise<number>;
  /** Remaining TTL of each entry, in milliseconds. */
  lives(): Promise<readonly number[]>;
  /** Loses all generations, as a server does that is short of memory. */
  forget(): Promise<void>;
}

/** A typed cache that was opened for one law. */
export interface OpenTyped extends Opened {
  readonly cache: AnyCache;
  /** `true` if only `advance` moves time. */
  readonly still: boolean;
  /** Lets at least this much time pass on the clocks of the store and the cache. */
  advance(ms: number): Promise<void>;
  /** Another cache on the same store, as in another process. Requires `fenced`. */
  peer(options?: TypedOptions): Promise<AnyCache>;
  /** Closes the cache, and nothing else. */
  shut(): Promise<void>;
  /** Holds the next call of a method, or of any method. Requires `steps`. */
  hold?(method?: StoreMethod): Held;
  /** Calls of some methods fail until the outage ends; `lost`: executed, without an answer. Only with `steps`. */
  fault?(how: Failing | 'lost', methods?: readonly StoreMethod[]): void;
  /** Requires `outage`. */
  readonly outage?: Outage;
  /** Requires `bytes`. */
  readonly bytes?: StoredBytes;
  /** Number of round trips to the store since the last call. Requires `trips`. */
  trips?(): Promise<number>;
  /** Number of commands that the server has received since the last call. Requires `commands`. */
  commands?(): Promise<number>;
}

export type TypedLaw = Law<TypedCapability, OpenTyped, TypedOptions>;
export type TypedSubject = Subject<TypedCapability, OpenTyped, TypedOptions>;

/** A law of every typed cache. */
export function law(title: string, prove: TypedLaw['prove']): TypedLaw {
  return { title, needs: [], prove };
}

/** A law of those that can do something. */
export function lawOf(
  needs: TypedCapability | readonly TypedCapability[],
  title: string,
  prove: TypedLaw['prove'],
): TypedLaw {
  return { title, needs: typeof needs === 'string' ? [needs] : needs, prove };
}

/** Part of a subject that its capability promises. */
export function shownBy<T>(what: string, part: T | undefined): T {
  if (part === undefined) throw new Error(`the subject supports "${what}" and shows none`);
  return part;
}
