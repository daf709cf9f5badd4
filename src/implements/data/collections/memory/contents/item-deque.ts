import { type Content, ITEM_BYTES } from './content.js';

/** Items of a list: both ends are popped in constant time. */
export class ItemDeque implements Content {
  /** Items before those of `#back`, from the last to the first. */
  #front: string[] = [];
  #back: string[] = [];
  #bytes = 0;

  get size(): number {
    return this.#front.length + this.#back.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(end: 'first' | 'last', item: string): void {
    (end === 'first' ? this.#front : this.#back).push(item);
    this.#bytes += item.length + ITEM_BYTES;
  }

  pop(end: 'first' | 'last'): string | undefined {
    if (this.size === 0) return undefined;
    const side = end === 'first' ? this.#front : this.#back;
    if (side.length === 0) this.#share();
    const item = (end === 'first' ? this.#front : this.#back).pop() ?? this.#only();
    this.#bytes -= item.length + ITEM_BYTES;
    return item;
  }

  at(index: number): string | undefined {
    const front = this.#front.length;
    return index < front ? this.#front[front - 1 - index] : this.#back[index - front];
  }

  /** Items from a position up to another one, which is not included. */
  slice(from: number, to: number): string[] {
    const items: string[] = [];
    for (let index = from; index < to; index++) items.push(this.at(index) as string);
    return items;
  }

  replace(items: readonly string[]): void {
    this.#front = [];
    this.#back = [...items];
    this.#bytes = items.reduce((sum, item) => sum + item.length + ITEM_BYTES, 0);
  }

  /** Moves half of the items to the side that has none. */
  #share(): void {
    const all = this.slice(0, this.size);
    const middle = all.length >> 1;
    this.#front = all.slice(0, middle).reverse();
    this.#back = all.slice(middle);
  }

  /** The only item, which is on the other side. */
  #only(): string {
    return (this.#front.pop() ?? this.#back.pop()) as string;
  }
}
