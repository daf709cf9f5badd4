import { Ghosts } from './ghosts.js';

/** Result for a key that is not remembered. */
export const FORGOTTEN = -1;

/** Share of remembered newcomers below which only a sample is remembered and looked up. */
const WORTHWHILE_SHARE = 1 / 64;
/** One key in this many is sampled; a power of two. */
const SAMPLE = 8;
/** Shift to the highest bits of a hash; the lowest choose the set of a ghost. */
const SAMPLE_SHIFT = 29;

/**
 * Remembers evicted keys as far as that pays: a lookup of a ghost costs as much as the rest of a `set`. While few
 * newcomers return (a scan, a flood of one-hit wonders), only one key in eight is remembered and looked up, always the
 * same ones. When enough of those return, all keys are remembered again.
 */
export class Memories {
  private ghosts: Ghosts;
  private sampling = false;
  private lookups = 0;
  private returns = 0;

  constructor(capacity: number) {
    this.ghosts = new Ghosts(capacity);
  }

  /** Makes room for more slots. Ghosts are dropped: they are few as long as a map still grows. */
  grow(capacity: number): void {
    this.ghosts = new Ghosts(capacity);
    this.sample(this.sampling);
  }

  /** Ghost that `recall` found. */
  get found(): Readonly<Pick<Ghosts, 'fromMain' | 'leftAt'>> {
    return this.ghosts;
  }

  /** Returns the frequency of a newcomer's key at its eviction, or `FORGOTTEN`, and removes its ghost. */
  recall(hash: number): number {
    if (this.sampling && hash >>> SAMPLE_SHIFT !== 0) return FORGOTTEN;
    this.lookups++;
    return this.ghosts.take(hash) ? this.returned() : FORGOTTEN;
  }

  /** Remembers an evicted key as a ghost. */
  keep(hash: number, frequency: number, fromMain: boolean, leftAt: number): void {
    if (this.sampling && hash >>> SAMPLE_SHIFT !== 0) return;
    this.ghosts.add(hash, frequency, fromMain, leftAt);
  }

  /** Ends a period: remembers only a sample when too few newcomers returned. */
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
