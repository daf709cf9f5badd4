import type { IClock } from '../../../interfaces/clock.js';
import { Wait } from './wait.js';

/**
 * Waits for a task, but not longer than a bound. The task itself continues; a later rejection is ignored.
 *
 * @returns `true` when the task ended in time.
 * @throws any rejection of the task in time.
 */
export function bounded(clock: IClock, boundMs: number, task: Promise<unknown>): Promise<boolean> {
  const wait = new Wait<boolean>();
  wait.until(task.then(() => true));
  wait.after(clock, boundMs, () => false);
  return wait.result;
}
