import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * The monotonic clock that all components share: it never jumps when the system clock is set, and says nothing about
 * the date.
 *
 * @example
 * ```ts
 * const clock = new ManualClock(); // Implements IClock; a test moves it on with clock.advance(ms).
 * const store = new MemoryCache({ clock });
 * ```
 */
export interface IClock {
  /** Milliseconds since an arbitrary fixed moment, with fractions. Never decreases. */
  now(): number;

  /**
   * Runs a task once, after a delay. The task may run up to a millisecond early, and much later while the process is
   * busy; check `now` where it matters.
   *
   * @param delayMs  Milliseconds; any number of days, although `setTimeout` ends after 24.8 of them.
   */
  schedule(delayMs: number, task: () => void, options?: ScheduleOptions): ScheduledTask;
}

/** Options of a scheduled task. */
export interface ScheduleOptions {
  /** Keeps the process alive until the task has run, because a caller awaits its effect. Default: `false`. */
  readonly keepAlive?: boolean;
}

/** A task that is waiting to run. */
export interface ScheduledTask {
  /** Cancels the task; no effect once it has run. */
  cancel(): void;
}

export const IClock: InterfaceToken<IClock> = defineInterface<IClock>('IClock', ['now', 'schedule']);
