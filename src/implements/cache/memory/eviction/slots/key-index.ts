import { keyHash } from './key-hash.js';
import * as slots from './slot-queues.js';

const { NO_SLOT } = slots;

/** Cells for the fresh, as a share of the entries; and how many there are at least and at most. */
const FRESH_SHARE = 1 / 8;
const FEWEST_CELLS = 16;
const MOST_CELLS = 2 ** 16;
/** Keys that one step of a walk through all puts into the `Map`. */
const SETTLED_AT_ONCE = 16;
/** A cell is the slot and the hash of its key. */
const CELL = 1;

/**
 * Finds the slots of keys. A newcomer that nobody asks for is gone soon, and to put a key into a `Map` and take it out
 * again is what costs most of a `set`. So a key goes there when it is asked for the first time; until then it is fresh,
 * and lies in a small table, one cell for its hash. Where its cell is taken by one that will be gone as soon, it goes
 * into the `Map` at once (the other would have to be fetched from memory for that); one that has come to stay goes there
 * in its place. So no key makes another slower than it would be without this table.
 */
export class KeyIndex {
  /** Of each slot; empty where it is free. */
  readonly keys: string[];
  /** Of the key that was looked for last and is absent. */
  hash = 0;

  private readonly settled = new Map<string, number>();
  private readonly cells: Int32Array;
  private readonly mask: number;
  /** The key that was looked for last and is absent: mostly the next to be added, and not to be looked for again. */
  private missing = '';
  private isMissing = false;

  /**
   * @param entries  At most.
   * @param reserved  Slots to lay out at once.
   * @param seed  Of the hash.
   */
  constructor(
    entries: number,
    reserved: number,
    private readonly seed: number,
  ) {
    const wanted = Math.max(FEWEST_CELLS, Math.min(MOST_CELLS, entries * FRESH_SHARE));
    const cells = 1 << Math.ceil(Math.log2(wanted)); // By `**` it would be a floating point number, at each use.
    this.keys = new Array<string>(reserved).fill('');
    this.cells = new Int32Array(cells << CELL);
    this.mask = cells - 1;
  }

  /** The slot of a key, or `NO_SLOT`; then `hash` is that of the key. */
  find(key: string): number {
    const slot = this.settled.get(key);
    return slot === undefined ? this.findFresh(key) : slot;
  }

  /** The same, for who has mostly looked for that key just before. */
  findAgain(key: string): number {
    return this.isMissing && key === this.missing ? NO_SLOT : this.find(key);
  }

  private findFresh(key: string): number {
    const { cells } = this;
    const hash = keyHash(key, this.seed);
    const cell = (hash & this.mask) << CELL;
    if (cells[cell + 1] === hash) {
      const slot = cells[cell] as number;
      if (slot !== NO_SLOT && this.keys[slot] === key) {
        this.settle(cell);
        return slot;
      }
    }
    this.hash = hash;
    this.missing = key;
    this.isMissing = true;
    return NO_SLOT;
  }

  /** The slot whose key is in the cell of the key that was looked for last; or `NO_SLOT`. */
  get rival(): number {
    return this.cells[(this.hash & this.mask) << CELL] as number;
  }

  /** Puts the key that was looked for last into a slot; one that is no longer fresh leaves the cell for it. */
  add(key: string, slot: number, isRivalFresh: boolean): void {
    const { cells, hash } = this;
    const cell = (hash & this.mask) << CELL;
    this.keys[slot] = key;
    this.isMissing = false;
    if (cells[cell] !== NO_SLOT) {
      if (isRivalFresh) {
        this.settled.set(key, slot);
        return;
      }
      this.settle(cell);
    }
    cells[cell] = slot;
    cells[cell + 1] = hash;
  }

  /** Finds a slot no longer; its key stays, until `add` or `free`. @param hash  What `hash` was at `add`. */
  remove(slot: number, hash: number): void {
    const cell = (hash & this.mask) << CELL;
    if (this.cells[cell] === slot) this.cells[cell] = NO_SLOT;
    else this.settled.delete(this.keys[slot] as string);
  }

  /**
   * Every key and its slot: what is added meanwhile may come or not, the others come once. The fresh settle on the way, a
   * few each step, always ahead of the walk.
   */
  *entries(): IterableIterator<[string, number]> {
    const { cells } = this;
    const walk = this.settled.entries();
    for (let cell = 0; ; ) {
      for (let settled = 0; settled < SETTLED_AT_ONCE && cell < cells.length; cell += 1 << CELL) {
        if (cells[cell] === NO_SLOT) continue;
        this.settle(cell);
        settled++;
      }
      const { done, value } = walk.next();
      if (done) return;
      yield value;
    }
  }

  private settle(cell: number): void {
    const slot = this.cells[cell] as number;
    this.cells[cell] = NO_SLOT;
    this.settled.set(this.keys[slot] as string, slot);
  }
}
