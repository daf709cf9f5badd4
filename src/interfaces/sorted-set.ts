import type {
  CollectionCall,
  CollectionItem,
  CollectionRead,
  CollectionWrite,
  ICollection,
} from './collection.js';

/** A member and its score. */
export interface ScoredMember<T> {
  readonly member: T;
  readonly score: number;
}

/** A member, its score and its place, counted from 0. */
export interface RankedMember<T> extends ScoredMember<T> {
  readonly rank: number;
}

/** End of a range of scores: included, or excluded. */
export type ScoreBound = number | { readonly exclusive: number };

/** Condition of a new score: the member is absent, is present, or would get a greater or a lesser score (or is absent). */
export type ScoreCondition = 'absent' | 'present' | 'greater' | 'less';

/** Options of `add`. */
export interface ScoreWrite extends CollectionWrite {
  /** Leaves members alone for which this does not hold. Default: every member gets its score. */
  readonly when?: ScoreCondition | undefined;
}

/** Options of a range of ranks. */
export interface RankRead extends CollectionRead {
  /** Begins with the greatest score. Default: `false`. */
  readonly reverse?: boolean | undefined;
}

/** Options of a range of scores. */
export interface ScoreRead extends RankRead {
  /** Number of members to skip. Default: 0. */
  readonly offset?: number | undefined;
  /** Number of members to return: a page. Default: all. */
  readonly count?: number | undefined;
}

/**
 * Members in the order of their scores. Members of one score are in the order of their bytes: as text without
 * distinction of languages, `B` before `a`. In reverse, that order is reversed too. Every call is one atomic step.
 *
 * Scores are numbers, with both infinities and without NaN; -0 is 0.
 *
 * @example
 * ```ts
 * await board.incrementScore('ada', 10);
 * const top = await board.range(0, 9, { reverse: true }); // The ten best.
 * const near = await board.around('ada', 2, { reverse: true }); // Two better ones, ada, two worse ones.
 * ```
 */
export interface ISortedSet<T = Uint8Array> extends ICollection {
  /** Adds a member, or changes its score. @returns 1 when the member is new, else 0. */
  add(member: CollectionItem<T>, score: number, options?: ScoreWrite): Promise<number>;

  /** Adds several members, or changes their scores. @returns the number of members that are new. */
  addMany(
    entries: Iterable<readonly [member: CollectionItem<T>, score: number]>,
    options?: ScoreWrite,
  ): Promise<number>;

  /** Adds to the score of a member; that of an absent one is 0. @param by  Default: 1. @returns the score afterwards. */
  incrementScore(member: CollectionItem<T>, by?: number, options?: CollectionWrite): Promise<number>;

  /** Returns the score of a member; `undefined` when it is absent. */
  score(member: CollectionItem<T>, options?: CollectionCall): Promise<number | undefined>;

  /** Returns the place of a member, from 0 for the least score; `undefined` when it is absent. */
  rank(member: CollectionItem<T>, options?: CollectionCall): Promise<number | undefined>;

  /** Returns the place of a member, from 0 for the greatest score; `undefined` when it is absent. */
  reverseRank(member: CollectionItem<T>, options?: CollectionCall): Promise<number | undefined>;

  /** Returns the members from a place to another one, both included; the last one is -1. */
  range(start: number, stop: number, options?: RankRead): Promise<ScoredMember<T>[]>;

  /** Returns the members whose scores are between two bounds, whatever the order. */
  rangeByScore(min: ScoreBound, max: ScoreBound, options?: ScoreRead): Promise<ScoredMember<T>[]>;

  /**
   * Returns a member with its neighbours, and their ranks (`reverse`: reverse ranks), in one step.
   *
   * @param distance  Number of neighbours on each side.
   * @returns an empty array when the member is absent.
   */
  around(member: CollectionItem<T>, distance: number, options?: RankRead): Promise<RankedMember<T>[]>;

  /** Removes one member, or an array of members. @returns the number of members that were there. */
  remove(
    members: CollectionItem<T> | readonly CollectionItem<T>[],
    options?: CollectionCall,
  ): Promise<number>;

  /** Removes the members from a place to another one, both included. @returns their number. */
  removeByRank(start: number, stop: number, options?: CollectionCall): Promise<number>;

  /** Removes the members whose scores are between two bounds. @returns their number. */
  removeByScore(min: ScoreBound, max: ScoreBound, options?: CollectionCall): Promise<number>;

  /** Returns the number of members whose scores are between two bounds. Default: of all. */
  count(min?: ScoreBound, max?: ScoreBound, options?: CollectionCall): Promise<number>;

  /** Returns the number of members. */
  size(options?: CollectionCall): Promise<number>;

  /**
   * Iterates over all members, page by page, in any order. A member that is there from the beginning to the end is
   * reported; one that changes meanwhile may be reported or not, or twice.
   */
  entries(options?: CollectionCall): AsyncIterable<ScoredMember<T>>;
}
