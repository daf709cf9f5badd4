import * as slots from '../slots/slot-queues.js';
import * as bits from '../slots/slot-state.js';

const { NO_SLOT, PROBATION, PROTECTED } = slots;
const { FREQUENCY, USED } = bits;

/** Share of main that may be protected. */
const PROTECTED_SHARE = 0.8;

// What one call does at most, so that no call is long: what is left is done by the next.
const SPARED_AT_ONCE = 64;
const VICTIMS_AT_ONCE = 16;

/**
 * Where entries are that have proven themselves: a segmented queue (SLRU: Karedla, Love and Wherry, Computer 1994). They
 * come on probation; those that are used then, once their turn to leave has come, are protected instead.
 */
export class MainRegion {
  // Clocks: counts that only grow, modulo 2^32. Distances between them are ages and depths.
  exits = 0;
  private arrivals = 0;

  constructor(private readonly queues: slots.SlotQueues) {}

  /** Entries on probation. */
  get onProbation(): number {
    return this.queues.counts[PROBATION] as number;
  }

  get protectedCount(): number {
    return this.queues.counts[PROTECTED] as number;
  }

  /** Entries that joined probation after this one. */
  depthOf(slot: number): number {
    return (this.arrivals - this.queues.stampOf(slot)) >>> 0;
  }

  enter(slot: number, state: number): void {
    this.queues.pushNewest(PROBATION, slot, state);
    this.queues.setStamp(slot, this.arrivals);
    this.arrivals = (this.arrivals + 1) | 0;
  }

  /** The entry that is worth least; the used are spared on the way. @param written  Another than this. */
  victim(written: number): number {
    const { queues } = this;
    for (let spared = 0; spared < SPARED_AT_ONCE; spared++) {
      const slot = queues.oldest(PROBATION);
      if (slot === NO_SLOT) break;
      const state = queues.stateOf(slot);
      if ((state & USED) === 0 && slot !== written) return slot;
      queues.remove(PROBATION, slot);
      queues.pushNewest(PROTECTED, slot, state & FREQUENCY);
      spared += this.demote();
    }
    const slot = queues.oldestBut(written, PROBATION);
    return slot === NO_SLOT ? queues.oldestBut(written, PROTECTED) : slot;
  }

  /** Keeps the protected to their share. Returns how many it looked at. */
  private demote(): number {
    const { queues } = this;
    const limit = PROTECTED_SHARE * (this.onProbation + this.protectedCount);
    let moved = 0;
    for (; this.protectedCount > limit && moved < SPARED_AT_ONCE; moved++) {
      const slot = queues.oldest(PROTECTED);
      const state = queues.stateOf(slot);
      queues.remove(PROTECTED, slot);
      if ((state & USED) !== 0) queues.pushNewest(PROTECTED, slot, state & FREQUENCY);
      else this.enter(slot, state);
    }
    return moved;
  }

  /**
   * Whether a candidate is worth more than all that must go for it together; those beyond the first are sentenced. (AV of
   * Einziger et al., Lightweight Robust Size Aware Cache Management, ACM Transactions on Storage 2022.)
   *
   * @param frequency  Of the candidate.
   * @param first  The victim, which is worth less.
   * @param excess  Weight that must go.
   * @param written  What must stay.
   * @param sentenced  Where the others are put.
   */
  isOutweighed(
    frequency: number,
    first: number,
    excess: number,
    written: number,
    sentenced: number[],
  ): boolean {
    const { queues } = this;
    let freed = queues.weights[first] as number;
    let strength = queues.stateOf(first) & FREQUENCY;
    let next = first;
    while (freed < excess && frequency > strength && sentenced.length < VICTIMS_AT_ONCE) {
      next = queues.newer(next);
      if (next === NO_SLOT || next === written) break;
      sentenced.push(next);
      freed += queues.weights[next] as number;
      strength += queues.stateOf(next) & FREQUENCY;
    }
    if (frequency > strength && freed >= excess) return true;
    sentenced.length = 0;
    return false;
  }
}
