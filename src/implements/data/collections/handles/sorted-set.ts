import type {
  CollectionCall,
  CollectionItem,
  CollectionRead,
  CollectionWrite,
} from '../../../../interfaces/collection.js';
import { ArgumentError } from '../../../../interfaces/errors.js';
import type {
  ISortedSet,
  RankedMember,
  RankRead,
  ScoreBound,
  ScoreCondition,
  ScoredMember,
  ScoreRead,
  ScoreWrite,
} from '../../../../interfaces/sorted-set.js';
import { describe } from '../../../foundation/describe.js';
import type { Scored, StoreRead } from '../store/collection-store.js';
import {
  checkedBound,
  checkedCount,
  checkedFlag,
  checkedIndex,
  checkedOptions,
  checkedScore,
  collectionCall,
  collectionRead,
  collectionWrite,
} from './checks.js';
import { Collection } from './collection.js';

const CONDITIONS: readonly unknown[] = ['absent', 'present', 'greater', 'less'] satisfies ScoreCondition[];

type Given<T> = CollectionItem<T> | readonly CollectionItem<T>[];

/** A sorted set by name. */
export class SortedSet<T> extends Collection implements ISortedSet<T> {
  add(member: CollectionItem<T>, score: number, options?: ScoreWrite): Promise<number> {
    return this.addMany([[member, score]], options);
  }

  async addMany(
    entries: Iterable<readonly [member: CollectionItem<T>, score: number]>,
    options?: ScoreWrite,
  ): Promise<number> {
    const scored = this.#scored(entries);
    const { when, ...rest } = checkedOptions<ScoreWrite>(options);
    if (when !== undefined && !CONDITIONS.includes(when))
      throw new ArgumentError(`expected when as one of ${CONDITIONS.join(', ')}, got ${describe(when)}`);
    const call = collectionWrite(rest);
    const { sortedSets } = this.store;
    return scored.length === 0 ? 0 : sortedSets.add(this.name, scored, when, call);
  }

  async incrementScore(member: CollectionItem<T>, by = 1, options?: CollectionWrite): Promise<number> {
    const bytes = this.parts.items.encode(member);
    const amount = checkedScore(by);
    const call = collectionWrite(options);
    return this.store.sortedSets.increment(this.name, bytes, amount, call);
  }

  async score(member: CollectionItem<T>, options?: CollectionCall): Promise<number | undefined> {
    const bytes = this.parts.items.encode(member);
    const call = collectionCall(options);
    return this.store.sortedSets.score(this.name, bytes, call);
  }

  rank(member: CollectionItem<T>, options?: CollectionCall): Promise<number | undefined> {
    return this.#rank(member, false, options);
  }

  reverseRank(member: CollectionItem<T>, options?: CollectionCall): Promise<number | undefined> {
    return this.#rank(member, true, options);
  }

  async range(start: number, stop: number, options?: RankRead): Promise<ScoredMember<T>[]> {
    const [from, to] = [checkedIndex(start, 'start'), checkedIndex(stop, 'stop')];
    const { reverse, call } = this.#read(options);
    return this.#decoded(await this.store.sortedSets.range(this.name, from, to, reverse, call));
  }

  async rangeByScore(min: ScoreBound, max: ScoreBound, options?: ScoreRead): Promise<ScoredMember<T>[]> {
    const bounds = { min: checkedBound(min, 'min'), max: checkedBound(max, 'max') };
    const { offset = 0, count, ...rest } = checkedOptions<ScoreRead>(options);
    const { reverse, call } = this.#read(rest);
    const skipped = checkedCount(offset, 'offset', 0);
    const page = count === undefined ? undefined : checkedCount(count, 'count', 1);
    const range = { ...bounds, reverse, offset: skipped, count: page };
    return this.#decoded(await this.store.sortedSets.rangeByScore(this.name, range, call));
  }

  async around(member: CollectionItem<T>, distance: number, options?: RankRead): Promise<RankedMember<T>[]> {
    const bytes = this.parts.items.encode(member);
    const { reverse, call } = this.#read(options);
    const each = checkedCount(distance, 'distance', 0);
    if (2 * each + 1 > call.limit) {
      throw new ArgumentError(`expected a distance of at most half of the limit ${call.limit}, got ${each}`);
    }
    const found = await this.store.sortedSets.around(this.name, bytes, each, reverse, call);
    if (found === undefined) return [];
    return this.#decoded(found.entries).map((entry, index) => ({ ...entry, rank: found.first + index }));
  }

  async remove(members: Given<T>, options?: CollectionCall): Promise<number> {
    const bytes = this.parts.items.encodeAll(members);
    const call = collectionCall(options);
    const { sortedSets } = this.store;
    return bytes.length === 0 ? 0 : sortedSets.remove(this.name, bytes, call);
  }

  async removeByRank(start: number, stop: number, options?: CollectionCall): Promise<number> {
    const [from, to] = [checkedIndex(start, 'start'), checkedIndex(stop, 'stop')];
    const call = collectionCall(options);
    return this.store.sortedSets.removeByRank(this.name, from, to, call);
  }

  async removeByScore(min: ScoreBound, max: ScoreBound, options?: CollectionCall): Promise<number> {
    const [least, most] = [checkedBound(min, 'min'), checkedBound(max, 'max')];
    const call = collectionCall(options);
    return this.store.sortedSets.removeByScore(this.name, least, most, call);
  }

  async count(
    min: ScoreBound = Number.NEGATIVE_INFINITY,
    max: ScoreBound = Number.POSITIVE_INFINITY,
    options?: CollectionCall,
  ): Promise<number> {
    const [least, most] = [checkedBound(min, 'min'), checkedBound(max, 'max')];
    const call = collectionCall(options);
    return this.store.sortedSets.count(this.name, least, most, call);
  }

  async size(options?: CollectionCall): Promise<number> {
    const call = collectionCall(options);
    return this.store.sortedSets.size(this.name, call);
  }

  async *entries(options?: CollectionCall): AsyncIterableIterator<ScoredMember<T>> {
    const call = collectionCall(options);
    for await (const page of this.store.sortedSets.scan(this.name, call)) {
      for (const entry of this.#decoded(page)) {
        yield entry;
        void this.store;
      }
    }
  }

  async #rank(
    member: CollectionItem<T>,
    reverse: boolean,
    options: CollectionCall | undefined,
  ): Promise<number | undefined> {
    const bytes = this.parts.items.encode(member);
    const call = collectionCall(options);
    return this.store.sortedSets.rank(this.name, bytes, reverse, call);
  }

  #read(options: RankRead | undefined): { readonly reverse: boolean; readonly call: StoreRead } {
    const { reverse, ...rest } = checkedOptions<CollectionRead & { reverse?: unknown }>(options);
    return {
      reverse: checkedFlag(reverse, 'reverse'),
      call: collectionRead(rest, this.parts.items.maxItems),
    };
  }

  #scored(entries: Iterable<readonly [member: CollectionItem<T>, score: number]>): Scored[] {
    if (typeof (entries as Partial<typeof entries> | null | undefined)?.[Symbol.iterator] !== 'function')
      throw new ArgumentError(`expected pairs of a member and its score, got ${describe(entries)}`);
    const pairs = this.parts.items.counted([...entries], 'members');
    return pairs.map((pair) => {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw new ArgumentError(`expected each member with its score as a pair, got ${describe(pair)}`);
      return { member: this.parts.items.encode(pair[0]), score: checkedScore(pair[1]) };
    });
  }

  #decoded(entries: readonly Scored[]): ScoredMember<T>[] {
    return entries.map(({ member, score }) => ({ member: this.parts.items.decode(member) as T, score }));
  }
}
