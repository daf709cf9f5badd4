import { runsOn } from '../../../../src/implements/foundation/clock/running-clock.js';
import type { IClock, ScheduledTask } from '../../../../src/interfaces/clock.js';

interface Appointment {
  readonly at: number;
  readonly task: () => void;
}

/** Clock of a simulated process: it stands still while its machine is suspended, and timers of a busy one run late. */
export class SimulatedClock implements IClock {
  readonly [runsOn]: () => number;
  #now: number;
  #appointments: Appointment[] = [];

  /** @param worldTime  Time that goes on during a suspension. */
  constructor(worldTime: () => number) {
    this.#now = 1000;
    this[runsOn] = worldTime;
  }

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, task: () => void): ScheduledTask {
    const appointment = { at: this.#now + Math.max(0, delayMs), task };
    this.#appointments.push(appointment);
    return {
      cancel: () => {
        this.#appointments = this.#appointments.filter((one) => one !== appointment);
      },
    };
  }

  /** Moves time on in one leap, and then runs what has fallen due. */
  leap(ms: number): void {
    this.#now += ms;
    for (;;) {
      let next: Appointment | undefined;
      for (const one of this.#appointments) {
        if (one.at <= this.#now && (next === undefined || one.at < next.at)) next = one;
      }
      if (next === undefined) return;
      const due = next;
      this.#appointments = this.#appointments.filter((one) => one !== due);
      due.task();
    }
  }
}
