import { FIRST_SLOT } from './slot-queues.js';
import { halved } from './slot-state.js';

/** Every so many uses per entry, the frequency of an entry is halved. */
const USES_PER_HALVING = 24;
const HALVED_AT_ONCE = 128;

/**
 * Lets frequencies fade (TinyLFU's reset), one slot after another instead of all at a time: a hand goes round the slots,
 * one step every `USES_PER_HALVING` uses.
 */
export class Aging {
  private halvedUses = 0;
  private hand = FIRST_SLOT;
  /** One more than the highest slot that was ever taken. */
  private end = FIRST_SLOT;

  /** Uses that came before. */
  startAt(uses: number): void {
    this.halvedUses = uses;
  }

  /** A slot that the hand has to pass from now on. */
  reach(slot: number): void {
    if (slot >= this.end) this.end = slot + 1;
  }

  /** Takes the steps that are due. Work that fell behind is made up for, but never more than one round of it. */
  halve(states: Uint8Array, uses: number): void {
    if (uses - this.halvedUses >= USES_PER_HALVING) this.takeSteps(states, uses);
  }

  private takeSteps(states: Uint8Array, uses: number): void {
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
