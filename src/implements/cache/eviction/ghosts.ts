/** Cells of one set; with eight bytes a cell, a set lies within one cache line. */
const WAYS = 4;
const CELL = 2;
const SET = WAYS * CELL;

const FREQUENCY = 0b01111;
const FROM_MAIN = 0b10000;
const FINGERPRINT = ~(FREQUENCY | FROM_MAIN);

/**
 * What is remembered of evicted entries: a fingerprint of the key, how often it had been used, and when it left. Eight
 * bytes a ghost, so that a cache can remember two to four times as many keys as it holds, and pins no key string.
 *
 * The idea of ghosts is ARC's (Megiddo and Modha, FAST 2003); the set-associative table of fingerprints is how
 * TinyLFU's successors store them. In a set the oldest gives way. A false match (chance: ghosts / 2^32) lends a
 * newcomer the history of another key, which costs at most one wrong admission.
 */
export class Ghosts {
  /** Of the ghost that `take` found. */
  frequency = 0;
  /** Whether it had been evicted from main; else it was turned away when it left the window. */
  fromMain = false;
  /** The clock that `add` was given. */
  leftAt = 0;

  private readonly cells: Int32Array;
  private readonly sets: number;
  private mask = 0;

  /** @param entries  Of the cache; room is for at least twice as many ghosts. */
  constructor(entries: number) {
    this.sets = 2 ** Math.ceil(Math.log2(Math.max(2, (2 * entries) / WAYS)));
    this.cells = new Int32Array(this.sets * SET);
    this.useShare(1);
  }

  /**
   * Uses only a share of the table from now on, a power of two. Who remembers only a sample thus remembers it no longer
   * than all, and the nearest cache of the processor holds it.
   */
  useShare(share: number): void {
    this.mask = Math.max(1, this.sets * share) - 1;
  }

  /** Forgets a ghost and tells in the fields above what it was; `false` when the key is not remembered. */
  take(hash: number): boolean {
    const { cells } = this;
    const start = (hash & this.mask) * SET;
    for (let cell = start; cell < start + SET; cell += CELL) {
      const tag = cells[cell] as number;
      if (((tag ^ hash) & FINGERPRINT) !== 0 || tag === 0) continue;
      this.frequency = tag & FREQUENCY;
      this.fromMain = (tag & FROM_MAIN) !== 0;
      this.leftAt = cells[cell + 1] as number;
      this.close(cell, start + SET - CELL);
      return true;
    }
    return false;
  }

  /** Moves the older ghosts of a set up into a gap, so that gaps are always last. */
  private close(gap: number, last: number): void {
    const { cells } = this;
    let cell = gap;
    for (; cell < last; cell += CELL) {
      cells[cell] = cells[cell + CELL] as number;
      cells[cell + 1] = cells[cell + CELL + 1] as number;
    }
    cells[cell] = 0;
  }

  /** Remembers a key as the youngest of its set; the oldest goes. Without a branch, for none could be predicted. */
  add(hash: number, frequency: number, fromMain: boolean, leftAt: number): void {
    const { cells } = this;
    const start = (hash & this.mask) * SET;
    cells[start + 7] = cells[start + 5] as number;
    cells[start + 6] = cells[start + 4] as number;
    cells[start + 5] = cells[start + 3] as number;
    cells[start + 4] = cells[start + 2] as number;
    cells[start + 3] = cells[start + 1] as number;
    cells[start + 2] = cells[start] as number;
    cells[start + 1] = leftAt;
    cells[start] = (hash & FINGERPRINT) | frequency | (fromMain ? FROM_MAIN : 0);
  }
}
