import { FIRST_SLOT } from '../slots/slot-queues.js';
import { halved } from '../slots/slot-state.js';

/** Uses per entry after which the frequency of an entry is halved. */
const USES_PER_HALVING = 24;
/** Number of steps at a time: minimum in a large map, and maximum. */
const BATCH = 16;
const HALVED_AT_ONCE = 128;

/**
 * Ages frequencies (the reset of TinyLFU) one slot after another instead of all at once: a hand goes round the slots,
 * one step for every `USES_PER_HALVING` uses.
 */
export class Aging {
  private halvedUses = 0;
  private hand = FIRST_SLOT;
  private end = FIRST_SLOT;

  /** Starts counting after earlier uses. */
  startAt(uses: number): void {
    this.halvedUses = uses;
  }

  /** Number of uses at which the next steps are due. */
  get dueAt(): number {
    return this.halvedUses + USES_PER_HALVING * Math.min(BATCH, 1 + ((this.end - FIRST_SLOT) >> 4));
  }

  /**
   * Takes the steps that are due. Steps that were missed are caught up, at most one round of them.
   *
   * @param end  Highest slot that was ever taken, plus one.
   */
  halve(states: Uint8Array, uses: number, end: number): void {
    this.end = end;
    const round = USES_PER_HALVING * (this.end - FIRST_SLOT);
    if (uses - this.halvedUses > round) this.halvedUses = uses - round;
    const due = Math.min(Math.floor((uses - this.halvedUses) / USES_PER_HALVING), HALVED_AT_ONCE);
    this.halvedUses += due * USES_PER_HALVING;
    for (let steps = due; steps > 0; steps--) {
      if (this.hand >= this.end) this.hand = FIRST_SLOT;
      states[this.hand] = halved(states[this.hand] as number);
      this.hand++;
    }
  }
}
