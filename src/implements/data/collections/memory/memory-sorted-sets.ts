import type { ScoreCondition } from '../../../../interfaces/sorted-set.js';
import type {
  Bound,
  Scored,
  ScoreRange,
  SortedSetStore,
  StoreCall,
  StoreRead,
  StoreWrite,
} from '../store/collection-store.js';
import { type Places, places } from '../store/places.js';
import { refusals } from '../store/refusals.js';
import { given, ITEM_BYTES, kept } from './contents/content.js';
import type { Ranked, RankedMembers } from './contents/ranked-members.js';
import type { MemoryKeys } from './memory-keys.js';
import { pages } from './pages.js';

/** Sorted sets in memory. */
export class MemorySortedSets implements SortedSetStore {
  readonly #keys: MemoryKeys;

  constructor(keys: MemoryKeys) {
    this.#keys = keys;
  }

  async add(
    name: string,
    entries: readonly Scored[],
    when: ScoreCondition | undefined,
    { lifeMs }: StoreWrite,
  ): Promise<number> {
    const texts = entries.map(({ member, score }) => ({ member: kept(member), score }));
    const before = this.#keys.find(name, 'sortedSet');
    const added = new Set<string>();
    if (when !== 'present')
      for (const { member } of texts) if (before?.score(member) === undefined) added.add(member);
    let more = 0;
    for (const member of added) more += member.length + ITEM_BYTES;
    return this.#keys.change(name, 'sortedSet', { more, lifeMs }, (members) => {
      let count = 0;
      for (const { member, score } of texts)
        if (isMet(when, members.score(member), score) && members.set(member, score)) count++;
      return count;
    });
  }

  async increment(name: string, member: Buffer, by: number, { lifeMs }: StoreWrite): Promise<number> {
    const text = kept(member);
    const before = this.#keys.find(name, 'sortedSet')?.score(text);
    const score = (before ?? 0) + by;
    if (Number.isNaN(score)) throw refusals.noNumber();
    const more = before === undefined ? text.length + ITEM_BYTES : 0;
    this.#keys.change(name, 'sortedSet', { more, lifeMs }, (members) => members.set(text, score));
    return score;
  }

  async score(name: string, member: Buffer): Promise<number | undefined> {
    return this.#keys.find(name, 'sortedSet')?.score(kept(member));
  }

  async rank(name: string, member: Buffer, reverse: boolean): Promise<number | undefined> {
    return rankIn(this.#keys.find(name, 'sortedSet'), member, reverse);
  }

  async range(
    name: string,
    start: number,
    stop: number,
    reverse: boolean,
    { limit }: StoreRead,
  ): Promise<Scored[]> {
    const members = this.#keys.find(name, 'sortedSet');
    if (members === undefined) return [];
    const { from, to } = places(start, stop, members.size);
    if (to - from > limit) throw refusals.tooLarge(limit);
    return scored(members, { from, to }, reverse);
  }

  async rangeByScore(
    name: string,
    { min, max, reverse, offset, count = Number.POSITIVE_INFINITY }: ScoreRange,
    { limit }: StoreRead,
  ): Promise<Scored[]> {
    const members = this.#keys.find(name, 'sortedSet');
    if (members === undefined) return [];
    const all = between(members, min, max);
    const [first, end] = reverse ? [members.size - all.to, members.size - all.from] : [all.from, all.to];
    const from = Math.min(end, first + offset);
    const to = Math.min(end, from + count);
    if (to - from > limit) throw refusals.tooLarge(limit);
    return scored(members, { from, to }, reverse);
  }

  async around(
    name: string,
    member: Buffer,
    distance: number,
    reverse: boolean,
  ): Promise<{ readonly first: number; readonly entries: Scored[] } | undefined> {
    const members = this.#keys.find(name, 'sortedSet');
    const rank = rankIn(members, member, reverse);
    if (members === undefined || rank === undefined) return undefined;
    const first = Math.max(0, rank - distance);
    const to = Math.min(members.size, rank + distance + 1);
    return { first, entries: scored(members, { from: first, to }, reverse) };
  }

  async remove(name: string, removed: readonly Buffer[]): Promise<number> {
    return this.#delete(name, () => removed.map(kept));
  }

  async removeByRank(name: string, start: number, stop: number): Promise<number> {
    return this.#delete(name, (members) => {
      const { from, to } = places(start, stop, members.size);
      return members.slice(from, to).map(({ member }) => member);
    });
  }

  async removeByScore(name: string, min: Bound, max: Bound): Promise<number> {
    return this.#delete(name, (members) => {
      const { from, to } = between(members, min, max);
      return members.slice(from, to).map(({ member }) => member);
    });
  }

  async count(name: string, min: Bound, max: Bound): Promise<number> {
    const members = this.#keys.find(name, 'sortedSet');
    if (members === undefined) return 0;
    const { from, to } = between(members, min, max);
    return to - from;
  }

  async size(name: string): Promise<number> {
    return this.#keys.find(name, 'sortedSet')?.size ?? 0;
  }

  scan(name: string, _call: StoreCall): AsyncIterable<readonly Scored[]> {
    return pages(() => {
      const members = this.#keys.find(name, 'sortedSet');
      return members === undefined ? [] : scored(members, { from: 0, to: members.size }, false);
    });
  }

  #delete(name: string, found: (members: RankedMembers) => readonly string[]): number {
    return this.#keys.change(
      name,
      'sortedSet',
      { more: 0 },
      (members) => found(members).filter((member) => members.delete(member)).length,
    );
  }
}

function isMet(when: ScoreCondition | undefined, before: number | undefined, score: number): boolean {
  if (when === undefined) return true;
  if (before === undefined) return when !== 'present';
  if (when === 'greater') return score > before;
  if (when === 'less') return score < before;
  return when === 'present';
}

function rankIn(members: RankedMembers | undefined, member: Buffer, reverse: boolean): number | undefined {
  const rank = members?.rank(kept(member));
  return rank === undefined || !reverse ? rank : (members?.size ?? 0) - 1 - rank;
}

/** Ranks of the members between two bounds. */
function between(members: RankedMembers, min: Bound, max: Bound): Places {
  const from = members.below(min.score, min.isExclusive);
  const to = members.below(max.score, !max.isExclusive);
  return { from: Math.min(from, to), to };
}

function scored(members: RankedMembers, { from, to }: Places, reverse: boolean): Scored[] {
  const found: readonly Ranked[] = reverse
    ? members.slice(members.size - to, members.size - from).reverse()
    : members.slice(from, to);
  return found.map(({ member, score }) => ({ member: given(member), score }));
}
