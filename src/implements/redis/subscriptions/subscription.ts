import type { IClock } from '../../../interfaces/clock.js';
import type { ILogger } from '../../../interfaces/logger.js';
import type { ISubscription } from '../../../interfaces/redis-subscription.js';
import { whenAborted } from '../../foundation/waiting/abort-listeners.js';
import type { SubscriptionRequest } from './subscription-request.js';

export interface SubscriptionPorts {
  readonly clock: IClock;
  readonly logger: ILogger;
}

/** One listener of one or several topics. */
export class Subscription implements ISubscription {
  readonly #request: SubscriptionRequest;
  readonly #ports: SubscriptionPorts;
  readonly #onEnd: (subscription: Subscription) => Promise<void>;
  #ended = false;
  #activated = false;
  /** Topics that are not delivered, and the times since when. */
  readonly #lost = new Map<object, number>();
  #forgetSignal: (() => void) | undefined;

  constructor(
    request: SubscriptionRequest,
    ports: SubscriptionPorts,
    onEnd: (subscription: Subscription) => Promise<void>,
  ) {
    this.#request = request;
    this.#ports = ports;
    this.#onEnd = onEnd;
  }

  get active(): boolean {
    return this.#activated && this.#lost.size === 0;
  }

  async unsubscribe(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#activated = false;
    this.#forgetSignal?.();
    await this.#onEnd(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unsubscribe();
  }

  /** Ends the subscription when a signal aborts. */
  endWith(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const end = (): void => void this.unsubscribe();
    this.#forgetSignal = whenAborted(signal, end);
  }

  /** Activates the subscription: the server sends its messages from now on. */
  activate(): void {
    this.#activated = !this.#ended;
  }

  lose(topic: object): void {
    if (!this.#lost.has(topic)) this.#lost.set(topic, this.#ports.clock.now());
  }

  /** Notes that topics are delivered again, and tells for how long the first of them was not. */
  restore(topics: readonly object[]): void {
    let lostAt = Number.POSITIVE_INFINITY;
    for (const topic of topics) {
      lostAt = Math.min(lostAt, this.#lost.get(topic) ?? lostAt);
      this.#lost.delete(topic);
    }
    const lostMs = this.#ports.clock.now() - lostAt;
    if (this.#activated && lostMs >= 0) this.#guarded(() => this.#request.onGap?.({ lostMs }));
  }

  deliver(topic: object, payload: Buffer, channel: Buffer): void {
    // A loss ends when it is told: what comes before belongs to it.
    if (this.#ended || this.#lost.has(topic)) return;
    // Copied: they are slices of the chunk that the socket read, next to messages of other listeners.
    const message = { channel: Buffer.from(channel), payload: Buffer.from(payload) };
    this.#guarded(() => this.#request.handler(message));
  }

  #guarded(call: () => unknown): void {
    const report = (error: unknown): void =>
      this.#ports.logger.error('a listener of a subscription threw', {}, error);
    try {
      Promise.resolve(call()).catch(report);
    } catch (error) {
      report(error);
    }
  }
}
