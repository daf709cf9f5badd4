import type { Bounds } from '../bounded-map.js';
import * as slots from '../slots/slot-queues.js';
import * as bits from '../slots/slot-state.js';
import type { MainRegion } from './main-region.js';

const { NO_SLOT, WINDOW } = slots;
const { FREQUENCY, USED } = bits;

/** Share of a cache that is window at first. */
const FIRST_SHARE = 0.01;
/** Used entries that one call lets go round at most: what is left is done by the next. */
const SPARED_AT_ONCE = 64;

/** Where newcomers are, until they have proven themselves or are turned away: a queue whose share of the cache varies. */
export class Window {
  /** Entries that it should hold at most. */
  target = 1;
  /** Weight that it should hold at most. */
  weightTarget = 0;
  /** Sum of the weights of its entries; stays zero where weights do not count. */
  weight = 0;
  /** The target was lowered: some entries go to main in each call, before any is judged again. */
  draining = false;

  // Clocks: counts that only grow, modulo 2^32. Distances between them are ages and depths.
  arrivals = 0;
  exits = 0;

  private share = 0;
  private readonly weighed: boolean;

  constructor(
    private readonly bounds: Bounds,
    private readonly queues: slots.SlotQueues,
  ) {
    this.weighed = bounds.maxWeight !== Number.POSITIVE_INFINITY;
    this.become(FIRST_SHARE);
  }

  get size(): number {
    return this.queues.counts[WINDOW] as number;
  }

  /** Its part of a number of entries; one at least. */
  of(entries: number): number {
    return Math.max(1, Math.round(this.share * entries));
  }

  become(share: number): void {
    this.share = share;
    this.target = this.of(this.bounds.maxEntries);
    this.weightTarget = share * this.bounds.maxWeight;
  }

  /** Entries that joined after this one. */
  depthOf(slot: number): number {
    return (this.arrivals - this.queues.stampOf(slot)) >>> 0;
  }

  /** The weight of a slot, if it is in the window. */
  weightOf(slot: number): number {
    return this.queues.queueOf(slot) === WINDOW ? (this.queues.weights[slot] as number) : 0;
  }

  /**
   * Whether it holds too much for what is being written, which alone, if too heavy, does not count against the others.
   *
   * @param arriving  1 when that is a newcomer, which is not here yet; else 0.
   * @param arrivingWeight  Of the newcomer; else 0.
   * @param writtenWeight  Of what is being written, if it is or will be in the window.
   */
  isOver(arriving: number, arrivingWeight: number, writtenWeight: number): boolean {
    const count = this.size;
    if (count + arriving > this.target) return true;
    if (!this.weighed || count === 0) return false;
    const weight = this.weight + arrivingWeight - (writtenWeight > this.weightTarget ? writtenWeight : 0);
    return weight > this.weightTarget;
  }

  /** @param asOldest  As the first to leave. */
  enter(slot: number, frequency: number, asOldest: boolean): void {
    const { queues } = this;
    queues.setStamp(slot, this.arrivals);
    this.arrivals = (this.arrivals + 1) | 0;
    if (this.weighed) this.weight += queues.weights[slot] as number;
    if (asOldest) queues.pushOldest(WINDOW, slot, frequency);
    else queues.pushNewest(WINDOW, slot, frequency);
  }

  leave(slot: number): void {
    this.queues.remove(WINDOW, slot);
    if (this.weighed) this.weight -= this.queues.weights[slot] as number;
  }

  /** Gives an entry to main, as it is. */
  giveTo(main: MainRegion, slot: number): void {
    this.leave(slot);
    this.exits = (this.exits + 1) | 0;
    main.enter(slot, this.queues.stateOf(slot));
  }

  /** The next to leave. The used go round once more; the first that was not used is the oldest. */
  candidate(written: number): number {
    const { queues } = this;
    let slot = queues.oldestBut(written, WINDOW);
    for (let spared = 0; spared < SPARED_AT_ONCE && slot !== NO_SLOT; spared++) {
      const state = queues.stateOf(slot);
      if ((state & USED) === 0) break;
      this.leave(slot);
      this.enter(slot, state & FREQUENCY, false);
      slot = queues.oldestBut(written, WINDOW);
    }
    return slot;
  }

  /** The entry that is in the window becomes heavier by so much, or lighter. */
  reweigh(change: number): void {
    if (this.weighed) this.weight += change;
  }
}
