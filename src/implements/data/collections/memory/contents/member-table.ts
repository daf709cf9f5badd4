import { randomInt } from 'node:crypto';
import { type Content, ITEM_BYTES } from './content.js';

/** Members of a set: a random one is found in constant time. */
export class MemberTable implements Content {
  readonly #places = new Map<string, number>();
  readonly #members: string[] = [];
  #bytes = 0;

  get size(): number {
    return this.#members.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  has(member: string): boolean {
    return this.#places.has(member);
  }

  /** @returns `true` when the member is new. */
  add(member: string): boolean {
    if (this.#places.has(member)) return false;
    this.#places.set(member, this.#members.push(member) - 1);
    this.#bytes += member.length + ITEM_BYTES;
    return true;
  }

  delete(member: string): boolean {
    const place = this.#places.get(member);
    if (place === undefined) return false;
    const last = this.#members.pop() as string;
    if (last !== member) {
      this.#members[place] = last;
      this.#places.set(last, place);
    }
    this.#bytes -= member.length + ITEM_BYTES;
    return this.#places.delete(member);
  }

  random(): string {
    return this.#members[randomInt(this.#members.length)] as string;
  }

  all(): string[] {
    return [...this.#members];
  }
}
