import type { Bounds } from '../bounded-map.js';
import * as slots from '../slots/slot-queues.js';
import * as bits from '../slots/slot-state.js';
import type { MainRegion } from './main-region.js';

const { NO_SLOT, WINDOW } = slots;
const { FREQUENCY, USED } = bits;

/** Initial share of the window in a cache. */
const FIRST_SHARE = 0.01;
/** Maximum number of used entries that one call sends round again; the next call continues. */
const SPARED_AT_ONCE = 64;

/** Queue of newcomers until they are admitted to main or refused. Its share of the cache varies. */
export class Window {
  /** Target for the number of entries. */
  target = 1;
  /** Target for the weight. */
  weightTarget = 0;
  /** Sum of the weights of its entries; zero when weights do not count. */
  weight = 0;
  /** `true` after the target was lowered: each call moves some entries to main before any is judged again. */
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

  /** Returns the window's share of a number of entries, at least one. */
  of(entries: number): number {
    return Math.max(1, Math.round(this.share * entries));
  }

  become(share: number): void {
    this.share = share;
    this.target = this.of(this.bounds.maxEntries);
    this.weightTarget = share * this.bounds.maxWeight;
  }

  /** Number of entries that joined after this one. */
  depthOf(slot: number): number {
    return (this.arrivals - this.queues.stampOf(slot)) >>> 0;
  }

  /** Weight of a slot if it is in the window, else 0. */
  weightOf(slot: number): number {
    return this.queues.queueOf(slot) === WINDOW ? (this.queues.weights[slot] as number) : 0;
  }

  /**
   * Tells whether the window exceeds a target with the entry that is being written. An entry that alone is too heavy
   * does not count against the others.
   *
   * @param arriving  1 when the written entry is a newcomer, which is not in the window yet; else 0.
   * @param arrivingWeight  Weight of the newcomer; else 0.
   * @param writtenWeight  Weight of the written entry if it is or will be in the window.
   */
  isOver(arriving: number, arrivingWeight: number, writtenWeight: number): boolean {
    const count = this.size;
    if (count + arriving > this.target) return true;
    if (!this.weighed || count === 0) return false;
    const weight = this.weight + arrivingWeight - (writtenWeight > this.weightTarget ? writtenWeight : 0);
    return weight > this.weightTarget;
  }

  /** @param asOldest  Adds the entry as the first to leave. */
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

  /** Moves an entry to main, with its state. */
  giveTo(main: MainRegion, slot: number): void {
    this.leave(slot);
    this.exits = (this.exits + 1) | 0;
    main.enter(slot, this.queues.stateOf(slot));
  }

  /** Finds the next entry to leave. Used entries go round once more; the oldest unused one is the candidate. */
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

  /** Changes the weight of an entry in the window. */
  reweigh(change: number): void {
    if (this.weighed) this.weight += change;
  }
}
