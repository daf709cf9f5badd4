/** Number of taken items in front of the list at which it is copied. */
const SPENT = 64;

/** Items in their order; some may be put in front again. */
export class ReadyList<T> {
  #items: (T | undefined)[] = [];
  #first = 0;
  /** Items that go before all others, the next one last. */
  readonly #again: T[] = [];

  get length(): number {
    return this.#items.length - this.#first + this.#again.length;
  }

  get first(): T | undefined {
    return this.#again.at(-1) ?? this.#items[this.#first];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  unshift(item: T): void {
    this.#again.push(item);
  }

  shift(): T | undefined {
    if (this.#again.length > 0) return this.#again.pop();
    if (this.#first === this.#items.length) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first++] = undefined;
    if (this.#first >= SPENT && this.#first * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#first = 0;
    this.#again.length = 0;
  }
}
