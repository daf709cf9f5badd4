/** Resolution of the observations: 1/32 of the entries of the cache. */
const BUCKETS = 32;
/** Maximum growth of the window at a time, as a share of the cache; it may shrink by any amount. */
const LARGEST_GROWTH = 1 / 8;
/** Minimum share of main, so that its worth can be observed. */
const LEAST_MAIN_SHARE = 1 / 32;
/** Minimum gain of a change, in hits per period; less is noise. */
const LEAST_GAIN = 10;
/** Factor by which counts fade at each decision. Two decisions, as many uses as entries, halve them. */
const KEPT = 0.7;

/** Counts of hits or returns by depth or age, in 1/32 of the cache; the last bucket takes the rest. */
type Histogram = Float64Array;

/**
 * Divides a cache into window (recency) and main (frequency) by observation, without experiments: an entry used near
 * the end of its queue would have been lost in a shorter queue, and a key that returns soon after its eviction would
 * have been a hit in a longer one. ARC (Megiddo and Modha, FAST 2003) uses the second half of this; both halves
 * together give the gain and the loss of every size at once. So a workload for which the size does not matter costs
 * nothing, while a hill climber (Einziger et al., Middleware 2018) pays for each probe.
 *
 * Only the first use since an entry was last spared counts: in a shorter queue the later uses would have been hits
 * again. All counts fade with each decision.
 */
export class WindowTuner {
  private readonly all: Histogram = new Float64Array(4 * (BUCKETS + 1));
  private readonly windowUses = this.part(0);
  private readonly probationUses = this.part(1);
  private readonly windowReturns = this.part(2);
  private readonly mainReturns = this.part(3);
  private protectedUses = 0;

  private buckets = 1;
  private bucketsPerEntry = 1;

  constructor(entries: number) {
    this.scaleTo(entries);
  }

  /** @param depth  Number of entries that joined the window after this one. */
  usedInWindow(depth: number): void {
    this.count(this.windowUses, depth);
  }

  /** @param depth  Number of entries that joined probation after this one. */
  usedInProbation(depth: number): void {
    this.count(this.probationUses, depth);
  }

  usedInProtected(): void {
    this.protectedUses++;
  }

  /** @param age  Number of entries that left the window after this one was refused admission. */
  returnedToWindow(age: number): void {
    this.count(this.windowReturns, age);
  }

  /** @param age  Number of entries that were evicted from main after this one. */
  returnedToMain(age: number): void {
    this.count(this.mainReturns, age);
  }

  /**
   * Returns the best number of entries for the window.
   *
   * @param entries  Number of entries of the cache, which is full.
   */
  decide(window: number, probation: number, protectedCount: number, entries: number): number {
    const perBucket = 1 / this.bucketsPerEntry;
    const smallest = Math.max(1, Math.round(entries / 100));
    const largest = Math.max(1, entries - Math.max(1, Math.round(entries * LEAST_MAIN_SHARE)));
    let best = 0;
    let bestNet = LEAST_GAIN;

    let gain = 0;
    for (let bucket = 1; bucket <= this.buckets; bucket++) {
      const change = Math.round(bucket * perBucket);
      if (window + change > largest || change > LARGEST_GROWTH * entries + 1) break;
      gain += this.windowReturns[bucket - 1] as number;
      const net = gain - this.lossOfMain(change, probation, protectedCount);
      if (net > bestNet) {
        bestNet = net;
        best = change;
      }
    }

    const worth = this.worthOfMain(probation, protectedCount);
    let returned = 0;
    for (let bucket = 1; bucket <= this.buckets && window > smallest; bucket++) {
      const change = Math.min(Math.round(bucket * perBucket), window - smallest);
      returned += this.mainReturns[bucket - 1] as number;
      const net = Math.max(returned, worth * change) - this.usesBelow(this.windowUses, window - change);
      if (net > bestNet) {
        bestNet = net;
        best = -change;
      }
      if (change === window - smallest) break;
    }

    this.fade();
    if (entries !== Math.round(this.buckets / this.bucketsPerEntry)) this.scaleTo(entries);
    return window + best;
  }

  /** Fades the counts, at the end of a period without a decision. */
  fade(): void {
    const { all } = this;
    for (let at = 0; at < all.length; at++) all[at] = (all[at] as number) * KEPT;
    this.protectedUses *= KEPT;
  }

  /**
   * Estimates the hits that one more entry of main would bring: half of those of a present entry, because the next is
   * not as good. Without it, a main that has become too small to have ghosts would never grow again.
   */
  private worthOfMain(probation: number, protectedCount: number): number {
    const main = probation + protectedCount;
    if (main === 0) return 0;
    const ofProbation = this.usesBelow(this.probationUses, 0);
    const mean = (ofProbation + this.protectedUses) / main;
    return (probation === 0 ? mean : Math.min(ofProbation / probation, mean)) / 2;
  }

  /**
   * Estimates the hits that a shorter main would lose: those at the end of probation, then a share of the protected.
   */
  private lossOfMain(entries: number, probation: number, protectedCount: number): number {
    const ofProbation = this.usesBelow(this.probationUses, Math.max(0, probation - entries));
    if (entries <= probation || protectedCount === 0) return ofProbation;
    return ofProbation + this.protectedUses * Math.min(1, (entries - probation) / protectedCount);
  }

  /** Counts uses of entries deeper than `depth`; a bucket that is cut counts in part. */
  private usesBelow(histogram: Histogram, depth: number): number {
    const cut = depth * this.bucketsPerEntry;
    const whole = Math.ceil(cut);
    let uses = 0;
    for (let bucket = Math.min(whole, BUCKETS + 1); bucket <= BUCKETS; bucket++) {
      uses += histogram[bucket] as number;
    }
    if (whole > cut && whole <= BUCKETS + 1) uses += (histogram[whole - 1] as number) * (whole - cut);
    return uses;
  }

  private part(number: number): Histogram {
    return this.all.subarray(number * (BUCKETS + 1), (number + 1) * (BUCKETS + 1));
  }

  private count(histogram: Histogram, distance: number): void {
    const bucket = Math.min((distance * this.bucketsPerEntry) | 0, this.buckets);
    histogram[bucket] = (histogram[bucket] as number) + 1;
  }

  private scaleTo(entries: number): void {
    this.buckets = Math.min(BUCKETS, entries);
    this.bucketsPerEntry = this.buckets / entries;
  }
}
