import { Aging } from './aging.js';
import type { Bounds } from './bounded-map.js';
import { FORGOTTEN, Memories } from './memories.js';
import { NO_SLOT, PROBATION, PROTECTED, SlotQueues, WINDOW } from './slot-queues.js';
import { FREQUENCY, halved, QUEUE, QUEUE_SHIFT, USED } from './slot-state.js';
import { WindowTuner } from './window-tuner.js';

/** A newcomer counts as one use; so a victim whose uses were all forgotten loses against it. */
const NEWCOMER = 1;

/** Share of a cache that is window at first. */
const FIRST_WINDOW_SHARE = 0.01;
/** Share of main that may be protected. */
const PROTECTED_SHARE = 0.8;
/** A use within so many arrivals, as a share of the cache, belongs to the burst of the arrival: it tells nothing. */
const BURST_SHARE = 0.02;
/** After so many refusals in a row for the sake of one entry that is not used itself, its frequency is halved. */
const REFUSALS_PER_HALVING = 32;
/** Uses between two decisions of the tuner, for a cache that holds fewer entries. */
const SHORTEST_PERIOD = 800;

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
  refusals = 0;
  /** Residents in all queues. */
  size = 0;
  /** Entries that the window should hold at most. */
  windowTarget = 1;

  private readonly maxEntries: number;
  private readonly maxWeight: number;
  private readonly queues: SlotQueues;
  private readonly memories: Memories;
  private readonly tuner: WindowTuner;

  private states: Uint8Array;
  private weights: Float64Array;
  /** Of each slot, the count of arrivals in its queue (window or probation) when it joined. */
  private stamps: Int32Array;

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
  private refusedFor = NO_SLOT;
  private refusalsInRow = 0;
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
    this.queues = new SlotQueues(capacity);
    this.memories = new Memories(capacity, seed);
    this.tuner = new WindowTuner(bounds.maxEntries);
    this.states = new Uint8Array(capacity);
    this.weights = new Float64Array(capacity);
    this.stamps = new Int32Array(capacity);
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
    this.states = copyInto(new Uint8Array(capacity), this.states);
    this.weights = copyInto(new Float64Array(capacity), this.weights);
    this.stamps = copyInto(new Int32Array(capacity), this.stamps);
  }

  holds(slot: number): boolean {
    return this.states[slot] !== 0;
  }

  /** Uses that came before this one took over. */
  startAt(uses: number): void {
    this.nextDecision += uses;
    this.aging.startAt(uses);
  }

  /** Counts a use. Mostly one read: only the first since the entry was last spared changes anything. */
  use(slot: number): void {
    const state = this.states[slot] as number;
    if ((state & USED) === 0) this.firstUse(slot, state);
  }

  private firstUse(slot: number, state: number): void {
    let counts = true;
    if ((state & QUEUE) >> QUEUE_SHIFT === WINDOW + 1) {
      const depth = (this.windowArrivals - (this.stamps[slot] as number)) >>> 0;
      this.tuner.usedInWindow(depth);
      counts = depth > this.burst;
    } else if ((state & QUEUE) >> QUEUE_SHIFT === PROBATION + 1) {
      this.tuner.usedInProbation((this.probationArrivals - (this.stamps[slot] as number)) >>> 0);
    } else {
      this.tuner.usedInProtected();
    }
    this.states[slot] = (state | USED) + (counts && (state & FREQUENCY) < FREQUENCY ? 1 : 0);
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
    this.leave(slot, this.queueOf(slot));
    this.size--;
    this.weight -= this.weights[slot] as number;
    this.states[slot] = 0;
  }

  /** Gives a resident another weight. */
  reweigh(slot: number, weight: number): void {
    const change = weight - (this.weights[slot] as number);
    if (change === 0) return;
    this.weights[slot] = weight;
    this.weight += change;
    if (this.weighed && this.queueOf(slot) === WINDOW) this.windowWeight += change;
  }

  /** Removes a resident that `overflow` named, and remembers it. */
  evict(slot: number, key: string): void {
    const fromMain = this.queueOf(slot) !== WINDOW;
    if (fromMain) this.mainExits = (this.mainExits + 1) | 0;
    else this.windowExits = (this.windowExits + 1) | 0;
    this.evictions++;
    const frequency = (this.states[slot] as number) & FREQUENCY;
    this.memories.keep(slot, key, frequency, fromMain, fromMain ? this.mainExits : this.windowExits);
    this.remove(slot);
  }

  /**
   * The slot to evict next, or `NO_SLOT` once all bounds hold. To be called until then.
   *
   * @param newest  What was just written; it stays.
   */
  overflow(newest: number): number {
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
      return victim === NO_SLOT ? this.oldestBut(newest, WINDOW) : victim;
    }
  }

  /** Does a share of the work that keeps counts young and the window at its size. @param uses  All so far. */
  maintain(uses: number): void {
    this.aging.halve(this.states, uses);
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
    let slot = this.oldestBut(newest, WINDOW);
    for (let spared = 0; spared < SPARED_AT_ONCE && slot !== NO_SLOT; spared++) {
      const state = this.states[slot] as number;
      if ((state & USED) === 0) break;
      this.leave(slot, WINDOW);
      this.enterWindow(slot, state & FREQUENCY, false);
      slot = this.oldestBut(newest, WINDOW);
    }
    return slot;
  }

  /** A candidate leaves the window; the loser of it and those it would replace is named. */
  private judge(candidate: number, newest: number): number {
    const first = this.victim(newest);
    const rival = (this.states[candidate] as number) & FREQUENCY;
    if (first !== NO_SLOT && rival > ((this.states[first] as number) & FREQUENCY)) {
      if (!this.weighed || this.outweighs(candidate, rival, first, newest)) {
        this.toProbation(candidate);
        return first;
      }
    }
    this.refusals++;
    this.refuseFor(first);
    return candidate;
  }

  /**
   * Frequencies of the past must not bar the way for good when nobody uses what earned them: in a main that has become
   * the smaller part, one entry could. (In a large one, that some entry waits long for its next use means nothing.)
   */
  private refuseFor(victim: number): void {
    if (2 * this.windowSize <= this.size) return;
    this.refusalsInRow = victim === this.refusedFor ? this.refusalsInRow + 1 : 0;
    this.refusedFor = victim;
    if (this.refusalsInRow < REFUSALS_PER_HALVING) return;
    this.refusalsInRow = 0;
    if (victim !== NO_SLOT) this.states[victim] = halved(this.states[victim] as number);
  }

  /**
   * Whether a candidate is worth more than all that must go for it together; those beyond the first are sentenced. (AV of
   * Einziger et al., Lightweight Robust Size Aware Cache Management, ACM Transactions on Storage 2022.)
   */
  private outweighs(candidate: number, rival: number, first: number, newest: number): boolean {
    const excess = Math.min(this.weights[candidate] as number, this.weight - this.maxWeight);
    let freed = this.weights[first] as number;
    let strength = (this.states[first] as number) & FREQUENCY;
    let next = first;
    while (freed < excess && rival > strength && this.sentenced.length < VICTIMS_AT_ONCE) {
      next = this.queues.newer(next);
      if (next === NO_SLOT || next === newest) break;
      this.sentenced.push(next);
      freed += this.weights[next] as number;
      strength += (this.states[next] as number) & FREQUENCY;
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
      const state = this.states[slot] as number;
      if ((state & USED) === 0 && slot !== newest) return slot;
      this.leave(slot, PROBATION);
      this.join(PROTECTED, slot, state & FREQUENCY);
      this.demote();
    }
    const slot = this.oldestBut(newest, PROBATION);
    return slot === NO_SLOT ? this.oldestBut(newest, PROTECTED) : slot;
  }

  private oldestBut(newest: number, queue: number): number {
    const slot = this.queues.oldest(queue);
    return slot === newest && slot !== NO_SLOT ? this.queues.newer(slot) : slot;
  }

  /** Keeps the protected to their share of main. */
  private demote(): void {
    const counts = this.queues.counts;
    const main = (counts[PROBATION] as number) + (counts[PROTECTED] as number);
    const limit = PROTECTED_SHARE * main;
    for (let moved = 0; (counts[PROTECTED] as number) > limit && moved < SPARED_AT_ONCE; moved++) {
      const slot = this.queues.oldest(PROTECTED);
      const state = this.states[slot] as number;
      this.leave(slot, PROTECTED);
      if ((state & USED) !== 0) this.join(PROTECTED, slot, state & FREQUENCY);
      else this.toProbationFrom(slot, state);
    }
  }

  private queueOf(slot: number): number {
    return (((this.states[slot] as number) & QUEUE) >> QUEUE_SHIFT) - 1;
  }

  private leave(slot: number, queue: number): void {
    this.queues.remove(queue, slot);
    if (this.weighed && queue === WINDOW) this.windowWeight -= this.weights[slot] as number;
  }

  private join(queue: number, slot: number, state: number): void {
    this.states[slot] = (state & (FREQUENCY | USED)) | ((queue + 1) << QUEUE_SHIFT);
    this.queues.pushNewest(queue, slot);
  }

  private enterWindow(slot: number, frequency: number, asOldest: boolean): void {
    this.states[slot] = frequency | ((WINDOW + 1) << QUEUE_SHIFT);
    this.stamps[slot] = this.windowArrivals;
    this.windowArrivals = (this.windowArrivals + 1) | 0;
    if (this.weighed) this.windowWeight += this.weights[slot] as number;
    if (asOldest) this.queues.pushOldest(WINDOW, slot);
    else this.queues.pushNewest(WINDOW, slot);
  }

  private toProbation(slot: number): void {
    this.leave(slot, WINDOW);
    this.windowExits = (this.windowExits + 1) | 0;
    this.toProbationFrom(slot, this.states[slot] as number);
  }

  private toProbationFrom(slot: number, state: number): void {
    this.join(PROBATION, slot, state);
    this.stamps[slot] = this.probationArrivals;
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
    const weight = this.queueOf(newest) === WINDOW ? (this.weights[newest] as number) : 0;
    return this.windowWeight - (weight > this.windowWeightTarget ? weight : 0) > this.windowWeightTarget;
  }

  private decide(uses: number): void {
    const entries = this.size;
    const probation = this.queues.counts[PROBATION] as number;
    const protectedCount = this.queues.counts[PROTECTED] as number;
    this.nextDecision = uses + Math.max(SHORTEST_PERIOD, entries);
    if (this.evictions === this.evictionsDecided) {
      this.tuner.forgetHalf();
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

function copyInto<A extends Uint8Array | Int32Array | Float64Array>(target: A, source: A): A {
  target.set(source);
  return target;
}
