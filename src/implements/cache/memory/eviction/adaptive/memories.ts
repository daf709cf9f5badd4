import { Ghosts } from './ghosts.js';

/** The answer about a key of which nothing is known. */
export const FORGOTTEN = -1;

/** When fewer newcomers than this share are known, only a sample is still remembered and looked up. */
const WORTHWHILE_SHARE = 1 / 64;
/** One key in so many; a power of two. */
const SAMPLE = 8;
/** The highest bits of a hash: by the lowest, a ghost finds its place. */
const SAMPLE_SHIFT = 29;

/**
 * Remembers evicted keys, as far as that pays: finding a ghost costs as much as the rest of a `set`. While few newcomers
 * return (a scan, a flood of one-hit wonders), one key in eight is remembered and looked up, always the same ones. Once
 * enough of those return, all are again.
 */
export class Memories {
  private ghosts: Ghosts;
  private sampling = false;
  private lookups = 0;
  private returns = 0;

  constructor(capacity: number) {
    this.ghosts = new Ghosts(capacity);
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
  recall(hash: number): number {
    if (this.sampling && hash >>> SAMPLE_SHIFT !== 0) return FORGOTTEN;
    this.lookups++;
    return this.ghosts.take(hash) ? this.returned() : FORGOTTEN;
  }

  /** Keeps a key that is evicted as a ghost. */
  keep(hash: number, frequency: number, fromMain: boolean, leftAt: number): void {
    if (this.sampling && hash >>> SAMPLE_SHIFT !== 0) return;
    this.ghosts.add(hash, frequency, fromMain, leftAt);
  }

  /** Decides, at the end of a period, whether to remember all. */
  weighUp(): void {
    if (!this.sampling && this.returns < this.lookups * WORTHWHILE_SHARE) this.sample(true);
    this.lookups = 0;
    this.returns = 0;
  }

  private returned(): number {
    this.returns++;
    if (this.sampling && this.returns > this.lookups * WORTHWHILE_SHARE) this.sample(false);
    return this.ghosts.frequency;
  }

  private sample(sampling: boolean): void {
    this.sampling = sampling;
    this.ghosts.useShare(sampling ? 1 / SAMPLE : 1);
  }
}
