/** Number of cells in a set: at eight bytes each, a set fits into one cache line. */
const WAYS = 4;
const CELL = 2;
const SET = WAYS * CELL;

const FREQUENCY = 0b01111;
const FROM_MAIN = 0b10000;
const FINGERPRINT = ~(FREQUENCY | FROM_MAIN);

/**
 * Memory of evicted entries: a fingerprint of the key, its frequency, and the time when it left. A ghost takes eight
 * bytes, so a cache can remember two to four times as many keys as it holds, and it keeps no key string alive.
 *
 * The idea of ghosts is ARC's (Megiddo and Modha, FAST 2003); the set-associative table of fingerprints is how
 * the successors of TinyLFU store them. The oldest ghost of a set is replaced first. A false match (chance: ghosts /
 * 2^32) gives a newcomer the history of another key, which costs at most one wrong admission.
 */
export class Ghosts {
  /** Frequency of the ghost that `take` found. */
  frequency = 0;
  /** `true` when it had been evicted from main; `false` when it was refused admission from the window. */
  fromMain = false;
  /** Clock value that was passed to `add`. */
  leftAt = 0;

  private readonly cells: Int32Array;
  /** Way of each set that was filled last. */
  private readonly filled: Uint8Array;
  private readonly sets: number;
  private mask = 0;

  /** @param entries  Maximum number of entries of the cache; there is room for at least twice as many ghosts. */
  constructor(entries: number) {
    this.sets = 1 << Math.ceil(Math.log2(Math.max(2, (2 * entries) / WAYS)));
    this.cells = new Int32Array(this.sets * SET);
    this.filled = new Uint8Array(this.sets);
    this.useShare(1);
  }

  /**
   * Uses only a share of the table from now on, a power of two. So a sample is remembered no longer than all keys were,
   * and fits into the nearest cache of the processor.
   */
  useShare(share: number): void {
    this.mask = Math.max(1, this.sets * share) - 1;
  }

  /**
   * Removes a ghost and describes it in the fields above; `false` when the key is not remembered. All ways are compared
   * at once (32 leading zeros are a match), because a branch at the matching way could not be predicted.
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

  /** Remembers a key as the youngest of its set, in place of the oldest. */
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
