import { type Content, ITEM_BYTES } from './content.js';

/** Members of one chunk before it is split. */
const CHUNK = 512;

/** A member and its score. */
export interface Ranked {
  readonly member: string;
  readonly score: number;
}

/**
 * Members in the order of their scores, and of their bytes where scores are equal: a list of sorted chunks, so that a
 * change moves a few hundred members at most, and a rank is a sum over the chunks.
 */
export class RankedMembers implements Content {
  readonly #scores = new Map<string, number>();
  readonly #chunks: Ranked[][] = [];
  #bytes = 0;

  get size(): number {
    return this.#scores.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  score(member: string): number | undefined {
    return this.#scores.get(member);
  }

  /** @returns `true` when the member is new. */
  set(member: string, score: number): boolean {
    const before = this.#scores.get(member);
    if (before === score) return false;
    if (before === undefined) this.#bytes += member.length + ITEM_BYTES;
    else this.#take({ member, score: before });
    this.#scores.set(member, score);
    this.#put({ member, score });
    return before === undefined;
  }

  delete(member: string): boolean {
    const score = this.#scores.get(member);
    if (score === undefined) return false;
    this.#take({ member, score });
    this.#bytes -= member.length + ITEM_BYTES;
    return this.#scores.delete(member);
  }

  rank(member: string): number | undefined {
    const score = this.#scores.get(member);
    if (score === undefined) return undefined;
    return this.#before((entry) => isBefore(entry, { member, score }));
  }

  /** Number of members whose scores are less than one, or not greater than it. */
  below(score: number, orEqual: boolean): number {
    return this.#before((entry) => (orEqual ? entry.score <= score : entry.score < score));
  }

  /** Members from a rank up to another one, which is not included. */
  slice(from: number, to: number): Ranked[] {
    const found: Ranked[] = [];
    let first = 0;
    for (const chunk of this.#chunks) {
      if (first >= to) break;
      if (first + chunk.length > from)
        found.push(...chunk.slice(Math.max(0, from - first), Math.max(0, to - first)));
      first += chunk.length;
    }
    return found;
  }

  /** Number of members at the beginning that meet a condition. */
  #before(meets: (entry: Ranked) => boolean): number {
    const at = partition(this.#chunks, (chunk) => meets(chunk.at(-1) as Ranked));
    let count = 0;
    for (let index = 0; index < at; index++) count += (this.#chunks[index] as Ranked[]).length;
    return count + partition(this.#chunks[at] ?? [], meets);
  }

  #put(entry: Ranked): void {
    const precedes = (other: Ranked): boolean => isBefore(other, entry);
    const at = partition(this.#chunks, (chunk) => precedes(chunk.at(-1) as Ranked));
    const chunk = this.#chunks[at] ?? this.#chunks.at(-1);
    if (chunk === undefined) {
      this.#chunks.push([entry]);
      return;
    }
    chunk.splice(partition(chunk, precedes), 0, entry);
    if (chunk.length <= CHUNK) return;
    const place = Math.min(at, this.#chunks.length - 1);
    this.#chunks.splice(place + 1, 0, chunk.splice(CHUNK >> 1));
  }

  #take(entry: Ranked): void {
    const precedes = (other: Ranked): boolean => isBefore(other, entry);
    const at = partition(this.#chunks, (chunk) => precedes(chunk.at(-1) as Ranked));
    const chunk = this.#chunks[at] as Ranked[];
    chunk.splice(partition(chunk, precedes), 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }
}

function isBefore(one: Ranked, other: Ranked): boolean {
  return one.score < other.score || (one.score === other.score && one.member < other.member);
}

/** Index of the first item of a sorted list that does not meet a condition. */
function partition<T>(list: readonly T[], meets: (item: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (meets(list[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
