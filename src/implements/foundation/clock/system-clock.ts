import type { IClock, ScheduledTask, ScheduleOptions } from '../../../interfaces/clock.js';

/** Maximum delay of `setTimeout`, about 24.8 days. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * The monotonic clock of the process: `performance.now()` and `setTimeout`.
 *
 * Fake timers of a test replace both while a component is in use, and begin at zero. Time then continues from where it
 * was, so that nothing lives longer than its TTL. A function that takes the place of `performance.now` counts as
 * started at zero; one that comes back counts from its last reading.
 */
export class SystemClock implements IClock {
  /** Function that was read last, and its reading. */
  #source = performance.now;
  #reading = performance.now();
  /** Difference between our time and the readings of the function. */
  #offset = 0;
  /** Last readings of the functions that were replaced. */
  #replaced: WeakMap<() => number, number> | undefined;

  now(): number {
    const { performance } = globalThis; // A getter, read once.
    const source = performance.now;
    const reading = performance.now();
    if (source !== this.#source || reading < this.#reading) this.#continue(source, reading);
    this.#reading = reading;
    return reading + this.#offset;
  }

  schedule(delayMs: number, task: () => void, options?: ScheduleOptions): ScheduledTask {
    // `setTimeout` treats a longer delay as 1 ms.
    if (delayMs > MAX_DELAY_MS) return this.#scheduleInSteps(delayMs, task, options);
    // Only the counterpart of this `setTimeout` can cancel the timer, also after one of them was replaced.
    const { clearTimeout } = globalThis;
    const timer = setTimeout(task, Math.ceil(delayMs));
    if (options?.keepAlive !== true) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  }

  #scheduleInSteps(delayMs: number, task: () => void, options?: ScheduleOptions): ScheduledTask {
    const next = (): void => {
      step = this.schedule(delayMs - MAX_DELAY_MS, task, options);
    };
    let step = this.schedule(MAX_DELAY_MS, next, options);
    return { cancel: () => step.cancel() };
  }

  /** Continues from the last time, because the readings went back or come from another function. */
  #continue(source: () => number, reading: number): void {
    const last = this.#reading + this.#offset;
    let elapsed = 0;
    if (source !== this.#source) {
      this.#replaced ??= new WeakMap();
      this.#replaced.set(this.#source, this.#reading);
      elapsed = Math.max(0, reading - (this.#replaced.get(source) ?? 0));
      this.#source = source;
    }
    this.#offset = last + elapsed - reading;
  }
}
