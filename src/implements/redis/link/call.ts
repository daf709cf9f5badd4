import { OperationError } from '../../../interfaces/errors.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import type { Deadline } from './deadlines.js';
import { withoutStack } from './stackless.js';

/** What a call tells the link that it is made on. */
export interface CallOwner {
  /** The call got no answer in time. */
  expired(sentAt: number): void;
}

/** A command that waits for its reply. */
export class Call implements Deadline {
  settled = false;
  readonly dueAt: number;
  readonly #owner: CallOwner;
  readonly #timeoutMs: number;
  readonly #reject: (error: OperationError) => void;

  constructor(owner: CallOwner, now: number, timeoutMs: number, reject: (error: OperationError) => void) {
    this.dueAt = now + timeoutMs;
    this.#owner = owner;
    this.#timeoutMs = timeoutMs;
    this.#reject = reject;
  }

  expire(): void {
    this.settled = true;
    this.#reject(withoutStack(() => operationTimeout(this.#timeoutMs)));
    this.#owner.expired(this.dueAt - this.#timeoutMs);
  }

  /** Ends a call that nobody waits for any more. Its reply is still to come, and to be counted. */
  abort(signal: AbortSignal): void {
    if (this.settled) return;
    this.settled = true;
    this.#reject(abortError(signal));
  }
}

/** The error of a call that was not answered in time. */
export function operationTimeout(timeoutMs: number): OperationError {
  const text = `no answer from Redis within ${Math.round(timeoutMs)} ms`;
  return new OperationError('E_OPERATION_TIMEOUT', text, 'unknown');
}
