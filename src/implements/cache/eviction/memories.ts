import { Ghosts } from './ghosts.js';
import { keyHash } from './key-hash.js';

/** The answer about a key of which nothing is known. */
export const FORGOTTEN = -1;

/** When fewer newcomers than this share are known, only a sample is still remembered and looked up. */
const WORTHWHILE_SHARE = 1 / 64;
/** One in so many; a power of two. */
const SAMPLE = 8;
/** The key of a slot was not looked up, so its hash is not known. */
const NOT_HASHED = 0;

/**
 * Remembers evicted keys, as far as that pays. Hashing a key and finding its ghost costs more than the rest of a `set`;
 * while few newcomers return (a scan, a flood of one-hit wonders), one in eight is remembered and one in eight looked
 * up. Once enough of those return, all are again.
 */
export class Memories {
  private ghosts: Ghosts;
  /** Of each slot, the hash of its key. */
  private hashes: Int32Array;
  private sampling = false;
  private lookups = 0;
  private returns = 0;
  private chance: number;

  constructor(
    capacity: number,
    private readonly seed: number,
  ) {
    this.ghosts = new Ghosts(capacity);
    this.hashes = new Int32Array(capacity);
    this.chance = seed | 1;
  }

  /** Makes room for more slots. Ghosts are forgotten: they are few as long as a map still grows. */
  grow(capacity: number): void {
    const hashes = new Int32Array(capacity);
    hashes.set(this.hashes);
    this.hashes = hashes;
    this.ghosts = new Ghosts(capacity);
  }

  /** The ghost that `recall` found. */
  get found(): Readonly<Pick<Ghosts, 'fromMain' | 'leftAt'>> {
    return this.ghosts;
  }

  /** How often the key of a newcomer had been used when it was evicted, or `FORGOTTEN`; its ghost goes. */
  recall(slot: number, key: string): number {
    if (this.sampling && !this.isSampled()) {
      this.hashes[slot] = NOT_HASHED;
      return FORGOTTEN;
    }
    const hash = keyHash(key, this.seed);
    this.hashes[slot] = hash;
    this.lookups++;
    if (!this.ghosts.take(hash)) return FORGOTTEN;
    this.returns++;
    // Of all that return, a sample of a sample is seen.
    if (this.returns * SAMPLE > this.lookups * WORTHWHILE_SHARE) this.sampling = false;
    return this.ghosts.frequency;
  }

  /** Keeps the key of a slot, which is evicted, as a ghost. */
  keep(slot: number, key: string, frequency: number, fromMain: boolean, leftAt: number): void {
    if (this.sampling && !this.isSampled()) return;
    const known = this.hashes[slot] as number;
    this.ghosts.add(known === NOT_HASHED ? keyHash(key, this.seed) : known, frequency, fromMain, leftAt);
  }

  /** Decides, at the end of a period, whether to remember all. */
  weighUp(): void {
    this.sampling ||= this.returns < this.lookups * WORTHWHILE_SHARE;
    this.lookups = 0;
    this.returns = 0;
  }

  /** By chance (xorshift: Marsaglia, 2003), lest a loop keep step with it. */
  private isSampled(): boolean {
    let chance = this.chance;
    chance ^= chance << 13;
    chance ^= chance >>> 17;
    chance ^= chance << 5;
    this.chance = chance;
    return (chance & (SAMPLE - 1)) === 0;
  }
}
