import type { Bounds } from '../bounded-map.js';
import * as slots from '../slots/slot-queues.js';
import * as bits from '../slots/slot-state.js';
import { MainRegion } from './main-region.js';
import { FORGOTTEN, Memories } from './memories.js';
import { Refusals } from './refusals.js';
import { Upkeep } from './upkeep.js';
import { Window } from './window.js';
import { WindowTuner } from './window-tuner.js';

const { NO_SLOT, PROBATION, WINDOW } = slots;
const { FREQUENCY, QUEUE, QUEUE_SHIFT, USED } = bits;

/** Frequency of a newcomer: a victim whose frequency has faded to zero loses against it. */
const NEWCOMER = 1;
/** Length of the burst of an arrival, as arrivals per entry of the cache: uses within it do not count. */
const BURST_SHARE = 0.02;
/** Maximum number of entries that one call moves from the window to main; the next call continues. */
const MOVED_AT_ONCE = 64;

/**
 * Eviction policy. Newcomers enter the window. An entry that leaves it, oldest first, replaces the victim of main if it
 * was used more often; else it is evicted itself. An evicted entry is remembered as a ghost, and gets its frequency
 * back if it returns. (W-TinyLFU: Einziger, Friedman and Manes, ACM Transactions on Storage 2017. There is no sketch:
 * residents are counted exactly, and ghosts keep the other frequencies that matter.)
 *
 * A use only marks the slot. Queues change when room is needed, and used entries are then spared: in the window for
 * another round, on probation by protection. (Lazy promotion and quick demotion: Yang et al., HotOS 2023.)
 *
 * Uses shortly after arrival do not count as frequency (correlated references: O'Neil et al., LRU-K, SIGMOD 1993).
 *
 * Room is made before a newcomer enters: `recall` it; then `exchange` it, or, when that returns no slot, `announce` it,
 * `evict` until there is room, and `insert` it.
 */
export class Residents {
  /** Number of residents. */
  size = 0;
  /** Sum of their weights. */
  weight = 0;
  /** Counts candidates that main refused. */
  readonly refusals = new Refusals();
  readonly upkeep: Upkeep;

  private readonly maxEntries: number;
  private readonly maxWeight: number;
  /** `false` when weights do not count: there is no bound on them. */
  private readonly weighed: boolean;
  private readonly queues: slots.SlotQueues;
  private readonly window: Window;
  private readonly main: MainRegion;
  private readonly memories: Memories;
  private readonly tuner: WindowTuner;
  private evictions = 0;

  // Entry that is being written: a newcomer, which counts already but has no slot yet, or a resident, which must stay.
  private arriving = 0;
  private arrivingWeight = 0;
  private written = NO_SLOT;
  /** Victims of a heavy candidate beyond the first; empty between calls. */
  private readonly sentenced: number[] = [];

  /** @param capacity  Number of slots, including those below `FIRST_SLOT`. */
  constructor(bounds: Bounds, capacity: number) {
    this.maxEntries = bounds.maxEntries;
    this.maxWeight = bounds.maxWeight;
    this.weighed = bounds.maxWeight !== Number.POSITIVE_INFINITY;
    this.queues = new slots.SlotQueues(capacity);
    this.window = new Window(bounds, this.queues);
    this.main = new MainRegion(this.queues);
    this.memories = new Memories(capacity);
    this.tuner = new WindowTuner(bounds.maxEntries);
    this.upkeep = new Upkeep(this.queues, this.window, this.main, this.tuner, this.memories);
  }

  /** Number of residents in the window. */
  get windowSize(): number {
    return this.window.size;
  }

  /** Makes room for more slots. Ghosts are dropped: they are few as long as a map still grows. */
  grow(capacity: number): void {
    this.queues.grow(capacity);
    this.memories.grow(capacity);
  }

  holds(slot: number): boolean {
    return this.queues.stateOf(slot) !== 0;
  }

  /** Tells whether a slot is in the window. */
  isNewcomer(slot: number): boolean {
    return (this.queues.stateOf(slot) & QUEUE) >> QUEUE_SHIFT === WINDOW + 1;
  }

  /** Hash of the key in a slot; a freed slot keeps its last one. */
  hashOf(slot: number): number {
    return this.queues.hashOf(slot);
  }

  setHash(slot: number, hash: number): void {
    this.queues.setHash(slot, hash);
  }

  /** Does the share of the upkeep that is due. */
  keepUp(uses: number, end: number): void {
    this.upkeep.do(uses, end, this.evictions);
  }

  /** Counts a use. Most often one read: only the first use since the entry was last spared changes its state. */
  use(slot: number): void {
    const state = this.queues.stateOf(slot);
    if ((state & USED) === 0) this.firstUse(slot, state);
  }

  private firstUse(slot: number, state: number): void {
    let counts = true;
    if ((state & QUEUE) >> QUEUE_SHIFT === WINDOW + 1) {
      const depth = this.window.depthOf(slot);
      this.tuner.usedInWindow(depth);
      counts = depth > BURST_SHARE * this.size;
    } else if ((state & QUEUE) >> QUEUE_SHIFT === PROBATION + 1) {
      this.tuner.usedInProbation(this.main.depthOf(slot));
    } else {
      this.tuner.usedInProtected();
    }
    this.queues.setState(slot, (state | USED) + (counts && (state & FREQUENCY) < FREQUENCY ? 1 : 0));
  }

  /** Returns the initial frequency of a newcomer, from its ghost if there is one. */
  recall(hash: number): number {
    const past = this.memories.recall(hash);
    return past === FORGOTTEN ? NEWCOMER : this.returned(past);
  }

  private returned(past: number): number {
    const { fromMain, leftAt } = this.memories.found;
    if (fromMain) this.tuner.returnedToMain((this.main.exits - leftAt) >>> 0);
    else this.tuner.returnedToWindow((this.window.exits - leftAt) >>> 0);
    return Math.min(past + 1, FREQUENCY);
  }

  /**
   * Handles the most frequent case of a full cache in few steps: the newcomer takes the slot of the evicted entry,
   * which is the oldest of the window if it is not worth more than the victim in main, else that victim. Returns the
   * slot, or `NO_SLOT` in any other case.
   *
   * @param frequency  Result of `recall`.
   */
  exchange(frequency: number, weight: number): number {
    const { queues, window } = this;
    const inWindow = queues.counts[WINDOW] as number;
    if (this.size < this.maxEntries || inWindow > window.target || window.draining) return NO_SLOT;
    const slot = queues.oldest(WINDOW);
    const victim = queues.oldest(PROBATION);
    const state = queues.stateOf(slot);
    const rival = queues.stateOf(victim);
    if (victim === NO_SLOT || ((state | rival) & USED) !== 0) return NO_SLOT;
    if (inWindow < window.target) return this.replace(victim, NO_SLOT, frequency, weight);
    if ((state & FREQUENCY) > (rival & FREQUENCY)) return this.replace(victim, slot, frequency, weight);
    const change = weight - (queues.weights[slot] as number);
    if (change !== 0 && !this.bears(slot, change)) return NO_SLOT;
    this.evictions++;
    this.refusals.add(victim, queues, 2 * inWindow > this.size);
    window.exits = (window.exits + 1) | 0;
    this.memories.keep(queues.hashOf(slot), state & FREQUENCY, false, window.exits);
    queues.renew(slot, frequency, window.arrivals);
    window.arrivals = (window.arrivals + 1) | 0;
    return slot;
  }

  /** Puts the newcomer into the slot of the victim, which leaves main; the better entry, if any, moves there. */
  private replace(victim: number, better: number, frequency: number, weight: number): number {
    const { queues, window, main } = this;
    if (weight !== queues.weights[victim]) return NO_SLOT;
    if (this.weighed) {
      const betterWeight = better === NO_SLOT ? 0 : (queues.weights[better] as number);
      if (window.weight - betterWeight + weight > window.weightTarget) return NO_SLOT;
    }
    this.evictions++;
    main.exits = (main.exits + 1) | 0;
    this.memories.keep(queues.hashOf(victim), queues.stateOf(victim) & FREQUENCY, true, main.exits);
    queues.remove(PROBATION, victim);
    if (better !== NO_SLOT) window.giveTo(main, better);
    window.enter(victim, frequency, false);
    return victim;
  }

  /** Changes the weight of a slot in the window, if the targets and the bound allow it. */
  private bears(slot: number, change: number): boolean {
    const { queues, window } = this;
    const weight = (queues.weights[slot] as number) + change;
    if (this.weighed) {
      if (weight > window.weightTarget || window.weight + change > window.weightTarget) return false;
      if (this.weight + change > this.maxWeight) return false;
      window.weight += change;
    }
    queues.weights[slot] = weight;
    this.weight += change;
    return true;
  }

  /** Announces a newcomer of a weight, which is inserted once `evict` has made room. */
  announce(weight: number): void {
    this.written = NO_SLOT;
    this.arriving = 1;
    this.arrivingWeight = weight;
  }

  /** Inserts the announced newcomer. */
  insert(slot: number, frequency: number): void {
    const weight = this.arrivingWeight;
    this.arriving = 0;
    this.arrivingWeight = 0;
    this.size++;
    this.weight += weight;
    this.queues.weights[slot] = weight;
    // An entry heavier than the whole window is judged first, so that it does not evict all others.
    this.window.enter(slot, frequency, weight > this.window.weightTarget);
  }

  /** Counts a write to a resident as a use, sets its weight, and keeps it. */
  rewrite(slot: number, weight: number): void {
    const { queues } = this;
    this.written = slot;
    this.use(slot);
    const change = weight - (queues.weights[slot] as number);
    if (change === 0) return;
    queues.weights[slot] = weight;
    this.weight += change;
    if (queues.queueOf(slot) === WINDOW) this.window.reweigh(change);
  }

  /** Removes a deleted or expired resident without leaving a ghost. */
  remove(slot: number): void {
    this.release(slot, this.queues.queueOf(slot));
  }

  private release(slot: number, queue: number): void {
    if (queue === WINDOW) this.window.leave(slot);
    else this.queues.remove(queue, slot);
    this.size--;
    this.weight -= this.queues.weights[slot] as number;
    this.queues.setState(slot, 0);
  }

  /** `true` when the number of entries, with the one being written, exceeds its bound. */
  get isCrowded(): boolean {
    return this.size + this.arriving > this.maxEntries;
  }

  /** `true` when `evict` may have work. */
  get isUnsettled(): boolean {
    return this.isOver() || this.windowIsOver();
  }

  /**
   * Removes the resident that is worth least and remembers it. Returns its slot, or `NO_SLOT` once there is room for
   * the entry being written; call it until then.
   */
  evict(): number {
    const slot = this.overflow();
    if (slot === NO_SLOT) return NO_SLOT;
    const { queues, window, main } = this;
    const state = queues.stateOf(slot);
    const queue = ((state & QUEUE) >> QUEUE_SHIFT) - 1;
    this.evictions++;
    let leftAt: number;
    if (queue === WINDOW) leftAt = window.exits = (window.exits + 1) | 0;
    else leftAt = main.exits = (main.exits + 1) | 0;
    this.memories.keep(queues.hashOf(slot), state & FREQUENCY, queue !== WINDOW, leftAt);
    this.release(slot, queue);
    return slot;
  }

  /** Finds the slot to evict next, or `NO_SLOT`. */
  private overflow(): number {
    if (this.sentenced.length > 0) return this.sentenced.pop() as number;
    const { window, main, written } = this;
    for (let moved = 0; ; moved++) {
      const over = this.isOver();
      const windowIsOver = !window.draining && this.windowIsOver();
      if (!over && !windowIsOver) return NO_SLOT;
      const candidate = windowIsOver ? window.candidate(written) : NO_SLOT;
      if (candidate !== NO_SLOT) {
        if (over) return this.judge(candidate);
        window.giveTo(main, candidate);
        if (moved < MOVED_AT_ONCE) continue;
      }
      if (!over) return NO_SLOT;
      const victim = main.victim(written);
      return victim === NO_SLOT ? this.queues.oldestBut(written, WINDOW) : victim;
    }
  }

  /** Compares a candidate of the window with its victims. Returns the slot of the loser. */
  private judge(candidate: number): number {
    const { queues, window, main } = this;
    const first = main.victim(this.written);
    const frequency = queues.stateOf(candidate) & FREQUENCY;
    if (first !== NO_SLOT && frequency > (queues.stateOf(first) & FREQUENCY)) {
      const tooMuch = this.weight + this.arrivingWeight - this.maxWeight;
      const excess = Math.min(queues.weights[candidate] as number, tooMuch);
      if (!this.weighed || main.isOutweighed(frequency, first, excess, this.written, this.sentenced)) {
        window.giveTo(main, candidate);
        return first;
      }
    }
    this.refusals.add(first, queues, 2 * window.size > this.size);
    return candidate;
  }

  /** Tells whether there is no room for the entry being written. */
  private isOver(): boolean {
    return this.isCrowded || (this.weighed && this.weight + this.arrivingWeight > this.maxWeight);
  }

  private windowIsOver(): boolean {
    const { window, arriving, arrivingWeight } = this;
    return window.isOver(
      arriving,
      arrivingWeight,
      arriving > 0 ? arrivingWeight : window.weightOf(this.written),
    );
  }
}
