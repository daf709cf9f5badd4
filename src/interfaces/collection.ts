import type { Duration } from './duration.js';

/** Options of every call on a collection. */
export interface CollectionCall {
  /** Aborts the call: `E_ABORTED`, with the outcome `not-sent` if nothing had been sent yet. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a call that may create its collection. */
export interface CollectionWrite extends CollectionCall {
  /**
   * Life of the collection, given in the same atomic step, if it has none afterwards: when this call creates it, or finds
   * it without an expiry. A life that runs is never moved; `expire` of the collection does that. Default: no expiry.
   */
  readonly expire?: Duration | undefined;
}

/** Options of a call that returns many items. */
export interface CollectionRead extends CollectionCall {
  /**
   * Maximum number of items that the call may return. If there are more, it is refused as a whole: `E_OPERATION_REFUSED`
   * with the reason `TOOLARGE`. Default: `maxItems` of the site.
   */
  readonly limit?: number | undefined;
}

/** Life of a collection that is absent, has no expiry, or ends in some milliseconds, at least 1. */
export type CollectionLife =
  | { readonly state: 'absent' }
  | { readonly state: 'persistent' }
  | { readonly state: 'expiring'; readonly remainingMs: number };

/**
 * An item as callers give it: a value of the site's `codec`. With the codec `bytes`, text and finite numbers are taken
 * too, as UTF-8.
 */
export type CollectionItem<T> = [T] extends [Uint8Array] ? Uint8Array | string | number : T;

/**
 * A collection of any kind, by name. A name is one collection: a hash and a list of the same name conflict, and the one that
 * came later rejects with `E_OPERATION_REFUSED` and the reason `WRONGTYPE`; that is never taken for absence. A
 * collection exists as long as it has an item.
 *
 * @throws {ArgumentError} for invalid arguments, before anything is sent.
 * @throws {CodecError} `E_ENCODE` for an item that the codec cannot write, before anything is sent; `E_DECODE` for bytes
 *   of another program that it cannot read.
 * @throws {ConnectionError} {OperationError} when the store fails, with its outcome: an outage is never taken for
 *   absence, and no call is repeated.
 * @throws {DisposedError} after the site was closed.
 */
export interface ICollection {
  readonly name: string;

  /** Sets the remaining life. @returns `false` when the collection is absent. */
  expire(duration: Duration, options?: CollectionCall): Promise<boolean>;

  /** Returns the remaining life. */
  lifeOf(options?: CollectionCall): Promise<CollectionLife>;

  /** Deletes the collection, of whatever kind. @returns `false` when it was absent. */
  delete(options?: CollectionCall): Promise<boolean>;
}
