import { NO_SLOT, type SlotQueues } from '../slots/slot-queues.js';
import { halved } from '../slots/slot-state.js';

/** After so many refusals in a row for the sake of one entry that is not used itself, its frequency is halved. */
const REFUSALS_PER_HALVING = 32;

/**
 * Frequencies of the past must not bar the way for good when nobody uses what earned them: in a main that has become
 * the smaller part, one entry could. (In a large one, that some entry waits long for its next use means nothing.)
 */
export class Refusals {
  /** Candidates that main refused. */
  count = 0;
  private refusedFor = NO_SLOT;
  private inRow = 0;

  /** @param victim  What a candidate was refused for. */
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
