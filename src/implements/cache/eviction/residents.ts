import { Aging } from './aging.js';
import type { Bounds } from './bounded-map.js';
import { FORGOTTEN, Memories } from './memories.js';
import { Refusals } from './refusals.js';
import * as slots from './slot-queues.js';
import * as bits from './slot-state.js';
import { WindowTuner } from './window-tuner.js';

// An imported constant is read from its module at each use; one of a module's own is compiled in. That is 6 % of a `set`.
const { NO_SLOT, PROBATION, PROTECTED, WINDOW } = slots;
const { FREQUENCY, QUEUE, QUEUE_SHIFT, USED } = bits;

/** A newcomer counts as one use; so a victim whose uses were all forgotten loses against it. */
const NEWCOMER = 1;

/** Share of a cache that is window at first. */
const FIRST_WINDOW_SHARE = 0.01;
/** Share of main that may be protected. */
const PROTECTED_SHARE = 0.8;
/** A use within so many arrivals, as a share of the cache, belongs to the burst of the arrival: it tells nothing. */
const BURST_SHARE = 0.02;
/** Uses between two decisions of the tuner, for a cache that holds fewer entries. */
const SHORTEST_PERIOD = 800;
/** Uses between two decisions, for each entry. */
const PERIOD_SHARE = 1 / 2;

// What one call does at most, so that no call is long: what is left is done by the next.
const SPARED_AT_ONCE = 64;
const MOVED_AT_ONCE = 64;
const VICTIMS_AT_ONCE = 16;

/**
 * Who stays and who goes, in three queues of slots. Newcomers enter the window. Who leaves it, oldest first, must have
 * been used more often than the victim it would replace in main, or goes itself; what it was is then remembered as a
 * ghost, and given back to it should it return. (W-TinyLFU: Einziger, Friedman and Manes, ACM Transactions on Storage
 * 2017. No sketch: residents are counted exactly, and the frequencies that matter of all others live on ghosts.)
 *
 * A use only marks the slot; queues move when room is needed, and the used are then spared: in the window for another
 * round, from probation into protected. (Lazy promotion and quick demotion: Yang et al., HotOS 2023.)
 *
 * Uses shortly after arrival do not count as frequency (correlated references: O'Neil et al., LRU-K, SIGMOD 1993).
 */
export class Residents {
  /** Sum of the weights of all residents. */
  weight = 0;
  /** Candidates that main refused. */
  readonly refusals = new Refusals();
  /** Residents in all queues. */
  size = 0;
  /** Entries that the window should hold at most. */
  windowTarget = 1;

  private readonly maxEntries: number;
  private readonly maxWeight: number;
  private readonly queues: slots.SlotQueues;
  private readonly memories: Memories;
  private readonly tuner: WindowTuner;

  private weights: Float64Array;

  // Clocks: counts that only grow, modulo 2^32. Distances between them are ages and depths.
  private windowArrivals = 0;
  private probationArrivals = 0;
  private windowExits = 0;
  private mainExits = 0;

  private windowShare = 0;
  /** Whether weights count at all; when they do not, none is read. */
  private readonly weighed: boolean;
  private windowWeight = 0;
  private windowWeightTarget = 0;
  /** The target was lowered: the window gives entries to main, some each call, before any is judged again. */
  private draining = false;
  /** Victims that a heavy candidate takes the place of, beyond the first. */
  private readonly sentenced: number[] = [];

  private burst: number;
  private nextDecision = SHORTEST_PERIOD;
  private readonly aging = new Aging();
  private evictions = 0;
  private evictionsDecided = 0;

  /** @param capacity  Slots, those below `FIRST_SLOT` included. */
  constructor(bounds: Bounds, capacity: number, seed: number) {
    this.maxEntries = bounds.maxEntries;
    this.maxWeight = bounds.maxWeight;
    this.queues = new slots.SlotQueues(capacity);
    this.memories = new Memories(capacity, seed);
    this.tuner = new WindowTuner(bounds.maxEntries);
    this.weights = new Float64Array(capacity);
    this.sizeWindow(FIRST_WINDOW_SHARE);
    this.weighed = bounds.maxWeight !== Number.POSITIVE_INFINITY;
    this.burst = bounds.maxEntries * BURST_SHARE;
  }

  get windowSize(): number {
    return this.queues.counts[WINDOW] as number;
  }

  /** Makes room for more slots. Ghosts are forgotten: they are few as long as a map still grows. */
  grow(capacity: number): void {
    this.queues.grow(capacity);
    this.memories.grow(capacity);
    const weights = new Float64Array(capacity);
    weights.set(this.weights);
    this.weights = weights;
  }

  holds(slot: number): boolean {
    return this.queues.stateOf(slot) !== 0;
  }

  /** Uses that came before this one took over. */
  startAt(uses: number): void {
    this.nextDecision += uses;
    this.aging.startAt(uses);
  }

  /** Counts a use. Mostly one read: only the first since the entry was last spared changes anything. */
  use(slot: number): void {
    const state = this.queues.stateOf(slot);
    if ((state & USED) === 0) this.firstUse(slot, state);
  }

  private firstUse(slot: number, state: number): void {
    let counts = true;
    if ((state & QUEUE) >> QUEUE_SHIFT === WINDOW + 1) {
      const depth = (this.windowArrivals - this.queues.stampOf(slot)) >>> 0;
      this.tuner.usedInWindow(depth);
      counts = depth > this.burst;
    } else if ((state & QUEUE) >> QUEUE_SHIFT === PROBATION + 1) {
      this.tuner.usedInProbation((this.probationArrivals - this.queues.stampOf(slot)) >>> 0);
    } else {
      this.tuner.usedInProtected();
    }
    this.queues.setState(slot, (state | USED) + (counts && (state & FREQUENCY) < FREQUENCY ? 1 : 0));
  }

  /** Takes a newcomer into the window, with the frequency of its ghost. */
  insert(slot: number, key: string, weight: number): void {
    const past = this.memories.recall(slot, key);
    let frequency = NEWCOMER;
    if (past !== FORGOTTEN) {
      frequency = Math.min(past + 1, FREQUENCY);
      const { fromMain, leftAt } = this.memories.found;
      if (fromMain) this.tuner.returnedToMain((this.mainExits - leftAt) >>> 0);
      else this.tuner.returnedToWindow((this.windowExits - leftAt) >>> 0);
    }
    this.weights[slot] = weight;
    this.weight += weight;
    this.size++;
    this.aging.reach(slot);
    // Heavier than the whole window: the first to be judged, lest it drives all others out.
    this.enterWindow(slot, frequency, weight > this.windowWeightTarget);
  }

  /** Forgets a resident without a trace, as one that was deleted or has expired. */
  remove(slot: number): void {
    this.release(slot, this.queues.queueOf(slot));
  }

  private release(slot: number, queue: number): void {
    this.leave(slot, queue);
    this.size--;
    this.weight -= this.weights[slot] as number;
    this.queues.setState(slot, 0);
  }

  /** Gives a resident another weight. */
  reweigh(slot: number, weight: number): void {
    const change = weight - (this.weights[slot] as number);
    if (change === 0) return;
    this.weights[slot] = weight;
    this.weight += change;
    if (this.weighed && this.queues.queueOf(slot) === WINDOW) this.windowWeight += change;
  }

  /** Whether `evict` may have anything to do. */
  get isUnsettled(): boolean {
    return this.weighed || this.size > this.maxEntries || this.windowSize > this.windowTarget;
  }

  /**
   * Removes the resident that is worth least and remembers it; its slot, or `NO_SLOT` once all bounds hold. To be called
   * until then.
   *
   * @param newest  What was just written; it stays.
   * @param keys  Of each slot.
   */
  evict(newest: number, keys: readonly string[]): number {
    const slot = this.refused(newest) || this.overflow(newest);
    if (slot === NO_SLOT) return NO_SLOT;
    const state = this.queues.stateOf(slot);
    const queue = ((state & QUEUE) >> QUEUE_SHIFT) - 1;
    this.evictions++;
    let leftAt: number;
    if (queue === WINDOW) leftAt = this.windowExits = (this.windowExits + 1) | 0;
    else leftAt = this.mainExits = (this.mainExits + 1) | 0;
    this.memories.keep(slot, keys[slot] as string, state & FREQUENCY, queue !== WINDOW, leftAt);
    this.release(slot, queue);
    return slot;
  }

  /**
   * What `overflow` comes to most of the time, in few steps: the oldest of the window, when neither it nor its victim
   * was used and it is not worth more. `NO_SLOT` when matters are different.
   */
  private refused(newest: number): number {
    if (this.weighed || this.draining || this.size <= this.maxEntries) return NO_SLOT;
    const { queues } = this;
    if ((queues.counts[WINDOW] as number) <= this.windowTarget) return NO_SLOT;
    const candidate = queues.oldest(WINDOW);
    const victim = queues.oldest(PROBATION);
    if (candidate === newest || victim === newest || victim === NO_SLOT) return NO_SLOT;
    const state = this.queues.stateOf(candidate);
    const rival = this.queues.stateOf(victim);
    if (((state | rival) & USED) !== 0 || (state & FREQUENCY) > (rival & FREQUENCY)) return NO_SLOT;
    this.refusals.add(victim, this.queues, 2 * this.windowSize > this.size);
    return candidate;
  }

  /** The slot to evict next, or `NO_SLOT`. */
  private overflow(newest: number): number {
    if (this.sentenced.length > 0) return this.sentenced.pop() as number;
    for (let moved = 0; ; moved++) {
      const over = this.isOver();
      const windowIsOver = !this.draining && this.windowIsOver(newest);
      if (!over && !windowIsOver) return NO_SLOT;
      const candidate = windowIsOver ? this.oldestOfWindow(newest) : NO_SLOT;
      if (candidate !== NO_SLOT) {
        if (over) return this.judge(candidate, newest);
        this.toProbation(candidate);
        if (moved < MOVED_AT_ONCE) continue;
      }
      if (!over) return NO_SLOT;
      const victim = this.victim(newest);
      return victim === NO_SLOT ? this.queues.oldestBut(newest, WINDOW) : victim;
    }
  }

  /** Does a share of the work that keeps counts young and the window at its size. @param uses  All so far. */
  maintain(uses: number): void {
    this.aging.halve(this.queues.states, uses);
    if (uses >= this.nextDecision) this.decide(uses);
    if (this.draining) this.drain();
  }

  /** Gives what is too much for the window to main, as it is. */
  private drain(): void {
    for (let moved = 0; this.draining && moved < MOVED_AT_ONCE; moved++) {
      if (this.windowIsOver(NO_SLOT)) this.toProbation(this.queues.oldest(WINDOW));
      else this.draining = false;
    }
  }

  /** Lets the used go round once more; the first that was not used is the oldest. */
  private oldestOfWindow(newest: number): number {
    let slot = this.queues.oldestBut(newest, WINDOW);
    for (let spared = 0; spared < SPARED_AT_ONCE && slot !== NO_SLOT; spared++) {
      const state = this.queues.stateOf(slot);
      if ((state & USED) === 0) break;
      this.leave(slot, WINDOW);
      this.enterWindow(slot, state & FREQUENCY, false);
      slot = this.queues.oldestBut(newest, WINDOW);
    }
    return slot;
  }

  /** A candidate leaves the window; the loser of it and those it would replace is named. */
  private judge(candidate: number, newest: number): number {
    const first = this.victim(newest);
    const rival = this.queues.stateOf(candidate) & FREQUENCY;
    if (first !== NO_SLOT && rival > (this.queues.stateOf(first) & FREQUENCY)) {
      if (!this.weighed || this.outweighs(candidate, rival, first, newest)) {
        this.toProbation(candidate);
        return first;
      }
    }
    this.refusals.add(first, this.queues, 2 * this.windowSize > this.size);
    return candidate;
  }

  /**
   * Whether a candidate is worth more than all that must go for it together; those beyond the first are sentenced. (AV of
   * Einziger et al., Lightweight Robust Size Aware Cache Management, ACM Transactions on Storage 2022.)
   */
  private outweighs(candidate: number, rival: number, first: number, newest: number): boolean {
    const excess = Math.min(this.weights[candidate] as number, this.weight - this.maxWeight);
    let freed = this.weights[first] as number;
    let strength = this.queues.stateOf(first) & FREQUENCY;
    let next = first;
    while (freed < excess && rival > strength && this.sentenced.length < VICTIMS_AT_ONCE) {
      next = this.queues.newer(next);
      if (next === NO_SLOT || next === newest) break;
      this.sentenced.push(next);
      freed += this.weights[next] as number;
      strength += this.queues.stateOf(next) & FREQUENCY;
    }
    if (rival > strength && freed >= excess) return true;
    this.sentenced.length = 0;
    return false;
  }

  /** The entry of main that is worth least; the used are spared on the way. */
  private victim(newest: number): number {
    for (let spared = 0; spared < SPARED_AT_ONCE; spared++) {
      const slot = this.queues.oldest(PROBATION);
      if (slot === NO_SLOT) break;
      const state = this.queues.stateOf(slot);
      if ((state & USED) === 0 && slot !== newest) return slot;
      this.leave(slot, PROBATION);
      this.queues.pushNewest(PROTECTED, slot, state & FREQUENCY);
      spared += this.demote();
    }
    const slot = this.queues.oldestBut(newest, PROBATION);
    return slot === NO_SLOT ? this.queues.oldestBut(newest, PROTECTED) : slot;
  }

  /** Keeps the protected to their share of main. Returns how many it looked at. */
  private demote(): number {
    const counts = this.queues.counts;
    const main = (counts[PROBATION] as number) + (counts[PROTECTED] as number);
    const limit = PROTECTED_SHARE * main;
    let moved = 0;
    for (; (counts[PROTECTED] as number) > limit && moved < SPARED_AT_ONCE; moved++) {
      const slot = this.queues.oldest(PROTECTED);
      const state = this.queues.stateOf(slot);
      this.leave(slot, PROTECTED);
      if ((state & USED) !== 0) this.queues.pushNewest(PROTECTED, slot, state & FREQUENCY);
      else this.toProbationFrom(slot, state);
    }
    return moved;
  }

  private leave(slot: number, queue: number): void {
    this.queues.remove(queue, slot);
    if (this.weighed && queue === WINDOW) this.windowWeight -= this.weights[slot] as number;
  }

  private enterWindow(slot: number, frequency: number, asOldest: boolean): void {
    this.queues.setStamp(slot, this.windowArrivals);
    this.windowArrivals = (this.windowArrivals + 1) | 0;
    if (this.weighed) this.windowWeight += this.weights[slot] as number;
    if (asOldest) this.queues.pushOldest(WINDOW, slot, frequency);
    else this.queues.pushNewest(WINDOW, slot, frequency);
  }

  private toProbation(slot: number): void {
    this.leave(slot, WINDOW);
    this.windowExits = (this.windowExits + 1) | 0;
    this.toProbationFrom(slot, this.queues.stateOf(slot));
  }

  private toProbationFrom(slot: number, state: number): void {
    this.queues.pushNewest(PROBATION, slot, state);
    this.queues.setStamp(slot, this.probationArrivals);
    this.probationArrivals = (this.probationArrivals + 1) | 0;
  }

  private isOver(): boolean {
    return this.size > this.maxEntries || (this.weighed && this.weight > this.maxWeight);
  }

  /** Whether the window holds too much. A newcomer that alone is too heavy for it does not count against the others. */
  private windowIsOver(newest: number): boolean {
    const count = this.queues.counts[WINDOW] as number;
    if (count > this.windowTarget) return true;
    if (!this.weighed || count === 0) return false;
    const weight = this.queues.queueOf(newest) === WINDOW ? (this.weights[newest] as number) : 0;
    return this.windowWeight - (weight > this.windowWeightTarget ? weight : 0) > this.windowWeightTarget;
  }

  private decide(uses: number): void {
    const entries = this.size;
    const probation = this.queues.counts[PROBATION] as number;
    const protectedCount = this.queues.counts[PROTECTED] as number;
    this.nextDecision = uses + Math.max(SHORTEST_PERIOD, PERIOD_SHARE * entries);
    if (this.evictions === this.evictionsDecided) {
      this.tuner.fade();
      return;
    }
    this.evictionsDecided = this.evictions;
    this.memories.weighUp();

    const target = Math.max(1, Math.round(this.windowShare * entries));
    const decided = this.tuner.decide(target, probation, protectedCount, entries);
    if (decided !== target) this.sizeWindow(decided / entries);
    this.draining = decided < target;
    this.burst = entries * BURST_SHARE;
  }

  private sizeWindow(share: number): void {
    this.windowShare = share;
    this.windowTarget = Math.max(1, Math.round(share * this.maxEntries));
    this.windowWeightTarget = share * this.maxWeight;
  }
}
