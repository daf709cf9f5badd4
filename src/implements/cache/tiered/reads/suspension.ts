import type { IClock } from '../../../../interfaces/clock.js';
import { runningClock } from '../../../foundation/clock/running-clock.js';

/** Interval of checks, at reads only. */
const INTERVAL_MS = 50;
/** Difference between the clocks from which the machine counts as suspended. */
const TOLERANCE_MS = 1000;

/** Notices that the machine was suspended: the monotonic clock then stands still, and deadlines with it. */
export class Suspension {
  readonly #running: (() => number) | undefined;
  readonly #suspended: () => void;
  #dueAt: number;
  #aheadMs: number;

  constructor(clock: IClock, suspended: () => void) {
    this.#running = runningClock(clock);
    this.#suspended = suspended;
    const now = clock.now();
    this.#dueAt = this.#running === undefined ? Number.POSITIVE_INFINITY : now + INTERVAL_MS;
    this.#aheadMs = (this.#running?.() ?? now) - now;
  }

  isDue(now: number): boolean {
    return now >= this.#dueAt;
  }

  check(now: number): void {
    if (this.#running === undefined) return;
    this.#dueAt = now + INTERVAL_MS;
    const aheadMs = this.#running() - now;
    const sleptMs = aheadMs - this.#aheadMs;
    this.#aheadMs = aheadMs;
    if (sleptMs > TOLERANCE_MS) this.#suspended();
  }
}
