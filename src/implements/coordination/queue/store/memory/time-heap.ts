/** Entry of a heap, which is due at some time. */
interface Timed<T> {
  readonly at: number;
  /** Entries of one time are in the order of their arrival. */
  readonly order: number;
  readonly item: T;
}

/** Items by the time at which they are due, the earliest first. An item may be in it several times. */
export class TimeHeap<T> {
  readonly #entries: Timed<T>[] = [];
  #order = 0;

  /** Earliest entry. */
  get first(): { readonly at: number; readonly item: T } | undefined {
    return this.#entries[0];
  }

  push(at: number, item: T): void {
    const entries = this.#entries;
    const entry = { at, order: this.#order++, item };
    let index = entries.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = entries[parent] as Timed<T>;
      if (!isBefore(entry, above)) break;
      entries[index] = above;
      index = parent;
    }
    entries[index] = entry;
  }

  /** Removes the earliest entry. */
  pop(): void {
    const entries = this.#entries;
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= entries.length) break;
      const right = entries[child + 1];
      if (right !== undefined && isBefore(right, entries[child] as Timed<T>)) child++;
      const below = entries[child] as Timed<T>;
      if (!isBefore(below, last)) break;
      entries[index] = below;
      index = child;
    }
    entries[index] = last;
  }

  clear(): void {
    this.#entries.length = 0;
  }
}

function isBefore(one: Timed<unknown>, other: Timed<unknown>): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
