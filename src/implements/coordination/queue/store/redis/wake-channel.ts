import type { ILogger } from '../../../../../interfaces/logger.js';
import type { IRedisConnection } from '../../../../../interfaces/redis-connection.js';
import type { ISubscription } from '../../../../../interfaces/redis-subscription.js';
import { WakeCalls } from '../../../wake-calls.js';

/** The channel of one process, on which its consumers are told to look again. */
export class WakeChannel {
  readonly #connection: IRedisConnection;
  readonly #channel: string;
  readonly #logger: ILogger;
  readonly #timeoutMs: number | undefined;
  readonly #wakes = new WakeCalls();
  #subscribing: Promise<void> | undefined;
  #subscription: ISubscription | undefined;
  #isClosed = false;
  #hasWarned = false;

  constructor(connection: IRedisConnection, channel: string, logger: ILogger, timeoutMs: number | undefined) {
    this.#connection = connection;
    this.#channel = channel;
    this.#logger = logger;
    this.#timeoutMs = timeoutMs;
  }

  /** Calls a function when a consumer is to look again. @returns a function that ends that. */
  listen(consumer: string, wake: () => void): () => void {
    this.attend();
    return this.#wakes.listen(consumer, wake);
  }

  /** Subscribes, unless it is. */
  attend(): void {
    if (this.#subscription !== undefined || this.#isClosed) return;
    this.#subscribing ??= this.#subscribe().finally(() => {
      this.#subscribing = undefined;
    });
  }

  close(): void {
    this.#isClosed = true;
    void this.#subscription?.unsubscribe();
  }

  async #subscribe(): Promise<void> {
    try {
      const subscription = await this.#connection.subscribe(
        { channel: this.#channel },
        ({ payload }) => this.#wakes.wake(payload.toString()),
        { timeout: this.#timeoutMs, onGap: () => this.#wakes.wakeAll() },
      );
      this.#subscription = subscription;
      // Until now nobody was heard.
      this.#wakes.wakeAll();
      if (this.#isClosed) await subscription.unsubscribe();
    } catch (error) {
      if (this.#isClosed || this.#hasWarned) return;
      this.#hasWarned = true;
      // Consumers look by themselves, too.
      const text = 'consumers cannot subscribe to their wake-ups, so each message may wait for a second';
      this.#logger.warning(text, {}, error);
    }
  }
}
