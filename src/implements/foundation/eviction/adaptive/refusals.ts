import { NO_SLOT, type SlotQueues } from '../slots/slot-queues.js';
import { halved } from '../slots/slot-state.js';

/** Number of refusals in a row in favour of one unused entry after which its frequency is halved. */
const REFUSALS_PER_HALVING = 32;

/**
 * Keeps an entry that was used often in the past, and is no longer, from blocking admission for good: in a main that
 * has become the smaller part, one such entry could. (In a large main a long wait for the next use means nothing.)
 */
export class Refusals {
  /** Number of candidates that main refused. */
  count = 0;
  private refusedFor = NO_SLOT;
  private inRow = 0;

  /** @param victim  Entry in whose favour a candidate was refused. */
  add(victim: number, queues: SlotQueues, mainIsSmall: boolean): void {
    this.count++;
    if (mainIsSmall) this.weaken(victim, queues);
  }

  private weaken(victim: number, queues: SlotQueues): void {
    this.inRow = victim === this.refusedFor ? this.inRow + 1 : 0;
    this.refusedFor = victim;
    if (this.inRow < REFUSALS_PER_HALVING) return;
    this.inRow = 0;
    if (victim !== NO_SLOT) queues.setState(victim, halved(queues.stateOf(victim)));
  }
}
