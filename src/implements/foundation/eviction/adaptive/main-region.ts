import * as slots from '../slots/slot-queues.js';
import * as bits from '../slots/slot-state.js';

const { NO_SLOT, PROBATION, PROTECTED } = slots;
const { FREQUENCY, USED } = bits;

/** Share of main that may be protected. */
const PROTECTED_SHARE = 0.8;

// Maximum work of one call, so that no call is long; the next call continues.
const SPARED_AT_ONCE = 64;
const VICTIMS_AT_ONCE = 16;

/**
 * Region of admitted entries: a segmented queue (SLRU: Karedla, Love and Wherry, Computer 1994). Entries arrive on
 * probation; one that has been used by the time it would be evicted is protected instead.
 */
export class MainRegion {
  // Clocks: counts that only grow, modulo 2^32. Distances between them are ages and depths.
  exits = 0;
  private arrivals = 0;

  constructor(private readonly queues: slots.SlotQueues) {}

  /** Number of entries on probation. */
  get onProbation(): number {
    return this.queues.counts[PROBATION] as number;
  }

  get protectedCount(): number {
    return this.queues.counts[PROTECTED] as number;
  }

  /** Number of entries that joined probation after this one. */
  depthOf(slot: number): number {
    return (this.arrivals - this.queues.stampOf(slot)) >>> 0;
  }

  enter(slot: number, state: number): void {
    this.queues.pushNewest(PROBATION, slot, state);
    this.queues.setStamp(slot, this.arrivals);
    this.arrivals = (this.arrivals + 1) | 0;
  }

  /** Finds the entry that is worth least, and spares used ones on the way. @param written  Entry that must stay. */
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

  /** Limits protected entries to their share. Returns the number of entries that were examined. */
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
   * Tells whether a candidate is worth more than all its victims together; victims beyond the first are put on a list.
   * (AV of Einziger et al., Lightweight Robust Size Aware Cache Management, ACM Transactions on Storage 2022.)
   *
   * @param frequency  Frequency of the candidate.
   * @param first  First victim, which is worth less.
   * @param excess  Weight that must be freed.
   * @param written  Entry that must stay.
   * @param sentenced  List of the other victims.
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
