import type { CollectionLife } from '../../../../interfaces/collection.js';
import type { ScoreCondition } from '../../../../interfaces/sorted-set.js';

/** Options of a checked call. */
export interface StoreCall {
  readonly signal: AbortSignal | undefined;
}

/** Options of a checked call that may create its collection. */
export interface StoreWrite extends StoreCall {
  /** Life of a collection that has none afterwards; `undefined` leaves it without. */
  readonly lifeMs: number | undefined;
}

/** Options of a checked call that returns many items. */
export interface StoreRead extends StoreCall {
  readonly limit: number;
}

/** End of a list. */
export type ListEnd = 'first' | 'last';
/** Operation on several sets. */
export type SetOperation = 'union' | 'intersection' | 'difference';

/** A bound of scores. */
export interface Bound {
  readonly score: number;
  readonly isExclusive: boolean;
}

/** A member in bytes, and its score. */
export interface Scored {
  readonly member: Buffer;
  readonly score: number;
}

/** Members of a sorted set, and which of them are asked for. */
export interface ScoreRange {
  readonly min: Bound;
  readonly max: Bound;
  readonly reverse: boolean;
  readonly offset: number;
  /** `undefined`: all. */
  readonly count: number | undefined;
}

/** Calls that all collections share. */
export interface KeyStore {
  expire(name: string, ms: number, call: StoreCall): Promise<boolean>;
  lifeOf(name: string, call: StoreCall): Promise<CollectionLife>;
  delete(name: string, call: StoreCall): Promise<boolean>;
}

export interface CounterStore {
  increment(name: string, by: bigint, call: StoreWrite): Promise<bigint>;
  incrementFloat(name: string, by: number, call: StoreWrite): Promise<number>;
  /** Returns the value as text; `undefined` when it is absent. */
  read(name: string, call: StoreCall): Promise<string | undefined>;
  reset(name: string, call: StoreCall): Promise<bigint>;
}

/** Fields are bytes, too: another program may have written what is no text. */
export interface HashStore {
  /** @param words  Field, value, field, value … */
  set(name: string, words: readonly Buffer[], call: StoreWrite): Promise<number>;
  get(name: string, fields: readonly Buffer[], call: StoreCall): Promise<(Buffer | undefined)[]>;
  /** Returns field, value, field, value … */
  all(name: string, call: StoreRead): Promise<Buffer[]>;
  increment(name: string, field: Buffer, by: bigint, call: StoreWrite): Promise<bigint>;
  incrementFloat(name: string, field: Buffer, by: number, call: StoreWrite): Promise<number>;
  remove(name: string, fields: readonly Buffer[], call: StoreCall): Promise<number>;
  has(name: string, field: Buffer, call: StoreCall): Promise<boolean>;
  size(name: string, call: StoreCall): Promise<number>;
  scan(name: string, call: StoreCall): AsyncIterable<readonly Buffer[]>;
}

export interface ListStore {
  push(name: string, end: ListEnd, items: readonly Buffer[], call: StoreWrite): Promise<number>;
  pushCapped(
    name: string,
    end: ListEnd,
    items: readonly Buffer[],
    cap: number,
    call: StoreWrite,
  ): Promise<number>;
  range(name: string, start: number, stop: number, call: StoreRead): Promise<Buffer[]>;
  at(name: string, index: number, call: StoreCall): Promise<Buffer | undefined>;
  pop(name: string, end: ListEnd, call: StoreCall): Promise<Buffer | undefined>;
  blockingPop(name: string, end: ListEnd, waitMs: number, call: StoreCall): Promise<Buffer | undefined>;
  remove(name: string, item: Buffer, count: number, call: StoreCall): Promise<number>;
  trim(name: string, start: number, stop: number, call: StoreCall): Promise<void>;
  size(name: string, call: StoreCall): Promise<number>;
}

export interface SetStore {
  add(name: string, members: readonly Buffer[], call: StoreWrite): Promise<number>;
  remove(name: string, members: readonly Buffer[], call: StoreCall): Promise<number>;
  has(name: string, member: Buffer, call: StoreCall): Promise<boolean>;
  size(name: string, call: StoreCall): Promise<number>;
  random(name: string, call: StoreCall): Promise<Buffer | undefined>;
  pop(name: string, call: StoreCall): Promise<Buffer | undefined>;
  scan(name: string, call: StoreCall): AsyncIterable<readonly Buffer[]>;
  combine(operation: SetOperation, names: readonly string[], call: StoreRead): Promise<Buffer[]>;
  /** @throws {ArgumentError} when the sets cannot be combined in one step. */
  combineInto(
    target: string,
    operation: SetOperation,
    names: readonly string[],
    call: StoreWrite,
  ): Promise<number>;
}

export interface SortedSetStore {
  add(
    name: string,
    entries: readonly Scored[],
    when: ScoreCondition | undefined,
    call: StoreWrite,
  ): Promise<number>;
  increment(name: string, member: Buffer, by: number, call: StoreWrite): Promise<number>;
  score(name: string, member: Buffer, call: StoreCall): Promise<number | undefined>;
  rank(name: string, member: Buffer, reverse: boolean, call: StoreCall): Promise<number | undefined>;
  range(name: string, start: number, stop: number, reverse: boolean, call: StoreRead): Promise<Scored[]>;
  rangeByScore(name: string, range: ScoreRange, call: StoreRead): Promise<Scored[]>;
  /** Returns the rank of the first entry, and the entries; `undefined` when the member is absent. */
  around(
    name: string,
    member: Buffer,
    distance: number,
    reverse: boolean,
    call: StoreCall,
  ): Promise<{ readonly first: number; readonly entries: Scored[] } | undefined>;
  remove(name: string, members: readonly Buffer[], call: StoreCall): Promise<number>;
  removeByRank(name: string, start: number, stop: number, call: StoreCall): Promise<number>;
  removeByScore(name: string, min: Bound, max: Bound, call: StoreCall): Promise<number>;
  count(name: string, min: Bound, max: Bound, call: StoreCall): Promise<number>;
  size(name: string, call: StoreCall): Promise<number>;
  scan(name: string, call: StoreCall): AsyncIterable<readonly Scored[]>;
}

/** The place that collections are in: everything that arrives here is checked. */
export interface CollectionStore {
  readonly keys: KeyStore;
  readonly counters: CounterStore;
  readonly hashes: HashStore;
  readonly lists: ListStore;
  readonly sets: SetStore;
  readonly sortedSets: SortedSetStore;
}
