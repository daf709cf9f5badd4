import { OperationError } from '../../../interfaces/errors.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { whenAborted } from '../../foundation/waiting/abort-listeners.js';
import type { Deadline } from './deadlines.js';
import { withoutStack } from './stackless.js';

/** The part of a link that its commands report to. */
export interface CommandOwner {
  /** Reports that a command was not answered in time. */
  expired(sentAt: number): void;
}

/** A command that waits for its reply. */
export class PendingCommand implements Deadline {
  #dueAt: number;
  #settled = false;
  readonly #owner: CommandOwner;
  #sentAt: number;
  readonly #timeoutMs: number;
  readonly #reject: (error: OperationError) => void;
  #leaveSignal: (() => void) | undefined;

  /** @param calledAt  Beginning of the timeout: before `sentAt`, if the command has waited for room. */
  constructor(
    owner: CommandOwner,
    sentAt: number,
    calledAt: number,
    timeoutMs: number,
    reject: (error: OperationError) => void,
  ) {
    this.#dueAt = calledAt + timeoutMs;
    this.#owner = owner;
    this.#sentAt = sentAt;
    this.#timeoutMs = timeoutMs;
    this.#reject = reject;
  }

  get dueAt(): number {
    return this.#dueAt;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Records that the command has its reply, or its error. */
  settle(): void {
    this.#settled = true;
    this.#leaveSignal?.();
  }

  /**
   * Ends the command when a signal aborts.
   *
   * @returns A signal of its own for the driver, which listens for longer than the call may last.
   */
  withdrawWith(signal: AbortSignal): AbortSignal {
    const withdrawal = new AbortController();
    const abort = (): void => {
      withdrawal.abort();
      setImmediate(() => this.#abort(signal));
    };
    this.#leaveSignal = whenAborted(signal, abort);
    return withdrawal.signal;
  }

  postpone(now: number): void {
    this.#dueAt += now - this.#sentAt;
    this.#sentAt = now;
  }

  expire(): void {
    this.settle();
    this.#reject(withoutStack(() => operationTimeout(this.#timeoutMs)));
    // A command that has waited for room for most of its time says nothing about the server.
    if ((this.#dueAt - this.#sentAt) * 2 >= this.#timeoutMs) this.#owner.expired(this.#sentAt);
  }

  /** Ends a command whose caller has given up. Its reply is still expected, and counted. */
  #abort(signal: AbortSignal): void {
    if (this.#settled) return;
    this.settle();
    this.#reject(abortError(signal));
  }
}

/** Error of a call that was not answered in time. */
export function operationTimeout(timeoutMs: number): OperationError {
  const text = `no answer from Redis within ${Math.round(timeoutMs)} ms`;
  return new OperationError('E_OPERATION_TIMEOUT', text, 'unknown');
}
