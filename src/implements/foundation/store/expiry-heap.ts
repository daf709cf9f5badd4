/** End of the life of a name, as it was when it was added. */
export interface Expiry {
  readonly name: string;
  readonly at: number;
}

/** Ends of lives, the earliest first: a binary heap. */
export class ExpiryHeap {
  #all: Expiry[] = [];

  get size(): number {
    return this.#all.length;
  }

  get first(): Expiry | undefined {
    return this.#all[0];
  }

  add(expiry: Expiry): void {
    const all = this.#all;
    let at = all.length;
    all.push(expiry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = all[above] as Expiry;
      if (parent.at <= expiry.at) break;
      all[at] = parent;
      at = above;
    }
    all[at] = expiry;
  }

  removeFirst(): void {
    const all = this.#all;
    const last = all.pop();
    if (last === undefined || all.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= all.length) break;
      if (below + 1 < all.length && (all[below + 1] as Expiry).at < (all[below] as Expiry).at) below++;
      const child = all[below] as Expiry;
      if (last.at <= child.at) break;
      all[at] = child;
      at = below;
    }
    all[at] = last;
  }

  /** Replaces everything. */
  reset(expiries: Iterable<Expiry> = []): void {
    this.#all = [...expiries].sort((one, other) => one.at - other.at);
  }
}
