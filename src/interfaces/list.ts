import type {
  CollectionCall,
  CollectionItem,
  CollectionRead,
  CollectionWrite,
  ICollection,
} from './collection.js';
import type { Duration } from './duration.js';

/** Options of a push on a list of limited length. */
export interface CappedPush extends CollectionWrite {
  /** End at which items are pushed; those at the other end are dropped. Default: `first`. */
  readonly end?: 'first' | 'last' | undefined;
}

/** Options of a pop that waits. */
export interface BlockingPop extends CollectionCall {
  /** Maximum time to wait for an item. Default: `wait` of the site. */
  readonly wait?: Duration | undefined;
}

/**
 * Items in an order. Positions count from 0 at the first item, or from -1 at the last. Every call is one atomic step.
 *
 * A popped item is handed out at most once. For work that must not be lost with the process that popped it, use a queue.
 *
 * @example
 * ```ts
 * const recent = collections.getList<string>('recent:7');
 * await recent.pushCapped('/cart', 10); // The ten latest pages, never more.
 * await recent.range(0, 2);
 * ```
 */
export interface IList<T = Uint8Array> extends ICollection {
  /**
   * Pushes one item, or an array of items, at the beginning; the last of them becomes the first item.
   *
   * @returns the number of items of the list afterwards.
   */
  pushFirst(
    items: CollectionItem<T> | readonly CollectionItem<T>[],
    options?: CollectionWrite,
  ): Promise<number>;

  /** Pushes one item, or an array of items, at the end. @returns the number of items of the list afterwards. */
  pushLast(
    items: CollectionItem<T> | readonly CollectionItem<T>[],
    options?: CollectionWrite,
  ): Promise<number>;

  /**
   * Pushes one item, or an array of items, and drops what is then beyond a number of items, in one step: the list is
   * never seen longer.
   *
   * @returns the number of items of the list afterwards.
   */
  pushCapped(
    items: CollectionItem<T> | readonly CollectionItem<T>[],
    cap: number,
    options?: CappedPush,
  ): Promise<number>;

  /** Returns the items from a position to another one, both included. `range(0, -1)` is the whole list. */
  range(start: number, stop: number, options?: CollectionRead): Promise<T[]>;

  /** Returns the item at a position; `undefined` when there is none. */
  at(index: number, options?: CollectionCall): Promise<T | undefined>;

  /** Removes and returns the first item; `undefined` when the list is empty. */
  popFirst(options?: CollectionCall): Promise<T | undefined>;

  /** Removes and returns the last item; `undefined` when the list is empty. */
  popLast(options?: CollectionCall): Promise<T | undefined>;

  /**
   * Removes and returns the first item, and waits for one if the list is empty; whoever waits longest gets it.
   *
   * @returns `undefined` when none came within `wait`.
   * @throws {OperationError} `E_ABORTED`, `not-sent`: no item was taken. With the outcome `unknown`, as after a lost
   *   connection, an item may have been taken, and is lost.
   */
  blockingPopFirst(options?: BlockingPop): Promise<T | undefined>;

  /** Removes and returns the last item, and waits for one, as `blockingPopFirst` does. */
  blockingPopLast(options?: BlockingPop): Promise<T | undefined>;

  /**
   * Removes items that are equal to one.
   *
   * @param count  Maximum number: from the first item on, or from the last one on if negative. Default: 0, all.
   * @returns the number of removed items.
   */
  remove(item: CollectionItem<T>, count?: number, options?: CollectionCall): Promise<number>;

  /** Keeps the items from a position to another one, both included, and removes all others. */
  trim(start: number, stop: number, options?: CollectionCall): Promise<void>;

  /** Returns the number of items. */
  size(options?: CollectionCall): Promise<number>;

  /**
   * Iterates over the items, page by page, from the first to the last. When the list changes meanwhile, items may be
   * missing, or be reported twice.
   */
  items(options?: CollectionCall): AsyncIterable<T>;
}
