import type { IClock, ScheduledTask } from '../../../../interfaces/clock.js';
import { OperationError } from '../../../../interfaces/errors.js';
import type { MutexState } from '../../../../interfaces/mutex.js';
import { wallTimeMs } from '../../../foundation/clock/wall-time.js';
import { WakeCalls } from '../../wake-calls.js';
import type { LockAnswer, LockRelease, LockRequest, LockStore } from './lock-store.js';

interface Hold {
  readonly token: string;
  readonly fence: number;
  readonly expiresAt: number;
  readonly expiry: ScheduledTask;
}

/** A name that is held, or waited for. */
interface Place {
  hold: Hold | undefined;
  /** Tickets in the order of their arrival. */
  readonly queue: Set<string>;
}

/** Locks in the memory of this process. A name takes memory only while it is held or waited for. */
export class MemoryLockStore implements LockStore {
  readonly patienceMs = Number.POSITIVE_INFINITY;
  readonly process = 'memory';
  readonly hears = true;
  readonly #clock: IClock;
  readonly #places = new Map<string, Place>();
  readonly #waiters = new WakeCalls();
  /** Difference in milliseconds between the system time at the start and the clock: the floor of fences. */
  readonly #offsetMs: number;
  #lastFence = 0;

  constructor(clock: IClock) {
    this.#clock = clock;
    this.#offsetMs = wallTimeMs() - clock.now();
  }

  async acquire({ name, token, expireMs, ticket }: LockRequest): Promise<LockAnswer> {
    const place = this.#places.get(name) ?? { hold: undefined, queue: new Set() };
    this.#places.set(name, place);
    const hold = this.#current(place);
    const [first] = place.queue;
    if (hold === undefined && (first === undefined || first === ticket)) {
      if (ticket !== undefined) place.queue.delete(ticket);
      const fence = this.#nextFence();
      this.#hold(name, place, { token, fence, expireMs });
      return { granted: true, fence };
    }
    if (ticket !== undefined) place.queue.add(ticket);
    const [head] = place.queue;
    if (hold === undefined && head !== undefined) this.#waiters.wake(head);
    const remainingMs = hold === undefined ? 0 : hold.expiresAt - this.#clock.now();
    return { granted: false, remainingMs, isFirst: head === ticket };
  }

  async extend({ name, token, expireMs, minReplicas }: Omit<LockRequest, 'ticket'>): Promise<boolean> {
    if (minReplicas > 0) {
      const text = `expected ${minReplicas} replicas (minReplicas) to confirm, got 0; a lock in memory has none`;
      throw new OperationError('E_REPLICATION', text, 'refused');
    }
    const place = this.#places.get(name);
    const hold = place && this.#current(place);
    if (place === undefined || hold?.token !== token) return false;
    if (this.#clock.now() + expireMs > hold.expiresAt)
      this.#hold(name, place, { token, fence: hold.fence, expireMs });
    return true;
  }

  async release({ name, token, ticket }: LockRelease): Promise<boolean> {
    const place = this.#places.get(name);
    if (place === undefined) return false;
    if (ticket !== undefined) place.queue.delete(ticket);
    const hold = this.#current(place);
    const isOurs = hold?.token === token;
    if (isOurs) {
      hold.expiry.cancel();
      place.hold = undefined;
    }
    if (isOurs || ticket !== undefined) this.#passOn(name, place);
    return isOurs;
  }

  async inspect(name: string): Promise<MutexState> {
    const place = this.#places.get(name);
    const hold = place && this.#current(place);
    const waiting = place?.queue.size ?? 0;
    if (hold === undefined) return { held: false, fence: null, remainingMs: null, waiting };
    return { held: true, fence: hold.fence, remainingMs: hold.expiresAt - this.#clock.now(), waiting };
  }

  listen(ticket: string, wake: () => void): () => void {
    return this.#waiters.listen(ticket, wake);
  }

  async attend(): Promise<void> {}

  /** Forgets every lock, and leaves no timer. */
  close(): void {
    for (const { hold } of this.#places.values()) hold?.expiry.cancel();
    this.#places.clear();
  }

  #current({ hold }: Place): Hold | undefined {
    return hold !== undefined && this.#clock.now() < hold.expiresAt ? hold : undefined;
  }

  #hold(
    name: string,
    place: Place,
    { token, fence, expireMs }: { readonly token: string; readonly fence: number; readonly expireMs: number },
  ): void {
    place.hold?.expiry.cancel();
    const expiresAt = this.#clock.now() + expireMs;
    place.hold = { token, fence, expiresAt, expiry: this.#expiry(name, place, expiresAt) };
  }

  #expiry(name: string, place: Place, expiresAt: number): ScheduledTask {
    const leftMs = Math.max(0, expiresAt - this.#clock.now());
    return this.#clock.schedule(leftMs, () => {
      const { hold } = place;
      if (hold === undefined) return;
      if (this.#current(place) === undefined) {
        place.hold = undefined;
        this.#passOn(name, place);
      } else place.hold = { ...hold, expiry: this.#expiry(name, place, expiresAt) }; // The timer was early.
    });
  }

  /** Wakes the first waiter of a free lock, or forgets the name. */
  #passOn(name: string, place: Place): void {
    if (this.#current(place) !== undefined) return;
    const [first] = place.queue;
    if (first !== undefined) this.#waiters.wake(first);
    else if (this.#places.get(name) === place) this.#places.delete(name);
  }

  #nextFence(): number {
    const floor = Math.floor((this.#clock.now() + this.#offsetMs) * 1000);
    this.#lastFence = Math.max(this.#lastFence + 1, floor);
    return this.#lastFence;
  }
}
