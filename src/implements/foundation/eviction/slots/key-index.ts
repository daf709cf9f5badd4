import { keyHash } from './key-hash.js';
import * as slots from './slot-queues.js';

const { NO_SLOT } = slots;

/** Number of cells for fresh keys as a share of the entries; and its bounds. */
const FRESH_SHARE = 1 / 8;
const FEWEST_CELLS = 16;
const MOST_CELLS = 2 ** 16;
/** Number of fresh keys that one step of an iteration moves into the `Map`. */
const SETTLED_AT_ONCE = 16;
/** Shift of a cell index: a cell holds a slot and the hash of its key. */
const CELL = 1;

/**
 * Finds the slots of keys. Most newcomers are evicted before any lookup, and adding a key to a `Map` and deleting it
 * again is most of the cost of a `set`. So a key enters the `Map` at its first lookup; until then it is fresh, and lies
 * in a small table, one cell for each hash. When its cell holds another fresh newcomer, the key enters the `Map` at
 * once (moving the other would read its memory); when the cell holds a key that has been admitted to main, that key
 * moves to the `Map` instead. So the table makes no key slower than it would be without it.
 */
export class KeyIndex {
  /** Key of each slot; empty when the slot is free. */
  readonly keys: string[];
  /** Hash of the absent key of the last lookup. */
  hash = 0;

  private readonly settled = new Map<string, number>();
  private readonly cells: Int32Array;
  private readonly mask: number;
  /** Absent key of the last lookup: most often the next to be added, without a second lookup. */
  private missing = '';
  private isMissing = false;

  /**
   * @param entries  Maximum number of entries.
   * @param reserved  Number of slots to allocate at once.
   * @param seed  Seed of the hash.
   */
  constructor(
    entries: number,
    reserved: number,
    private readonly seed: number,
  ) {
    const wanted = Math.max(FEWEST_CELLS, Math.min(MOST_CELLS, entries * FRESH_SHARE));
    const cells = 1 << Math.ceil(Math.log2(wanted)); // `**` would make it a floating point number at each use.
    this.keys = new Array<string>(reserved).fill('');
    this.cells = new Int32Array(cells << CELL);
    this.mask = cells - 1;
  }

  /** Finds the slot of a key, or `NO_SLOT`; in that case `hash` is set to the hash of the key. */
  find(key: string): number {
    const slot = this.settled.get(key);
    return slot === undefined ? this.findFresh(key) : slot;
  }

  /** Does the same for a key whose lookup was most often the last one. */
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

  /** Slot in the cell of the key of the last lookup, or `NO_SLOT`. */
  get rival(): number {
    return this.cells[(this.hash & this.mask) << CELL] as number;
  }

  /** Puts the key of the last lookup into a slot; a key that is no longer fresh leaves the cell to it. */
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

  /** Removes a slot from the index; its key stays until the slot is reused. @param hash  Value of `hash` at `add`. */
  remove(slot: number, hash: number): void {
    const cell = (hash & this.mask) << CELL;
    if (this.cells[cell] === slot) this.cells[cell] = NO_SLOT;
    else this.settled.delete(this.keys[slot] as string);
  }

  /**
   * Lists every key and its slot once; a key that is added meanwhile may be missing. Each step moves some fresh keys
   * into the `Map`, always ahead of the iteration.
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
