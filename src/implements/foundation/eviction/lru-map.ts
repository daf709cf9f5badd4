import type { Bounds } from './bounded-map.js';

/** Number of entries that each write checks for expiry. Half as many writes as there are entries check all of them. */
const SWEEP_STEPS = 2;

interface Node<V> {
  readonly key: string;
  value: V;
  weight: number;
  expiresAt: number;
  newer: Node<V> | undefined;
  older: Node<V> | undefined;
}

/**
 * A bounded map that evicts the least recently used entry first (LRU), for entries whose frequency of use says nothing
 * of their worth, such as fences. Every call costs O(1), except one that evicts several light entries for a heavy one.
 * The memory of an expired entry is reclaimed by a read, by an eviction, or by the two entries that every write checks.
 */
export class LruMap<V> {
  readonly #nodes = new Map<string, Node<V>>();
  readonly #bounds: Bounds;
  #newest: Node<V> | undefined;
  #oldest: Node<V> | undefined;
  #sweeper: IterableIterator<Node<V>> | undefined;
  #weight = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#nodes.size;
  }

  get weight(): number {
    return this.#weight;
  }

  get(key: string, now: number): V | undefined {
    const node = this.#find(key, now);
    if (node === undefined) return undefined;
    if (node !== this.#newest) {
      this.#unlink(node);
      this.#link(node);
    }
    return node.value;
  }

  peek(key: string, now: number): V | undefined {
    return this.#find(key, now)?.value;
  }

  expiresAt(key: string, now: number): number | undefined {
    return this.#find(key, now)?.expiresAt;
  }

  set(key: string, value: V, weight: number, expiresAt: number, now: number): boolean {
    if (weight > this.#bounds.maxWeight) return false;
    const known = this.#nodes.get(key);
    if (known !== undefined) this.#remove(known);
    this.#sweep(now);
    const node: Node<V> = { key, value, weight, expiresAt, newer: undefined, older: undefined };
    this.#nodes.set(key, node);
    this.#weight += weight;
    this.#link(node);
    while (this.#oldest !== undefined && this.#exceedsBounds()) this.#remove(this.#oldest);
    return true;
  }

  setExpiresAt(key: string, expiresAt: number, now: number): boolean {
    const node = this.#find(key, now);
    if (node === undefined) return false;
    node.expiresAt = expiresAt;
    return true;
  }

  delete(key: string, now: number): boolean {
    const node = this.#find(key, now);
    if (node === undefined) return false;
    this.#remove(node);
    return true;
  }

  *keys(now: number): IterableIterator<string> {
    for (const node of this.#nodes.values()) {
      if (node.expiresAt > now) yield node.key;
    }
  }

  #exceedsBounds(): boolean {
    return this.#nodes.size > this.#bounds.maxEntries || this.#weight > this.#bounds.maxWeight;
  }

  /** Finds the node of a key that is present, and removes one that has expired. */
  #find(key: string, now: number): Node<V> | undefined {
    const node = this.#nodes.get(key);
    if (node === undefined || node.expiresAt > now) return node;
    this.#remove(node);
    return undefined;
  }

  #sweep(now: number): void {
    for (let step = 0; step < SWEEP_STEPS; step++) {
      this.#sweeper ??= this.#nodes.values();
      const { done, value: node } = this.#sweeper.next();
      if (done) this.#sweeper = undefined;
      else if (node.expiresAt <= now) this.#remove(node);
    }
  }

  #remove(node: Node<V>): void {
    this.#nodes.delete(node.key);
    this.#weight -= node.weight;
    this.#unlink(node);
  }

  #link(node: Node<V>): void {
    node.older = this.#newest;
    node.newer = undefined;
    if (this.#newest !== undefined) this.#newest.newer = node;
    this.#newest = node;
    this.#oldest ??= node;
  }

  #unlink(node: Node<V>): void {
    if (node.newer !== undefined) node.newer.older = node.older;
    else this.#newest = node.older;
    if (node.older !== undefined) node.older.newer = node.newer;
    else this.#oldest = node.newer;
  }
}
