import { FIRST_SLOT } from './slot-queues.js';

/** Bits of a level; a level has as many buckets as an integer has bits, so that one word tells which are occupied. */
const BITS = 5;
const BUCKETS = 2 ** BITS;
/** 2^45 ms is 1 115 years: whatever is due later never is. */
const LEVELS = 9;
const HORIZON_MS = BUCKETS ** LEVELS;
/** Width of a bucket of each level, in milliseconds, and its reciprocal (exact, for it is a power of two). */
const WIDTH = Array.from({ length: LEVELS + 1 }, (_, level) => BUCKETS ** level);
const PER_MS = WIDTH.map((width) => 1 / width);

const NOTHING = -1;
/** The link of a slot that is in no bucket. */
const UNFILED = 0;

/**
 * Finds the slots whose time has come, without looking at the others: a hierarchical timer wheel (Varghese and Lauck,
 * SOSP 1987; the search by occupied buckets is Tokio's). Ticks are milliseconds. A slot lies at the level of the highest
 * digit (base 32) in which its moment differs from the wheel's, in the bucket of that digit, and moves down as the wheel
 * reaches it: at most once a level, nine times in a thousand years.
 *
 * It is lazy. A slot may lie earlier than it is due, never later: one whose moment moved to later, or that was freed and
 * taken again, stays where it is, and is filed anew when its bucket comes. So neither an overwrite nor the eviction of
 * one entry for another costs anything here, as long as lives are of like length.
 */
export class ExpiryWheel {
  /** When a slot expires, exactly; `Infinity` for never. What was last said of a freed slot remains. */
  expiresAt: Float64Array;

  /** Older neighbour in the bucket at an even place (or the bucket, as -1 - bucket), the next one at the odd one. */
  private links: Int32Array;
  private readonly heads = new Int32Array(LEVELS * BUCKETS);
  private readonly occupied = new Int32Array(LEVELS);
  /** What ticks count from: the first moment that was heard of. */
  private origin = Number.NaN;
  /** The wheel's moment: all buckets before it were emptied. */
  private tick = 0;
  /** No bucket starts before this moment. */
  private wakeAt = Number.POSITIVE_INFINITY;
  /** A bucket above the lowest level that the wheel has reached and not emptied yet. */
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

  /** Says when a slot expires. Constant; nothing to do when that is later than before. */
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
   * Whether a slot has a moment and it has come, exactly. Mostly the wheel knows without a look at the slot: nothing is
   * due yet. (Its ticks are rounded up, by less than one.)
   */
  isDue(slot: number, now: number): boolean {
    return now > this.wakeAt - 1 && (this.expiresAt[slot] as number) <= now;
  }

  /** Nothing is due before this moment; `Infinity` when nothing ever is. */
  get nextDueAt(): number {
    return this.wakeAt;
  }

  /** Whether there is anything to do for `advance`. */
  mayBeDue(now: number): boolean {
    return now >= this.wakeAt;
  }

  /**
   * The next slot whose bucket has come, or 0: it has expired, or is free, or was filed too early and is filed anew
   * by `schedule`. Slots come in the order of their buckets.
   *
   * @param steps  What may be spent: a slot looked at costs one.
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

  /** Moves the wheel on to the next occupied bucket, at most to `end`. */
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

  /** The wheel's moment with all digits below a level cleared. */
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

/** What a call may spend on reclaiming. */
export interface Steps {
  left: number;
}
