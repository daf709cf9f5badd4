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
  /** Of the key that was looked up last. */
  hash = NOT_HASHED;

  private ghosts: Ghosts;
  private sampling = false;
  private lookups = 0;
  private returns = 0;
  private chance: number;
  /** Calls until the next that is sampled. */
  private untilSample = 1;

  constructor(
    capacity: number,
    private readonly seed: number,
  ) {
    this.ghosts = new Ghosts(capacity);
    this.chance = seed | 1;
  }

  /** Makes room for more slots. Ghosts are forgotten: they are few as long as a map still grows. */
  grow(capacity: number): void {
    this.ghosts = new Ghosts(capacity);
    this.sample(this.sampling);
  }

  /** The ghost that `recall` found. */
  get found(): Readonly<Pick<Ghosts, 'fromMain' | 'leftAt'>> {
    return this.ghosts;
  }

  /** How often the key of a newcomer had been used when it was evicted, or `FORGOTTEN`; its ghost goes. */
  recall(key: string): number {
    if (this.sampling && --this.untilSample > 0) {
      this.hash = NOT_HASHED;
      return FORGOTTEN;
    }
    return this.lookUp(key);
  }

  /**
   * Keeps a key that is evicted as a ghost. What is looked up is also what is remembered: a sample.
   *
   * @param hash  What `hash` was when the key was looked up.
   */
  keep(hash: number, key: string, frequency: number, fromMain: boolean, leftAt: number): void {
    if (hash !== NOT_HASHED) this.ghosts.add(hash, frequency, fromMain, leftAt);
    else if (!this.sampling) this.ghosts.add(keyHash(key, this.seed), frequency, fromMain, leftAt);
  }

  /** Decides, at the end of a period, whether to remember all. */
  weighUp(): void {
    if (!this.sampling && this.returns < this.lookups * WORTHWHILE_SHARE) this.sample(true);
    this.lookups = 0;
    this.returns = 0;
  }

  private sample(sampling: boolean): void {
    this.sampling = sampling;
    this.ghosts.useShare(sampling ? 1 / SAMPLE : 1);
  }

  private lookUp(key: string): number {
    if (this.sampling) this.drawSample();
    const hash = keyHash(key, this.seed);
    this.hash = hash;
    this.lookups++;
    if (!this.ghosts.take(hash)) return FORGOTTEN;
    this.returns++;
    // Of all that return, a sample of a sample is seen.
    if (this.returns * SAMPLE > this.lookups * WORTHWHILE_SHARE) this.sample(false);
    return this.ghosts.frequency;
  }

  /** The next gap, `SAMPLE` on average: by chance (xorshift: Marsaglia, 2003), lest a loop keep step with it. */
  private drawSample(): void {
    let chance = this.chance;
    chance ^= chance << 13;
    chance ^= chance >>> 17;
    chance ^= chance << 5;
    this.chance = chance;
    this.untilSample = 1 + ((chance >>> 8) % (2 * SAMPLE - 1));
  }
}
