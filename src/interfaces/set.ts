import type {
  CollectionCall,
  CollectionItem,
  CollectionRead,
  CollectionWrite,
  ICollection,
} from './collection.js';

/** Other sets of an operation, by their names or as they are. */
export type OtherSets = string | ISet<unknown> | readonly (string | ISet<unknown>)[];

/**
 * Different members, in no order: two are equal when their encoded bytes are. Every call is one atomic step, except an
 * operation on sets in several slots of a cluster: each set is then read in a step of its own.
 *
 * @example
 * ```ts
 * const online = collections.getSet<string>('online');
 * await online.add(['ada', 'bob']);
 * await online.intersection('friends:7'); // Members of both sets.
 * ```
 */
export interface ISet<T = Uint8Array> extends ICollection {
  /** Adds one member, or an array of members. @returns the number of members that are new. */
  add(members: CollectionItem<T> | readonly CollectionItem<T>[], options?: CollectionWrite): Promise<number>;

  /** Removes one member, or an array of members. @returns the number of members that were there. */
  remove(
    members: CollectionItem<T> | readonly CollectionItem<T>[],
    options?: CollectionCall,
  ): Promise<number>;

  /** Tells whether a member is there. */
  has(member: CollectionItem<T>, options?: CollectionCall): Promise<boolean>;

  /** Returns the number of members. */
  size(options?: CollectionCall): Promise<number>;

  /** Returns a random member; `undefined` when the set is empty. */
  randomMember(options?: CollectionCall): Promise<T | undefined>;

  /** Removes and returns a random member; `undefined` when the set is empty. */
  pop(options?: CollectionCall): Promise<T | undefined>;

  /**
   * Iterates over all members, page by page. A member that is there from the beginning to the end is reported; one that
   * comes or goes meanwhile may be reported or not, or twice.
   */
  members(options?: CollectionCall): AsyncIterable<T>;

  /** Returns the members of this set or of any other one. */
  union(others: OtherSets, options?: CollectionRead): Promise<T[]>;

  /** Returns the members of this set that all others have too. */
  intersection(others: OtherSets, options?: CollectionRead): Promise<T[]>;

  /** Returns the members of this set that no other one has. */
  difference(others: OtherSets, options?: CollectionRead): Promise<T[]>;

  /**
   * Writes `union` to a set, in place of what it was. On a cluster, all sets must be in one slot: else an
   * `ArgumentError`.
   *
   * @returns the number of its members.
   */
  unionInto(target: string | ISet<unknown>, others: OtherSets, options?: CollectionWrite): Promise<number>;

  /** Writes `intersection` to a set, as `unionInto` does. */
  intersectionInto(
    target: string | ISet<unknown>,
    others: OtherSets,
    options?: CollectionWrite,
  ): Promise<number>;

  /** Writes `difference` to a set, as `unionInto` does. */
  differenceInto(
    target: string | ISet<unknown>,
    others: OtherSets,
    options?: CollectionWrite,
  ): Promise<number>;
}
