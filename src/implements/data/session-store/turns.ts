import type { IClock } from '../../../interfaces/clock.js';
import { OperationError } from '../../../interfaces/errors.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { within } from '../../foundation/waiting/within.js';

/** Bounds of a wait for a turn. */
export interface TurnBounds {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Lets calls of this process that change one session come after each other, so that they do not undo each other's
 * attempts: only other processes do.
 */
export class Turns {
  readonly #clock: IClock;
  readonly #last = new Map<string, Promise<void>>();

  constructor(clock: IClock) {
    this.#clock = clock;
  }

  /** Runs a task when all earlier ones of a name have ended. @param task  Receives the milliseconds that are left. */
  async run<T>(
    name: string,
    { timeoutMs, signal }: TurnBounds,
    task: (leftMs: () => number) => Promise<T>,
  ): Promise<T> {
    const end = this.#clock.now() + timeoutMs;
    const before = this.#last.get(name);
    let finish = (): void => undefined;
    const own = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const mine = before === undefined ? own : before.then(() => own);
    this.#last.set(name, mine);
    try {
      if (before !== undefined) {
        await within(this.#clock, timeoutMs, before, {
          late: () => {
            const text = `expected earlier changes of the same session to end within ${timeoutMs} ms`;
            throw new OperationError('E_OPERATION_TIMEOUT', text, 'not-sent');
          },
          signal,
          aborted: () => {
            throw abortError(signal, 'not-sent');
          },
        });
      }
      return await task(() => Math.max(1, end - this.#clock.now()));
    } finally {
      finish();
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}
