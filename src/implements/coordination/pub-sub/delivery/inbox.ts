import type { ICodec } from '../../../../interfaces/codec.js';
import type { ILogger } from '../../../../interfaces/logger.js';
import type { SubscriptionGap } from '../../../../interfaces/redis-subscription.js';
import type { SubscribeRequest } from '../requests.js';
import { type Arrival, MessageQueue } from './message-queue.js';

/** Format of messages, and place of errors. */
export interface InboxPorts {
  readonly codec: ICodec;
  readonly logger: ILogger;
}

/**
 * Inbox of one subscription: keeps what arrives in a bounded buffer, and calls the handler for one message at a time.
 * Nothing that the handler does reaches the sender, or another inbox.
 */
export class Inbox {
  readonly #request: SubscribeRequest;
  readonly #ports: InboxPorts;
  readonly #waiting: MessageQueue;
  /** `true` while the handler's last call has not settled. */
  #busy = false;
  #ended = false;
  /** Messages that were dropped and not yet reported. */
  #dropped = 0;

  constructor(request: SubscribeRequest, ports: InboxPorts) {
    this.#request = request;
    this.#ports = ports;
    this.#waiting = new MessageQueue(request.rules.buffer, request.rules.bufferBytes);
  }

  /** Takes a message. Returns at once, and never throws. */
  take(arrival: Arrival): void {
    if (this.#ended) return;
    const dropped = this.#waiting.push(arrival);
    if (dropped > 0) this.#reportDrop(dropped);
    if (this.#busy) return;
    this.#busy = true;
    // In a later microtask, so that neither the sender nor the parser of a connection runs code of the application.
    queueMicrotask(() => void this.#work());
  }

  /** Tells the subscriber that messages were lost on the way. */
  tellGap(gap: SubscriptionGap): void {
    const { onGap } = this.#request.rules;
    if (!this.#ended && onGap !== undefined) this.#guarded('onGap', () => onGap(gap));
  }

  /** Reports bytes that are no message. */
  refuse({ channel, payload }: Arrival, error: unknown): void {
    if (this.#ended) return;
    const { onMalformed } = this.#request.rules;
    if (onMalformed !== undefined)
      this.#guarded('onMalformed', () => onMalformed({ channel, payload, error }));
    else this.#ports.logger.warning('a message was dropped: its subscription cannot decode it', {}, error);
  }

  /** Forgets what waits: the handler is not called again. */
  end(): void {
    this.#ended = true;
    this.#waiting.clear();
  }

  /** Handles what waits, one message after the other. */
  async #work(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined && !this.#ended; next = this.#waiting.shift()) {
      const called = this.#handle(next);
      if (called !== undefined) await called;
    }
    this.#busy = false;
  }

  /** Calls the handler. @returns Its end; `undefined` if it has ended already. */
  #handle(arrival: Arrival): Promise<unknown> | undefined {
    let message: unknown;
    try {
      message = this.#ports.codec.decode(arrival.payload);
    } catch (error) {
      this.refuse(arrival, error);
      return undefined;
    }
    const { handler } = this.#request;
    return this.#guarded('handler', () => handler({ channel: arrival.channel, message }));
  }

  #reportDrop(messages: number): void {
    const { onDrop } = this.#request.rules;
    if (onDrop === undefined) return;
    if (this.#dropped === 0) {
      // Once for all that one chunk of the socket has pushed out.
      queueMicrotask(() => {
        const dropped = this.#dropped;
        this.#dropped = 0;
        if (!this.#ended) this.#guarded('onDrop', () => onDrop({ messages: dropped }));
      });
    }
    this.#dropped += messages;
  }

  /** Calls code of the application, whose errors are logged. */
  #guarded(what: string, call: () => unknown): Promise<unknown> | undefined {
    const report = (error: unknown): void =>
      this.#ports.logger.error(`the ${what} of a subscription failed`, {}, error);
    try {
      const called = call();
      return isThenable(called) ? Promise.resolve(called).catch(report) : undefined;
    } catch (error) {
      report(error);
      return undefined;
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
