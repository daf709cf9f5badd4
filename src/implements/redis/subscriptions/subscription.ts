import type { IClock } from '../../../interfaces/clock.js';
import type { ILogger } from '../../../interfaces/logger.js';
import type { ISubscription } from '../../../interfaces/redis-connection.js';
import { whenAborted } from '../../foundation/waiting/abort-listeners.js';
import type { SubscriptionRequest } from './subscription-request.js';

export interface SubscriptionPorts {
  readonly clock: IClock;
  readonly logger: ILogger;
}

/** One listener of one topic. */
export class Subscription implements ISubscription {
  readonly #request: SubscriptionRequest;
  readonly #ports: SubscriptionPorts;
  readonly #onEnd: (subscription: Subscription) => Promise<void>;
  #ended = false;
  #active = false;
  #lostAt: number | undefined;
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
    return this.#active;
  }

  async unsubscribe(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#active = false;
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

  /** Activates the subscription: the server sends its messages from now on. `now` is given when it was lost before. */
  activate(now: number | undefined): void {
    if (this.#ended) return;
    this.#active = true;
    const lostAt = this.#lostAt;
    this.#lostAt = undefined;
    if (lostAt === undefined || now === undefined) return;
    this.#guarded(() => this.#request.onGap?.({ lostMs: now - lostAt }));
  }

  lose(): void {
    this.#active = false;
    this.#lostAt ??= this.#ports.clock.now();
  }

  deliver(payload: Buffer, channel: Buffer): void {
    if (this.#ended) return;
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
