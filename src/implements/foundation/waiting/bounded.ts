import type { IClock } from '../../../interfaces/clock.js';

/**
 * Waits for a task, but not longer than a bound, and keeps the process alive for that long. The task goes on; a
 * rejection after the bound is dropped.
 *
 * @returns Whether the task ended in time.
 * @throws what the task rejects with, in time.
 */
export async function bounded(task: Promise<unknown>, boundMs: number, clock: IClock): Promise<boolean> {
  let end: () => void = () => undefined;
  const late = new Promise<boolean>((resolve) => {
    const timer = clock.schedule(boundMs, () => resolve(false), { keepAlive: true });
    end = () => timer.cancel();
  });
  try {
    return await Promise.race([task.then(() => true), late]);
  } finally {
    end();
  }
}
