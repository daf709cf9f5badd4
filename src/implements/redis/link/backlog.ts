import type { IClock } from '../../../interfaces/clock.js';
import { ConnectionError } from '../../../interfaces/errors.js';
import type { RedisReply, RedisWord } from '../../../interfaces/redis-command.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { whenAborted } from '../../foundation/waiting/abort-listeners.js';
import { type Deadline, Deadlines } from './deadlines.js';
import { Slices } from './slices.js';
import { withoutStack } from './stackless.js';

/** Memory of a waiting call besides its words: promises, closures, places in lists. */
const CALL_BYTES = 1024;

export interface BacklogOptions {
  readonly clock: IClock;
  /** Maximum memory of the calls that wait. */
  readonly maxBytes: number;
  /** Creates the error of a call that has waited for its whole timeout. */
  readonly late: (timeoutMs: number) => Error;
}

/** A call that cannot be sent yet. */
export interface DelayedCall {
  readonly words: readonly RedisWord[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Sends the call. @param calledAt  Time at which it began to wait. */
  readonly send: (calledAt: number) => Promise<RedisReply>;
}

/**
 * Calls that wait to be sent, each within its own timeout. They are sent in the order in which they came, and whatever
 * ends here was not sent and never will be.
 */
export class Backlog {
  readonly #options: BacklogOptions;
  readonly #deadlines: Deadlines;
  /** Calls in the order of their arrival: a set, because some end in the middle. */
  readonly #calls = new Set<WaitingCall>();
  /** Position of the oldest call: a new iterator would step over all that have left. */
  #oldest: IterableIterator<WaitingCall> | undefined;
  readonly #ending = new Slices();
  #bytes = 0;

  constructor(options: BacklogOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock);
  }

  /** Number of calls that wait. */
  get size(): number {
    return this.#calls.size;
  }

  /**
   * Holds a call back until it is served.
   *
   * @throws {ConnectionError} `E_OVERLOADED`, at once, when there is no memory for it; the errors of `late` and `end`.
   * @throws {OperationError} `E_ABORTED`
   */
  add(delayed: DelayedCall): Promise<RedisReply> {
    return new Promise((resolve, reject) => {
      const { words, timeoutMs, signal } = delayed;
      if (signal?.aborted) throw abortError(signal, 'not-sent');
      const { clock, maxBytes, late } = this.#options;
      const bytes = CALL_BYTES + sizeOf(words);
      if (this.#bytes + bytes > maxBytes) {
        const text = `too many calls are waiting: they take the ${maxBytes} bytes that they may (maxWaitingBytes)`;
        throw new ConnectionError('E_OVERLOADED', text, 'not-sent');
      }
      const left = (): void => {
        this.#calls.delete(call);
        this.#bytes -= bytes;
      };
      const call = new WaitingCall(delayed, clock.now(), { resolve, reject, left, late });
      this.#calls.add(call);
      this.#bytes += bytes;
      this.#deadlines.add(timeoutMs, call);
    });
  }

  /** Sends calls, the oldest first, for as long as there is room. */
  serve(hasRoom: () => boolean): void {
    while (this.#calls.size > 0 && hasRoom()) {
      this.#oldest ??= this.#calls.values();
      const { value } = this.#oldest.next();
      if (value === undefined) this.#oldest = undefined;
      else value.send();
    }
  }

  /** Ends all calls that wait; later ones are welcome. @param error  Creates the error of one call. */
  end(error: () => Error): void {
    const calls = [...this.#calls];
    for (const call of calls) call.leave();
    for (const call of calls) this.#ending.end(() => call.fail(withoutStack(error)));
  }

  /** Ends all calls that wait, permanently. */
  close(error: () => Error): void {
    this.#deadlines.close();
    this.end(error);
  }
}

/** Ends of a waiting call. */
interface WaitingEnds {
  readonly resolve: (reply: Promise<RedisReply>) => void;
  readonly reject: (error: unknown) => void;
  /** Called once, when the call no longer waits. */
  readonly left: () => void;
  readonly late: (timeoutMs: number) => Error;
}

/** A call in a backlog. Once it has left, it holds neither words nor a place on its signal. */
class WaitingCall implements Deadline {
  #dueAt: number;
  readonly #ends: WaitingEnds;
  readonly #timeoutMs: number;
  #delayed: DelayedCall | undefined;
  #leaveSignal: (() => void) | undefined;

  constructor(delayed: DelayedCall, calledAt: number, ends: WaitingEnds) {
    this.#timeoutMs = delayed.timeoutMs;
    this.#dueAt = calledAt + delayed.timeoutMs;
    this.#ends = ends;
    this.#delayed = delayed;
    const { signal } = delayed;
    if (signal === undefined) return;
    this.#leaveSignal = whenAborted(signal, () => {
      if (this.leave() !== undefined) this.fail(abortError(signal, 'not-sent'));
    });
  }

  get dueAt(): number {
    return this.#dueAt;
  }

  get settled(): boolean {
    return this.#delayed === undefined;
  }

  send(): void {
    const delayed = this.leave();
    if (delayed !== undefined) this.#ends.resolve(delayed.send(this.#dueAt - this.#timeoutMs));
  }

  postpone(now: number): void {
    this.#dueAt = now + this.#timeoutMs;
  }

  expire(): void {
    if (this.leave() !== undefined) this.fail(withoutStack(() => this.#ends.late(this.#timeoutMs)));
  }

  fail(error: unknown): void {
    this.#ends.reject(error);
  }

  /** Takes the call out of the backlog; returns it the first time. */
  leave(): DelayedCall | undefined {
    const delayed = this.#delayed;
    if (delayed === undefined) return undefined;
    this.#delayed = undefined;
    this.#leaveSignal?.();
    this.#ends.left();
    return delayed;
  }
}

function sizeOf(words: readonly RedisWord[]): number {
  let bytes = 0;
  for (const word of words) bytes += typeof word === 'string' ? 2 * word.length : word.byteLength;
  return bytes;
}
