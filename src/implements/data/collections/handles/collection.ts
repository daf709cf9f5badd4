import type { CollectionCall, CollectionLife, ICollection } from '../../../../interfaces/collection.js';
import type { Duration } from '../../../../interfaces/duration.js';
import { DisposedError } from '../../../../interfaces/errors.js';
import { requireDurationMs } from '../../../foundation/options/duration.js';
import type { CollectionStore } from '../store/collection-store.js';
import { collectionCall } from './checks.js';
import type { Items } from './items.js';

/** Parts that the collections of one site share. */
export interface CollectionParts {
  readonly store: CollectionStore;
  readonly items: Items;
  /** Time that a blocking pop waits when the call does not say. */
  readonly waitMs: number;
  readonly isClosed: () => boolean;
}

/** A collection by name: checks what callers give, and leaves the work to the store. */
export class Collection implements ICollection {
  readonly name: string;
  protected readonly parts: CollectionParts;

  constructor(name: string, parts: CollectionParts) {
    this.name = name;
    this.parts = parts;
  }

  async expire(duration: Duration, options?: CollectionCall): Promise<boolean> {
    const ms = requireDurationMs(duration);
    const call = collectionCall(options);
    return this.store.keys.expire(this.name, ms, call);
  }

  async lifeOf(options?: CollectionCall): Promise<CollectionLife> {
    const call = collectionCall(options);
    return this.store.keys.lifeOf(this.name, call);
  }

  async delete(options?: CollectionCall): Promise<boolean> {
    const call = collectionCall(options);
    return this.store.keys.delete(this.name, call);
  }

  /** The store, for a call whose arguments are checked. @throws {DisposedError} after the site was closed. */
  protected get store(): CollectionStore {
    if (this.parts.isClosed()) throw new DisposedError('this collection site is closed');
    return this.parts.store;
  }

  /** Decodes an item; `undefined` stays so. */
  protected decoded<T>(bytes: Buffer | undefined): T | undefined {
    return bytes === undefined ? undefined : (this.parts.items.decode(bytes) as T);
  }

  protected decodedAll<T>(list: readonly Buffer[]): T[] {
    return list.map((bytes) => this.parts.items.decode(bytes) as T);
  }
}
