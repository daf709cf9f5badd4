import type { ICache } from '../../../src/interfaces/cache.js';
import type { IFencedStore } from '../../../src/interfaces/fenced-store.js';
import type { ITypedCache } from '../../../src/interfaces/typed-cache.js';
import type { Law, Opened, Subject } from '../law.js';

/**
 * Capabilities that some typed caches have and others lack.
 *
 * `exact-time`: time stands still until `advance`. `fenced`: stands on an `IFencedStore`, so that what is promised holds
 * between caches on one store. `plain`: stands on an `ICache` that knows of no fences. `outage`: the store can be made
 * to fail. `steps`: single calls of the store can be stopped or failed. `bytes`: what is stored can be looked at and
 * changed. `trips`: round trips to the store are counted. `commands`: what a server received is counted.
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

/** Options of a typed cache as a declaration has them, but for the store. */
export type TypedOptions = Readonly<Record<string, unknown>>;

/**
 * Ways in which a store fails. `gone`: refused at once, nothing was sent. `frozen`: no answer before the deadline; what was sent
 * may be executed later. `refusing`: the server says no.
 */
export type Failing = 'gone' | 'frozen' | 'refusing';

export interface Outage {
  /** The store no longer answers this cache; peers are not concerned. */
  begin(how: Failing): Promise<void>;
  end(): Promise<void>;
}

/** A call that waits in front of the store. */
export interface Held {
  /** Settles when the call has come. */
  readonly arrived: Promise<void>;
  /** Lets it through. */
  release(): void;
}

/** Methods of a store, of both of its ports. */
export type StoreMethod = keyof IFencedStore | keyof ICache;

/** Entries as the store has them. */
export interface StoredBytes {
  /** Replaces the bytes of every entry; lives stay. Returns how many there were. */
  rewrite(change: (bytes: Uint8Array) => Uint8Array): Promise<number>;
  /** Remaining TTL of each entry, in milliseconds. */
  lives(): Promise<readonly number[]>;
  /** Loses all generations, as a server does that is short of memory. */
  forget(): Promise<void>;
}

/** A typed cache that was opened for one law. */
export interface OpenTyped extends Opened {
  readonly cache: AnyCache;
  /** True if time stands still until `advance`. */
  readonly still: boolean;
  /** Lets time pass, of the store and of the cache: at least so much. */
  advance(ms: number): Promise<void>;
  /** Another cache on the same store, as another process has one. Only where `fenced` is supported. */
  peer(options?: TypedOptions): Promise<AnyCache>;
  /** Closes the cache, and nothing else. */
  shut(): Promise<void>;
  /** The next call of a method, or of any, waits. Only where `steps` is supported. */
  hold?(method?: StoreMethod): Held;
  /** Calls of some methods fail until the outage ends; `lost`: executed, without an answer. Only with `steps`. */
  fault?(how: Failing | 'lost', methods?: readonly StoreMethod[]): void;
  /** Only where `outage` is supported. */
  readonly outage?: Outage;
  /** Only where `bytes` is supported. */
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
