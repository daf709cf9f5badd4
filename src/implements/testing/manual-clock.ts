import type { IClock, ScheduledTask } from '../../interfaces/clock.js';

interface Appointment {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
}

/**
 * Clock that only a test advances: it moves entries of memory, policies, leases and timeouts.
 *
 * @example
 * ```ts
 * const clock = new ManualClock();
 * const users = new TypedCache<string>({ store: new MemoryCache({ clock }), namespace: 'users', clock });
 * await users.set(1, 'Ada', { expire: '1h' });
 * clock.advance(3_600_000); // An hour passes.
 * ```
 */
export class ManualClock implements IClock {
  #now: number;
  #order = 0;
  readonly #appointments = new Set<Appointment>();

  constructor(startMs = 1000) {
    this.#now = startMs;
  }

  /** Tasks that wait for their time. */
  get pending(): number {
    return this.#appointments.size;
  }

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, task: () => void): ScheduledTask {
    const appointment = { at: this.#now + Math.max(0, delayMs), order: this.#order++, task };
    this.#appointments.add(appointment);
    return { cancel: () => void this.#appointments.delete(appointment) };
  }

  /** Moves time on, and runs what falls due on the way, in order; also what those tasks schedule. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`time does not go back: ${ms}`);
    const end = this.#now + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#appointments.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.task();
    }
    this.#now = end;
  }

  #next(end: number): Appointment | undefined {
    let next: Appointment | undefined;
    for (const appointment of this.#appointments) {
      if (appointment.at > end) continue;
      if (next === undefined || appointment.at < next.at) next = appointment;
      else if (appointment.at === next.at && appointment.order < next.order) next = appointment;
    }
    return next;
  }
}
