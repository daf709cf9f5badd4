import { randomInt } from 'node:crypto';
import type { BoundedMap, BoundedMapStats, Bounds, RemovalCause, RemovalListener } from '../bounded-map.js';
import { ExpiryWheel } from '../slots/expiry-wheel.js';
import { KeyIndex } from '../slots/key-index.js';
import * as slots from '../slots/slot-queues.js';
import { Residents } from './residents.js';

const { FIRST_SLOT, NO_SLOT } = slots;

/** Largest map whose room is reserved at once (the system commits pages as they are used). */
const RESERVED = 2 ** 17;
/** Maximum number of entries: a `Map` of V8 holds twice as many, and needs room for deleted ones. */
const MOST_ENTRIES = 2 ** 23;
/** Maximum number of entries that a `set` checks for expiry: with room left, and when it has to evict. */
const STEPS_WITH_ROOM = 16;
const STEPS_WHEN_FULL = 64;
const STEPS_OF_OWNER = 1000;

const SIZE = 0;
const WEIGHT = 1;
const EXPIRED = 2;
const REPLACED = 3;
const DELETED = 4;
const CAUSES: readonly RemovalCause[] = ['size', 'weight', 'expired', 'replaced', 'deleted'];

/**
 * A bounded map that learns which entries are worth keeping (see {@link Residents}) and drops expired ones without
 * searching for them (see {@link ExpiryWheel}).
 *
 * Every entry has a slot, a small number, and its fields are stored in arrays by slot. So an entry costs no object, and
 * the garbage collector has little to trace.
 */
export class AdaptiveMap<V> implements BoundedMap<V> {
  onRemoved: RemovalListener<V> | undefined = undefined;

  private index: KeyIndex;
  private slotValues: (V | undefined)[];
  private freeSlots: number[];
  /** First slot that was never taken. */
  private top = FIRST_SLOT;
  private capacity: number;
  private residents: Residents;
  private wheel: ExpiryWheel;

  private hits = 0;
  private misses = 0;
  private writes = 0;
  private refusedBefore = 0;
  private tooHeavy = 0;
  private readonly removed = [0, 0, 0, 0, 0];
  private removals: NotedRemoval<V>[] = [];

  private readonly bounds: Bounds;

  /** @param seed  Seed of the hash that finds newcomers and remembers evicted keys. */
  constructor(
    { maxEntries, maxWeight }: Bounds,
    private readonly seed = randomInt(2 ** 32) | 0,
  ) {
    const bounds = { maxEntries: Math.min(maxEntries, MOST_ENTRIES), maxWeight };
    this.bounds = bounds;
    this.capacity = FIRST_SLOT + 1 + Math.min(bounds.maxEntries, RESERVED);
    this.index = new KeyIndex(bounds.maxEntries, this.reserved(), seed);
    this.slotValues = new Array<V | undefined>(this.reserved()).fill(undefined);
    this.freeSlots = [];
    this.residents = new Residents(bounds, this.capacity);
    this.wheel = new ExpiryWheel(this.capacity);
  }

  get size(): number {
    return this.residents.size;
  }

  get weight(): number {
    return this.residents.weight;
  }

  get(key: string, now: number): V | undefined {
    const slot = this.index.find(key);
    if (slot === NO_SLOT) {
      this.misses++;
      return undefined;
    }
    if (this.wheel.isDue(slot, now)) {
      this.misses++;
      this.expire(slot);
      return undefined;
    }
    this.hits++;
    this.residents.use(slot);
    return this.slotValues[slot];
  }

  peek(key: string, now: number): V | undefined {
    const slot = this.find(key, now);
    return slot === NO_SLOT ? undefined : this.slotValues[slot];
  }

  expiresAt(key: string, now: number): number | undefined {
    const slot = this.find(key, now);
    return slot === NO_SLOT ? undefined : this.wheel.expiresAt[slot];
  }

  set(key: string, value: V, weight: number, expiresAt: number, now: number): boolean {
    if (weight > this.bounds.maxWeight) {
      this.tooHeavy++;
      return false;
    }
    if (this.wheel.mayBeDue(now)) {
      this.advance(now, this.size < this.bounds.maxEntries ? STEPS_WITH_ROOM : STEPS_WHEN_FULL);
    }
    const slot = this.index.findAgain(key);
    if (expiresAt <= now) {
      if (slot !== NO_SLOT) this.remove(slot, this.wheel.isDue(slot, now) ? EXPIRED : REPLACED);
    } else {
      const uses = this.hits + ++this.writes;
      if (uses >= this.residents.upkeep.dueAt) this.residents.keepUp(uses, this.top);
      this.wheel.schedule(
        slot === NO_SLOT ? this.add(key, value, weight) : this.replace(slot, value, weight, now),
        expiresAt,
        now,
      );
    }
    if (this.removals.length > 0) this.tell();
    return true;
  }

  setExpiresAt(key: string, expiresAt: number, now: number): boolean {
    const slot = this.find(key, now);
    if (slot === NO_SLOT) return false;
    this.wheel.schedule(slot, expiresAt, now);
    if (expiresAt <= now) this.expire(slot);
    return true;
  }

  delete(key: string, now: number): boolean {
    return this.take(key, DELETED, now);
  }

  lack(arriving: 0 | 1, weight: number): 'size' | 'weight' | undefined {
    if (this.size + arriving > this.bounds.maxEntries) return 'size';
    return this.weight + weight > this.bounds.maxWeight ? 'weight' : undefined;
  }

  evictKey(key: string, cause: 'size' | 'weight', now: number): void {
    this.take(key, cause === 'size' ? SIZE : WEIGHT, now);
  }

  clear(now: number): void {
    if (this.onRemoved === undefined) {
      this.removed[DELETED] = (this.removed[DELETED] as number) + this.size;
    } else {
      for (const [, slot] of this.index.entries()) {
        this.note(slot, this.wheel.isDue(slot, now) ? EXPIRED : DELETED);
      }
    }
    this.refusedBefore += this.residents.refusals.count;
    this.index = new KeyIndex(this.bounds.maxEntries, this.reserved(), this.seed);
    this.slotValues = new Array<V | undefined>(this.reserved()).fill(undefined);
    this.freeSlots = [];
    this.top = FIRST_SLOT;
    this.residents = new Residents(this.bounds, this.capacity);
    this.residents.upkeep.startAt(this.hits + this.writes);
    this.wheel = new ExpiryWheel(this.capacity);
    if (this.removals.length > 0) this.tell();
  }

  *keys(now: number): IterableIterator<string> {
    for (const [key, slot] of this.index.entries()) {
      if (!this.wheel.isDue(slot, now)) yield key;
    }
  }

  /** Returns the key of a slot by a number of the caller's choice; `undefined` when the slot is free. Not a use. O(1). */
  sample(number: number, now: number): string | undefined {
    const slot = FIRST_SLOT + (number % Math.max(1, this.top - FIRST_SLOT));
    const isFree = this.slotValues[slot] === undefined;
    return isFree || this.wheel.isDue(slot, now) ? undefined : this.index.keys[slot];
  }

  reclaim(now: number, steps = STEPS_OF_OWNER): number {
    this.advance(now, steps);
    if (this.removals.length > 0) this.tell();
    return this.wheel.nextDueAt;
  }

  stats(): BoundedMapStats {
    const [size = 0, weight = 0, expired = 0, replaced = 0, deleted = 0] = this.removed;
    return {
      hits: this.hits,
      misses: this.misses,
      removed: { size, weight, expired, replaced, deleted },
      refused: this.refusedBefore + this.residents.refusals.count,
      tooHeavy: this.tooHeavy,
      size: this.size,
      weight: this.weight,
      window: this.residents.windowSize,
    };
  }

  /** Removes an entry; `false` when absent. */
  private take(key: string, cause: number, now: number): boolean {
    const slot = this.index.find(key);
    if (slot === NO_SLOT) return false;
    const present = !this.wheel.isDue(slot, now);
    this.remove(slot, present ? cause : EXPIRED);
    if (this.removals.length > 0) this.tell();
    return present;
  }

  private find(key: string, now: number): number {
    const slot = this.index.find(key);
    return slot !== NO_SLOT && this.wheel.isDue(slot, now) ? NO_SLOT : slot;
  }

  private add(key: string, value: V, weight: number): number {
    const { index, residents } = this;
    const frequency = residents.recall(index.hash);
    let slot = residents.exchange(frequency, weight);
    if (slot === NO_SLOT) slot = this.makeRoom(frequency, weight);
    else this.forget(slot, SIZE);
    residents.setHash(slot, index.hash);
    const { rival } = index;
    index.add(key, slot, rival !== NO_SLOT && residents.isNewcomer(rival));
    this.slotValues[slot] = value;
    return slot;
  }

  private makeRoom(frequency: number, weight: number): number {
    const { residents } = this;
    residents.announce(weight);
    let slot = residents.isUnsettled ? this.evict() : NO_SLOT;
    if (slot === NO_SLOT) slot = this.takeSlot();
    residents.insert(slot, frequency);
    return slot;
  }

  private takeSlot(): number {
    if (this.freeSlots.length > 0) return this.freeSlots.pop() as number;
    if (this.top === this.capacity) this.grow();
    return this.top++;
  }

  private replace(slot: number, value: V, weight: number, now: number): number {
    const cause = this.wheel.isDue(slot, now) ? EXPIRED : REPLACED;
    this.note(slot, cause);
    this.slotValues[slot] = value;
    this.residents.rewrite(slot, weight);
    if (this.residents.isUnsettled) this.free(this.evict());
    return slot;
  }

  /** Evicts until both bounds hold. Returns the last slot that was freed, so that the caller can reuse it at once. */
  private evict(): number {
    const { residents } = this;
    let freed = NO_SLOT;
    for (;;) {
      const cause = residents.isCrowded ? SIZE : WEIGHT;
      const slot = residents.evict();
      if (slot === NO_SLOT) return freed;
      this.forget(slot, cause);
      this.free(freed);
      freed = slot;
    }
  }

  private expire(slot: number): void {
    this.remove(slot, EXPIRED);
    if (this.removals.length > 0) this.tell();
  }

  private remove(slot: number, cause: number): void {
    this.residents.remove(slot);
    this.forget(slot, cause);
    this.free(slot);
  }

  /** Removes the entry of a slot that is no longer a resident. */
  private forget(slot: number, cause: number): void {
    this.note(slot, cause);
    this.index.remove(slot, this.residents.hashOf(slot));
  }

  /** Frees a slot that is not reused at once. */
  private free(slot: number): void {
    if (slot === NO_SLOT) return;
    this.index.keys[slot] = '';
    this.slotValues[slot] = undefined;
    this.freeSlots.push(slot);
  }

  private advance(now: number, steps: number): void {
    const budget = { left: steps };
    for (
      let slot = this.wheel.advance(now, budget);
      slot !== NO_SLOT;
      slot = this.wheel.advance(now, budget)
    ) {
      if (this.residents.holds(slot)) this.remove(slot, EXPIRED);
    }
  }

  /** Number of slots to allocate at once: whole arrays need no copying later; a map that may be huge begins small. */
  private reserved(): number {
    return this.bounds.maxEntries <= RESERVED ? this.capacity : FIRST_SLOT;
  }

  private grow(): void {
    this.capacity = FIRST_SLOT + 1 + Math.min(this.bounds.maxEntries, 2 * this.capacity);
    this.residents.grow(this.capacity);
    this.wheel.grow(this.capacity);
  }

  // ---- events

  /** Counts the removal of the entry in a slot, and notes it for the listener. */
  private note(slot: number, cause: number): void {
    this.removed[cause] = (this.removed[cause] as number) + 1;
    if (this.onRemoved === undefined) return;
    const key = this.index.keys[slot] as string;
    this.removals.push({ key, value: this.slotValues[slot] as V, cause });
  }

  /** Passes noted removals to the listener; when it throws, the rest follow at the end of the next call. */
  private tell(): void {
    const removals = this.removals;
    this.removals = [];
    let told = 0;
    try {
      for (const { key, value, cause } of removals) {
        told++;
        this.onRemoved?.(key, value, CAUSES[cause] as RemovalCause);
      }
    } finally {
      if (told < removals.length) this.removals = removals.slice(told).concat(this.removals);
    }
  }
}

interface NotedRemoval<V> {
  readonly key: string;
  readonly value: V;
  readonly cause: number;
}
