import type { IClock, ScheduledTask, ScheduleOptions } from '../../../interfaces/clock.js';

/** About 24.8 days. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Time of the machine, monotonic: `performance.now()` and `setTimeout`. */
export class SystemClock implements IClock {
  now(): number {
    return performance.now();
  }

  schedule(delayMs: number, task: () => void, options?: ScheduleOptions): ScheduledTask {
    // A longer delay would overflow, and then be none at all.
    const timer = setTimeout(task, Math.min(Math.ceil(delayMs), MAX_DELAY_MS));
    if (options?.keepAlive !== true) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  }
}
