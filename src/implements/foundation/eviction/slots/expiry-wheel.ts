import { FIRST_SLOT } from './slot-queues.js';

/** Bits of a level; a level has as many buckets as an integer has bits, so that one word tells which are occupied. */
const BITS = 5;
const BUCKETS = 2 ** BITS;
/** 2^45 ms are 1 115 years: a slot that is due later never expires. */
const LEVELS = 9;
const HORIZON_MS = BUCKETS ** LEVELS;
/** Width of a bucket of each level, in milliseconds, and its reciprocal (exact, because it is a power of two). */
const WIDTH = Array.from({ length: LEVELS + 1 }, (_, level) => BUCKETS ** level);
const PER_MS = WIDTH.map((width) => 1 / width);

const NOTHING = -1;
/** Link of a slot that is in no bucket. */
const UNFILED = 0;

/**
 * Finds expired slots without examining the others: a hierarchical timer wheel (Varghese and Lauck, SOSP 1987; the
 * search by occupied buckets is Tokio's). Ticks are milliseconds. A slot lies at the level of the highest digit (base
 * 32) in which its moment differs from the wheel's, in the bucket of that digit, and moves down as the wheel reaches
 * it: at most once a level, nine times in a thousand years.
 *
 * The wheel is lazy. A slot may lie in an earlier bucket than it is due, never in a later one: a slot that is
 * postponed, or freed and reused, stays where it is, and is filed again when its bucket is reached. So overwriting an
 * entry, or evicting one for another, costs nothing here as long as lives are of similar length.
 */
export class ExpiryWheel {
  /** Exact expiry time of each slot; `Infinity` for never. A freed slot keeps its last one. */
  expiresAt: Float64Array;

  /**
   * Links of each slot: at the even index its older neighbour (or the bucket, as -1 - bucket), at the odd one the next.
   */
  private links: Int32Array;
  private readonly heads = new Int32Array(LEVELS * BUCKETS);
  private readonly occupied = new Int32Array(LEVELS);
  /** Origin of the ticks: the first time that was passed. */
  private origin = Number.NaN;
  /** Current tick of the wheel: all buckets before it are empty. */
  private tick = 0;
  /** Earliest start of an occupied bucket. */
  private wakeAt = Number.POSITIVE_INFINITY;
  /** Bucket above the lowest level that the wheel has reached but not emptied yet. */
  private opened = NOTHING;

  constructor(capacity: number) {
    this.expiresAt = new Float64Array(capacity);
    this.links = new Int32Array(2 * capacity);
  }

  grow(capacity: number): void {
    const expiresAt = new Float64Array(capacity);
    expiresAt.set(this.expiresAt);
    this.expiresAt = expiresAt;
    const links = new Int32Array(2 * capacity);
    links.set(this.links);
    this.links = links;
  }

  /** Sets the expiry time of a slot. O(1), and no work when it is later than before. */
  schedule(slot: number, expiresAt: number, now: number): void {
    const before = this.expiresAt[slot] as number;
    if (expiresAt === before && expiresAt === Number.POSITIVE_INFINITY) return;
    this.expiresAt[slot] = expiresAt;
    if (this.links[2 * slot] !== UNFILED) {
      if (expiresAt >= before) return;
      this.unfile(slot);
    }
    if (expiresAt === Number.POSITIVE_INFINITY) return;
    if (Number.isNaN(this.origin)) this.origin = Math.floor(now);
    this.file(slot, Math.ceil(expiresAt) - this.origin);
  }

  /**
   * Tells whether a slot has expired, exactly. Most often nothing is due yet, which the wheel knows without reading the
   * slot. (Its ticks are rounded up, by less than one.)
   */
  isDue(slot: number, now: number): boolean {
    return now > this.wakeAt - 1 && (this.expiresAt[slot] as number) <= now;
  }

  /** Time before which nothing is due; `Infinity` when nothing ever is. */
  get nextDueAt(): number {
    return this.wakeAt;
  }

  /** Tells whether `advance` may have work. */
  mayBeDue(now: number): boolean {
    return now >= this.wakeAt;
  }

  /**
   * Returns the next slot whose bucket has been reached, or 0. The slot has expired, or is free. Slots come in the
   * order of their buckets.
   *
   * @param steps  Budget: each slot that is examined costs one step.
   */
  advance(now: number, steps: Steps): number {
    if (now < this.wakeAt) return 0;
    const end = Math.floor(now) - this.origin;
    while (steps.left > 0) {
      const bucket = this.opened === NOTHING ? this.reach(end) : this.opened;
      if (bucket === NOTHING) return 0;
      steps.left--;
      const slot = this.heads[bucket] as number;
      this.unfile(slot);
      const due = Math.ceil(this.expiresAt[slot] as number) - this.origin;
      if (due <= this.tick) return slot;
      this.file(slot, due);
    }
    return 0;
  }

  /** Advances the wheel to the next occupied bucket, at most to `end`. */
  private reach(end: number): number {
    for (let level = 0; level < LEVELS; level++) {
      const bits = this.occupied[level] as number;
      if (bits === 0) continue;
      const digit = 31 - Math.clz32(bits & -bits);
      const start = this.prefix(level + 1) + digit * (WIDTH[level] as number);
      if (start > end) {
        this.wakeAt = start + this.origin;
        this.tick = Math.max(this.tick, end);
        return NOTHING;
      }
      this.tick = Math.max(this.tick, start);
      const bucket = level * BUCKETS + digit;
      if (level > 0) this.opened = bucket;
      return bucket;
    }
    this.wakeAt = Number.POSITIVE_INFINITY;
    this.tick = Math.max(this.tick, end);
    return NOTHING;
  }

  /** Current tick with all digits below a level cleared. */
  private prefix(level: number): number {
    return Math.floor(this.tick * (PER_MS[level] as number)) * (WIDTH[level] as number);
  }

  private file(slot: number, due: number): void {
    if (due >= HORIZON_MS) return;
    const at = Math.max(due, this.tick);
    let level = 0;
    while (
      Math.floor(at * (PER_MS[level + 1] as number)) !== Math.floor(this.tick * (PER_MS[level + 1] as number))
    ) {
      level++;
    }
    const start = Math.floor(at * (PER_MS[level] as number));
    const digit = start % BUCKETS;
    const bucket = level * BUCKETS + digit;
    const head = this.heads[bucket] as number;
    this.links[2 * slot] = -1 - bucket;
    this.links[2 * slot + 1] = head;
    if (head >= FIRST_SLOT) this.links[2 * head] = slot;
    this.heads[bucket] = slot;
    this.occupied[level] = (this.occupied[level] as number) | (1 << digit);
    this.wakeAt = Math.min(this.wakeAt, start * (WIDTH[level] as number) + this.origin);
  }

  private unfile(slot: number): void {
    const before = this.links[2 * slot] as number;
    const after = this.links[2 * slot + 1] as number;
    this.links[2 * slot] = UNFILED;
    if (after >= FIRST_SLOT) this.links[2 * after] = before;
    if (before > 0) {
      this.links[2 * before + 1] = after;
      return;
    }
    const bucket = -1 - before;
    this.heads[bucket] = after;
    if (after !== 0) return;
    const level = Math.floor(bucket / BUCKETS);
    this.occupied[level] = (this.occupied[level] as number) & ~(1 << (bucket % BUCKETS));
    if (bucket === this.opened) this.opened = NOTHING;
  }
}

/** Budget of a call for reclaiming. */
export interface Steps {
  left: number;
}
