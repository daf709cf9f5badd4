import type { CollectionCall, CollectionWrite, ICollection } from './collection.js';

/**
 * An integer of 64 bits, which is 0 while it is absent. Every call is one atomic step. In Redis it is a string of
 * decimal digits, as `INCR` writes it.
 *
 * A result beyond 64 bits, and a value that is no integer, are refused: `E_OPERATION_REFUSED`; the value stays as it was.
 *
 * @example
 * ```ts
 * const views = collections.getCounter('views:home');
 * await views.increment(1, { expire: '1d' }); // The life begins with the first view, and no later view moves it.
 * ```
 */
export interface ICounter extends ICollection {
  /** Adds to the counter. @param by  Default: 1. @returns the value afterwards. */
  increment(by?: number | bigint, options?: CollectionWrite): Promise<bigint>;

  /** Subtracts from the counter. @param by  Default: 1. @returns the value afterwards. */
  decrement(by?: number | bigint, options?: CollectionWrite): Promise<bigint>;

  /**
   * Adds a finite number with a fraction, after which the counter may be no integer.
   *
   * @returns the value afterwards.
   */
  incrementFloat(by: number, options?: CollectionWrite): Promise<number>;

  /** Returns the value; 0 when it is absent. */
  value(options?: CollectionCall): Promise<bigint>;

  /** Returns the value of a counter with a fraction; 0 when it is absent. */
  floatValue(options?: CollectionCall): Promise<number>;

  /** Deletes the counter, and returns the value that it had: no increment gets lost between the two. */
  reset(options?: CollectionCall): Promise<bigint>;
}
