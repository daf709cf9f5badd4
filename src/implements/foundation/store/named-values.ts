import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import { OperationError } from '../../../interfaces/errors.js';
import { ExpiryHeap } from './expiry-heap.js';

/** Memory of a name and what is known about it, in addition to its text and its value. */
const OVERHEAD_BYTES = 150;
/** Interval at which names whose lives are over are forgotten. */
const SWEEP_MS = 5000;
/** Maximum number of ends of lives that one turn of the event loop handles. */
const SWEEP_STEP = 1000;
/** Number of ends of lives that each write handles. */
const WRITE_STEP = 8;
/** Ends of lives that no longer count, above which the heap is built anew. */
const MAX_STALE = 1000;

/** A value that is held under a name. */
export interface Held<T> {
  readonly value: T;
  /** Moment of the clock at which it is gone; `Infinity` for never. */
  readonly expiresAt: number;
}

interface Entry<T> extends Held<T> {
  readonly bytes: number;
}

/** Memory that a write will take. */
export interface Need {
  readonly name: string;
  readonly bytes: number;
}

/** Bounds of named values. */
export interface NamedValuesOptions {
  /** Maximum number of names. */
  readonly maxEntries: number;
  /** Maximum memory of names and values. */
  readonly maxBytes: number;
  readonly clock: IClock;
}

/**
 * Values by name in the memory of this process, each with a life, of at most a number and a size. They are data: when
 * there is no room, a write is refused, and nothing is evicted. A value is gone at the millisecond; its memory is
 * reclaimed by later writes, and by a timer that does not keep the process alive.
 */
export class NamedValues<T> {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #clock: IClock;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #expiries = new ExpiryHeap();
  #bytes = 0;
  #sweep: ScheduledTask | undefined;

  constructor({ maxEntries, maxBytes, clock }: NamedValuesOptions) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
    this.#clock = clock;
  }

  /** Number of names. */
  get size(): number {
    this.#forget(Number.POSITIVE_INFINITY);
    return this.#entries.size;
  }

  get(name: string): Held<T> | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.expiresAt > this.#clock.now()) return entry;
    this.#remove(name, entry);
    return undefined;
  }

  /**
   * Holds a value under a name, in place of the one before.
   *
   * @param bytes  Memory of the value, without its name.
   * @throws {OperationError} with the reason `OOM` when there is no room: the value before stays.
   */
  set(name: string, value: T, bytes: number, expiresAt = Number.POSITIVE_INFINITY): void {
    this.requireRoom([{ name, bytes }]);
    const before = this.#entries.get(name);
    const after = sizeOf(name, bytes);
    this.#bytes += after - (before?.bytes ?? 0);
    this.#entries.set(name, { value, bytes: after, expiresAt });
    this.#note(name, expiresAt, before?.expiresAt);
    this.#forget(WRITE_STEP);
  }

  /** Sets the end of the life of a value. @returns `false` when there is none. */
  setExpiry(name: string, expiresAt: number): boolean {
    if (this.get(name) === undefined) return false;
    const entry = this.#entries.get(name) as Entry<T>;
    this.#entries.set(name, { ...entry, expiresAt });
    this.#note(name, expiresAt, entry.expiresAt);
    return true;
  }

  /** Checks that several writes have room together. @throws {OperationError} as `set`. */
  requireRoom(needs: readonly Need[]): void {
    if (this.#lacks(needs) === undefined) return;
    this.#forget(Number.POSITIVE_INFINITY);
    const lacking = this.#lacks(needs);
    if (lacking === undefined) return;
    throw new OperationError('E_OPERATION_REFUSED', `the memory is full: ${lacking}`, 'refused', {
      reason: 'OOM',
    });
  }

  delete(name: string): boolean {
    if (this.get(name) === undefined) return false;
    this.#remove(name, this.#entries.get(name) as Entry<T>);
    return true;
  }

  /** Names of now; some may be gone when they are used. */
  names(): string[] {
    this.#forget(Number.POSITIVE_INFINITY);
    return [...this.#entries.keys()];
  }

  /** Removes everything. */
  clear(): void {
    this.#entries.clear();
    this.#expiries.reset();
    this.#bytes = 0;
    this.#sweep?.cancel();
    this.#sweep = undefined;
  }

  /** Bound that writes would exceed. */
  #lacks(needs: readonly Need[]): string | undefined {
    let entries = this.#entries.size;
    let bytes = this.#bytes;
    for (const need of needs) {
      const before = this.#entries.get(need.name);
      if (before === undefined) entries++;
      bytes += sizeOf(need.name, need.bytes) - (before?.bytes ?? 0);
    }
    if (entries > this.#maxEntries) return `it holds ${this.#maxEntries} keys (maxEntries)`;
    return bytes > this.#maxBytes ? `it holds ${this.#maxBytes} bytes (maxBytes)` : undefined;
  }

  #remove(name: string, entry: Entry<T>): void {
    this.#entries.delete(name);
    this.#bytes -= entry.bytes;
  }

  #note(name: string, expiresAt: number, before: number | undefined): void {
    if (expiresAt === Number.POSITIVE_INFINITY || expiresAt === before) return;
    this.#expiries.add({ name, at: expiresAt });
    if (this.#expiries.size > 2 * this.#entries.size + MAX_STALE) this.#rebuild();
    this.#sweep ??= this.#clock.schedule(SWEEP_MS, () => this.#sweepSome());
  }

  #rebuild(): void {
    const expiring = [...this.#entries].filter(([, { expiresAt }]) => expiresAt !== Number.POSITIVE_INFINITY);
    this.#expiries.reset(expiring.map(([name, { expiresAt }]) => ({ name, at: expiresAt })));
  }

  /** Forgets names whose lives are over. @returns `true` when there may be more. */
  #forget(step: number): boolean {
    const now = this.#clock.now();
    for (let count = 0; count < step; count++) {
      const { first } = this.#expiries;
      if (first === undefined || first.at > now) return false;
      this.#expiries.removeFirst();
      const entry = this.#entries.get(first.name);
      if (entry !== undefined && entry.expiresAt <= now) this.#remove(first.name, entry);
    }
    return true;
  }

  #sweepSome(): void {
    this.#sweep = undefined;
    const hasMore = this.#forget(SWEEP_STEP);
    if (this.#expiries.size === 0) return;
    this.#sweep = this.#clock.schedule(hasMore ? 0 : SWEEP_MS, () => this.#sweepSome());
  }
}

function sizeOf(name: string, bytes: number): number {
  return OVERHEAD_BYTES + Buffer.byteLength(name) + bytes;
}
