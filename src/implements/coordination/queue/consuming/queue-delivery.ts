import type { Duration } from '../../../../interfaces/duration.js';
import type { Delivery, NackOptions } from '../../../../interfaces/queue.js';
import { requireDurationMs } from '../../../foundation/options/duration.js';
import { nackCall } from '../queue-calls.js';
import type { QueueRules } from '../queue-options.js';
import { pauseMs } from './backoff.js';
import type { HeldMessage } from './held-message.js';

interface DeliveryOptions {
  readonly rules: QueueRules;
  /** @throws {DisposedError} once the site is closed, and its last handlers have had their time. */
  readonly checkUsable: () => void;
  readonly visibilityMs: number;
}

/** A message that was handed to the application. */
export class QueueDelivery<T> implements Delivery<T> {
  readonly id: string;
  readonly message: T;
  readonly attempt: number;
  readonly producedAt: number;
  readonly #held: HeldMessage;
  readonly #rules: QueueRules;
  readonly #checkUsable: () => void;
  readonly #visibilityMs: number;

  constructor(held: HeldMessage, message: T, { rules, checkUsable, visibilityMs }: DeliveryOptions) {
    const { taken } = held;
    this.id = taken.id;
    this.message = message;
    this.attempt = taken.receipt.attempt;
    this.producedAt = taken.producedAt;
    this.#held = held;
    this.#rules = rules;
    this.#checkUsable = checkUsable;
    this.#visibilityMs = visibilityMs;
  }

  get signal(): AbortSignal {
    return this.#held.signal;
  }

  async ack(): Promise<boolean> {
    this.#checkUsable();
    return this.#held.settle({ verb: 'ack', receipt: this.#held.receipt });
  }

  async nack(options?: NackOptions): Promise<boolean> {
    const { delayMs = pauseMs(this.#rules, this.attempt), reason } = nackCall(options);
    this.#checkUsable();
    return this.#held.settle({ verb: 'nack', receipt: this.#held.receipt, delayMs, reason });
  }

  async extend(visibility?: Duration): Promise<boolean> {
    const visibilityMs = visibility === undefined ? this.#visibilityMs : requireDurationMs(visibility);
    this.#checkUsable();
    return this.#held.extend(visibilityMs);
  }
}
