import { FIRST_SLOT } from '../slots/slot-queues.js';
import { halved } from '../slots/slot-state.js';

/** Every so many uses per entry, the frequency of an entry is halved. */
const USES_PER_HALVING = 24;
/** Steps that are taken at a time: at least, in a large map, and at most. */
const BATCH = 16;
const HALVED_AT_ONCE = 128;

/**
 * Lets frequencies fade (TinyLFU's reset), one slot after another instead of all at a time: a hand goes round the slots,
 * one step every `USES_PER_HALVING` uses.
 */
export class Aging {
  private halvedUses = 0;
  private hand = FIRST_SLOT;
  private end = FIRST_SLOT;

  /** Uses that came before. */
  startAt(uses: number): void {
    this.halvedUses = uses;
  }

  /** The uses at which steps are due. */
  get dueAt(): number {
    return this.halvedUses + USES_PER_HALVING * Math.min(BATCH, 1 + ((this.end - FIRST_SLOT) >> 4));
  }

  /**
   * Takes the steps that are due. Work that fell behind is made up for, but never more than one round of it.
   *
   * @param end  One more than the highest slot that was ever taken.
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
