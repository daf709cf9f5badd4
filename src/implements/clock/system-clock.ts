import type { IClock, ScheduledTask } from '../../interfaces/clock.js';

/** Time of the machine, monotonic: `performance.now()` and timers that do not keep the process alive. */
export class SystemClock implements IClock {
  now(): number {
    return performance.now();
  }

  schedule(delayMs: number, task: () => void): ScheduledTask {
    const timer = setTimeout(task, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  }
}
