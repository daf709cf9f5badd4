import type { IClock, ScheduledTask, ScheduleOptions } from '../../../interfaces/clock.js';

/** Duration of a step. A step that ends late counts as one that ended in time. */
const STEP_MS = 50;
/** Delay of a timer that is not taken for a busy event loop. */
const LATE_MS = 25;

/**
 * A clock whose delays count only the time during which the event loop turns: work of the application that blocks the
 * loop (an import, a large file) uses up no time that was meant for somebody else, such as a server that is to answer.
 */
export class PatientClock implements IClock {
  readonly #clock: IClock;

  constructor(clock: IClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  schedule(delayMs: number, task: () => void, options?: ScheduleOptions): ScheduledTask {
    let leftMs = delayMs;
    let waiting: ScheduledTask;
    let cancelled = false;
    const finish = (): void => {
      if (!cancelled) task();
    };
    const step = (): void => {
      const stepMs = Math.min(leftMs, STEP_MS);
      const beganAt = this.#clock.now();
      waiting = this.#clock.schedule(
        stepMs,
        () => {
          const tookMs = this.#clock.now() - beganAt;
          leftMs -= tookMs > stepMs + LATE_MS ? stepMs : Math.max(1, tookMs);
          // Timers run before sockets are read: what has arrived comes first.
          if (leftMs > 0) step();
          else setImmediate(finish);
        },
        options,
      );
    };
    step();
    return {
      cancel: () => {
        cancelled = true;
        waiting.cancel();
      },
    };
  }
}
