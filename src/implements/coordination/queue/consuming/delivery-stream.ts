import type { Delivery } from '../../../../interfaces/queue.js';
import { whenAborted } from '../../../foundation/waiting/abort-listeners.js';
import type { Ending, QueuePorts } from '../queue-ports.js';
import type { DeliverySource } from './delivery-source.js';
import type { HeldMessage } from './held-message.js';
import type { Intake } from './intake.js';

/** Time for what is given back at the end of an iteration. */
const GIVING_BACK_MS = 1000;

/** An iteration over deliveries, which the caller settles. */
export class DeliveryStream<T> implements AsyncIterableIterator<Delivery<T>>, Ending {
  readonly #ports: QueuePorts;
  readonly #intake: Intake;
  readonly #source: DeliverySource<T>;
  readonly #concurrency: number;
  /** Deliveries that are not settled; only those that are limited. */
  readonly #unsettled = new Set<HeldMessage>();
  readonly #asking: (() => void)[] = [];
  #taking = 0;
  #ending: Promise<void> | undefined;
  #forget: (() => void) | undefined;

  constructor(
    ports: QueuePorts,
    intake: Intake,
    source: DeliverySource<T>,
    {
      concurrency = Number.POSITIVE_INFINITY,
      signal,
    }: { readonly concurrency?: number | undefined; readonly signal?: AbortSignal | undefined },
  ) {
    this.#ports = ports;
    this.#intake = intake;
    this.#source = source;
    this.#concurrency = concurrency;
    ports.running.add(this);
    if (signal?.aborted) void this.end(GIVING_BACK_MS);
    else this.#forget = signal && whenAborted(signal, () => void this.end(GIVING_BACK_MS));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Delivery<T>, undefined>> {
    while (this.#ending === undefined && this.#taking + this.#unsettled.size >= this.#concurrency) {
      await new Promise<void>((resolve) => this.#asking.push(resolve));
    }
    this.#taking++;
    try {
      const handed = this.#ending === undefined ? await this.#source.next() : undefined;
      if (handed === undefined) {
        await this.#ending;
        return { done: true, value: undefined };
      }
      this.#count(handed.held);
      return { done: false, value: handed.delivery };
    } finally {
      this.#taking--;
      this.#admit();
    }
  }

  async return(): Promise<IteratorResult<Delivery<T>, undefined>> {
    await this.end(GIVING_BACK_MS);
    return { done: true, value: undefined };
  }

  end(withinMs: number): Promise<void> {
    this.#ending ??= this.#end(withinMs);
    return this.#ending;
  }

  async #end(withinMs: number): Promise<void> {
    this.#forget?.();
    this.#ports.running.delete(this);
    for (const admit of this.#asking.splice(0)) admit();
    await this.#intake.stop(withinMs);
  }

  #count(held: HeldMessage): void {
    if (this.#concurrency === Number.POSITIVE_INFINITY) return;
    this.#unsettled.add(held);
    held.whenOver(() => {
      this.#unsettled.delete(held);
      this.#admit();
    });
  }

  #admit(): void {
    if (this.#taking + this.#unsettled.size < this.#concurrency) this.#asking.shift()?.();
  }
}
