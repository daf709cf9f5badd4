import type { IClock, ScheduledTask, ScheduleOptions } from '../../interfaces/clock.js';

/** Time of the machine, monotonic: `performance.now()` and `setTimeout`. */
export class SystemClock implements IClock {
  now(): number {
    return performance.now();
  }

  schedule(delayMs: number, task: () => void, options?: ScheduleOptions): ScheduledTask {
    const timer = setTimeout(task, delayMs);
    if (options?.keepAlive !== true) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  }
}
