import * as bits from './slot-state.js';

/** Queues of a map; each number is also the index of the queue's own node among the links. */
export const WINDOW = 0;
export const PROBATION = 1;
export const PROTECTED = 2;

/** First slot: lower numbers are the queues themselves. */
export const FIRST_SLOT = 3;
/** Stands for a slot when there is none. */
export const NO_SLOT = 0;

/** Record of a slot, 2^RECORD numbers: its neighbours in its queue, its stamp, and the hash of its key. */
const RECORD = 2;
const NEWER = 0;
const OLDER = 1;
const STAMP = 2;
const HASH = 3;
// Constants that are imported or exported are copied in this folder: V8 compiles a module's own constant into the code,
// and reads any other from its module at each use, which is 6 % of a `set`. Members are `private` and not `#`, because
// methods destructure `this`; the speed is the same.
const NONE = NO_SLOT;
const FIRST = FIRST_SLOT;
const { FREQUENCY, QUEUE, QUEUE_SHIFT, USED } = bits;

/**
 * Three doubly linked queues over the slots of a map. A slot is in one queue at most. The record of a slot takes a
 * quarter of a cache line, because a move reads and writes most of it.
 */
export class SlotQueues {
  readonly counts = new Int32Array(FIRST_SLOT);
  /**
   * State of each slot, see `slot-state.ts`. A `get` reads nothing else of a queue, so states are stored close
   * together.
   */
  states: Uint8Array;
  /** Weight of each slot. */
  weights: Float64Array;
  private records: Int32Array;

  constructor(capacity: number) {
    this.states = new Uint8Array(capacity);
    this.weights = new Float64Array(capacity);
    this.records = new Int32Array(capacity << RECORD);
    for (let queue = 0; queue < FIRST_SLOT; queue++) {
      this.records[(queue << RECORD) + NEWER] = queue;
      this.records[(queue << RECORD) + OLDER] = queue;
    }
  }

  /** Makes room for more slots: copies the arrays. */
  grow(capacity: number): void {
    const states = new Uint8Array(capacity);
    states.set(this.states);
    this.states = states;
    const weights = new Float64Array(capacity);
    weights.set(this.weights);
    this.weights = weights;
    const records = new Int32Array(capacity << RECORD);
    records.set(this.records);
    this.records = records;
  }

  /** Slot that has been longest in a queue, or `NO_SLOT`. */
  oldest(queue: number): number {
    return this.newer(queue);
  }

  /** Oldest slot of a queue other than one slot, or `NO_SLOT`. */
  oldestBut(except: number, queue: number): number {
    const slot = this.oldest(queue);
    return slot === except && slot !== NONE ? this.newer(slot) : slot;
  }

  /** Next younger slot of the same queue, or `NO_SLOT`. */
  newer(slot: number): number {
    const next = this.records[(slot << RECORD) + NEWER] as number;
    return next < FIRST ? NONE : next;
  }

  /** @param state  State of the slot; the queue that it may name is ignored. */
  pushNewest(queue: number, slot: number, state: number): void {
    this.insert(this.records[(queue << RECORD) + OLDER] as number, slot, queue, queue, state);
  }

  pushOldest(queue: number, slot: number, state: number): void {
    this.insert(queue, slot, this.records[(queue << RECORD) + NEWER] as number, queue, state);
  }

  /** Makes the oldest slot of the window its newest, for another entry. */
  renew(slot: number, frequency: number, stamp: number): void {
    const { records } = this;
    const at = slot << RECORD;
    const older = records[(WINDOW << RECORD) + OLDER] as number;
    if (older !== slot) {
      const newer = records[at + NEWER] as number;
      records[(WINDOW << RECORD) + NEWER] = newer;
      records[(newer << RECORD) + OLDER] = WINDOW;
      records[(older << RECORD) + NEWER] = slot;
      records[(WINDOW << RECORD) + OLDER] = slot;
      records[at + NEWER] = WINDOW;
      records[at + OLDER] = older;
    }
    records[at + STAMP] = stamp;
    this.states[slot] = frequency | ((WINDOW + 1) << QUEUE_SHIFT);
  }

  remove(queue: number, slot: number): void {
    const { records, counts } = this;
    const newer = records[(slot << RECORD) + NEWER] as number;
    const older = records[(slot << RECORD) + OLDER] as number;
    records[(older << RECORD) + NEWER] = newer;
    records[(newer << RECORD) + OLDER] = older;
    counts[queue] = (counts[queue] as number) - 1;
  }

  /** Count of arrivals in its queue (window or probation) at the time when a slot joined. */
  stampOf(slot: number): number {
    return this.records[(slot << RECORD) + STAMP] as number;
  }

  setStamp(slot: number, stamp: number): void {
    this.records[(slot << RECORD) + STAMP] = stamp;
  }

  /** Hash of the key in a slot, as `setHash` stored it. */
  hashOf(slot: number): number {
    return this.records[(slot << RECORD) + HASH] as number;
  }

  setHash(slot: number, hash: number): void {
    this.records[(slot << RECORD) + HASH] = hash;
  }

  /** State of a slot, see `slot-state.ts`. */
  stateOf(slot: number): number {
    return this.states[slot] as number;
  }

  setState(slot: number, state: number): void {
    this.states[slot] = state;
  }

  queueOf(slot: number): number {
    return ((this.stateOf(slot) & QUEUE) >> QUEUE_SHIFT) - 1;
  }

  private insert(older: number, slot: number, newer: number, queue: number, state: number): void {
    const { records, counts } = this;
    const at = slot << RECORD;
    records[at + NEWER] = newer;
    records[at + OLDER] = older;
    this.states[slot] = (state & (FREQUENCY | USED)) | ((queue + 1) << QUEUE_SHIFT);
    records[(older << RECORD) + NEWER] = slot;
    records[(newer << RECORD) + OLDER] = slot;
    counts[queue] = (counts[queue] as number) + 1;
  }
}
