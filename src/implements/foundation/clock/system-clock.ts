import type { IClock, ScheduledTask, ScheduleOptions } from '../../../interfaces/clock.js';

/** Maximum delay of `setTimeout`, about 24.8 days. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The monotonic clock of the process: `performance.now()` and `setTimeout`. */
export class SystemClock implements IClock {
  now(): number {
    return performance.now();
  }

  schedule(delayMs: number, task: () => void, options?: ScheduleOptions): ScheduledTask {
    // `setTimeout` treats a longer delay as 1 ms.
    const timer = setTimeout(task, Math.min(Math.ceil(delayMs), MAX_DELAY_MS));
    if (options?.keepAlive !== true) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  }
}
