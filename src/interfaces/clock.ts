import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * Time as the components see it. It is monotonic: it never jumps when somebody sets the machine's clock,
 * and says nothing about the date.
 */
export interface IClock {
  /** Milliseconds since some fixed moment, with fractions. Never goes back. */
  now(): number;

  /**
   * Runs a task once, after a delay. It may come a millisecond early, and much too late where the process is busy: what
   * has to be sure looks at `now` again.
   *
   * @param delayMs  Longer ones than about 24.8 days may end then.
   */
  schedule(delayMs: number, task: () => void, options?: ScheduleOptions): ScheduledTask;
}

/** How a task waits. */
export interface ScheduleOptions {
  /** Whether the process stays alive for the task, because a caller awaits what it does. Default: `false`. */
  readonly keepAlive?: boolean;
}

/** A task that waits for its time. */
export interface ScheduledTask {
  /** Forgets the task; no effect once it has run. */
  cancel(): void;
}

export const IClock: InterfaceToken<IClock> = defineInterface<IClock>('IClock', ['now', 'schedule']);
