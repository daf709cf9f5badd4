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
  /** Of each set: the way that was filled last. */
  private readonly filled: Uint8Array;
  private readonly sets: number;
  private mask = 0;

  /** @param entries  Of the cache; room is for at least twice as many ghosts. */
  constructor(entries: number) {
    this.sets = 1 << Math.ceil(Math.log2(Math.max(2, (2 * entries) / WAYS)));
    this.cells = new Int32Array(this.sets * SET);
    this.filled = new Uint8Array(this.sets);
    this.useShare(1);
  }

  /**
   * Uses only a share of the table from now on, a power of two. Who remembers only a sample thus remembers it no longer
   * than all, and the nearest cache of the processor holds it.
   */
  useShare(share: number): void {
    this.mask = Math.max(1, this.sets * share) - 1;
  }

  /**
   * Forgets a ghost and tells in the fields above what it was; `false` when the key is not remembered. All ways are
   * compared at once (32 leading zeros are a match), for at which of them to stop could not be predicted.
   */
  take(hash: number): boolean {
    const { cells } = this;
    const start = (hash & this.mask) * SET;
    const matches =
      (Math.clz32(((cells[start] as number) ^ hash) & FINGERPRINT) >> 5) |
      ((Math.clz32(((cells[start + 2] as number) ^ hash) & FINGERPRINT) >> 5) << 2) |
      ((Math.clz32(((cells[start + 4] as number) ^ hash) & FINGERPRINT) >> 5) << 4) |
      ((Math.clz32(((cells[start + 6] as number) ^ hash) & FINGERPRINT) >> 5) << 6);
    if (matches === 0) return false;
    const cell = start + 31 - Math.clz32(matches);
    const tag = cells[cell] as number;
    this.frequency = tag & FREQUENCY;
    this.fromMain = (tag & FROM_MAIN) !== 0;
    this.leftAt = cells[cell + 1] as number;
    cells[cell] = 0;
    return true;
  }

  /** Remembers a key as the youngest of its set; the oldest goes. */
  add(hash: number, frequency: number, fromMain: boolean, leftAt: number): void {
    const { cells, filled } = this;
    const set = hash & this.mask;
    const way = ((filled[set] as number) + CELL) & (SET - 1);
    filled[set] = way;
    const cell = set * SET + way;
    cells[cell] = (hash & FINGERPRINT) | frequency | (fromMain ? FROM_MAIN : 0);
    cells[cell + 1] = leftAt;
  }
}
