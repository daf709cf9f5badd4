/** Time that only the test advances: an `IClock` of the application. */
// region manual-clock
import type { IClock, ScheduledTask } from 'inversify-cache';

export class ManualClock implements IClock {
  #now = 0;
  readonly #tasks = new Map<object, { readonly at: number; readonly task: () => void }>();

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, task: () => void): ScheduledTask {
    const id = {};
    this.#tasks.set(id, { at: this.#now + delayMs, task });
    return { cancel: () => void this.#tasks.delete(id) };
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const [id, { at, task }] of [...this.#tasks].sort(([, a], [, b]) => a.at - b.at)) {
      if (at <= this.#now && this.#tasks.delete(id)) task();
    }
  }
}
// endregion
