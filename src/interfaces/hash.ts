import type {
  CollectionCall,
  CollectionItem,
  CollectionRead,
  CollectionWrite,
  ICollection,
} from './collection.js';

/** Fields that are written together: an object, or pairs. */
export type HashFields<T> =
  | Readonly<Record<string, CollectionItem<T>>>
  | Iterable<readonly [field: string, value: CollectionItem<T>]>;

/**
 * Values by field: every field is text of 1 byte to 1 KiB, `__proto__` included. Every call is one atomic step.
 *
 * @example
 * ```ts
 * const session = collections.getHash<string>('session:7');
 * await session.setFields({ user: 'ada', theme: 'dark' }, { expire: '30m' }); // Never a hash without its life.
 * await session.field('theme'); // 'dark'
 * ```
 */
export interface IHash<T = Uint8Array> extends ICollection {
  /** Sets one field. @returns 1 when the field is new, else 0. */
  setField(field: string, value: CollectionItem<T>, options?: CollectionWrite): Promise<number>;

  /** Sets several fields; none is a call that does nothing. @returns the number of fields that are new. */
  setFields(fields: HashFields<T>, options?: CollectionWrite): Promise<number>;

  /** Returns the value of a field; `undefined` when it is absent. */
  field(field: string, options?: CollectionCall): Promise<T | undefined>;

  /** Returns the values of fields, in their order; `undefined` for each that is absent. */
  fields(fields: readonly string[], options?: CollectionCall): Promise<(T | undefined)[]>;

  /** Returns all fields and values, at most `limit`. */
  all(options?: CollectionRead): Promise<Map<string, T>>;

  /** Adds to an integer of 64 bits; an absent field is 0. @param by  Default: 1. @returns the value afterwards. */
  incrementField(field: string, by?: number | bigint, options?: CollectionWrite): Promise<bigint>;

  /** Adds a finite number with a fraction; an absent field is 0. @returns the value afterwards. */
  incrementFieldFloat(field: string, by: number, options?: CollectionWrite): Promise<number>;

  /** Removes one field, or several. @returns the number of fields that were there. */
  remove(fields: string | readonly string[], options?: CollectionCall): Promise<number>;

  /** Tells whether a field is there. */
  has(field: string, options?: CollectionCall): Promise<boolean>;

  /** Returns the number of fields. */
  size(options?: CollectionCall): Promise<number>;

  /**
   * Iterates over all fields, page by page, in any order. A field that is there from the beginning to the end is
   * reported; one that changes meanwhile may be reported or not, or twice.
   */
  entries(options?: CollectionCall): AsyncIterable<[field: string, value: T]>;
}
