import type { ScheduledTask } from '../../../interfaces/clock.js';
import { ConnectionError, DisposedError, OperationError } from '../../../interfaces/errors.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { Wait } from '../../foundation/waiting/wait.js';
import { connectionClosed } from '../driver/unreachable.js';
import { Deadlines } from '../link/deadlines.js';
import type { Link, LinkEnd } from '../link/link.js';
import { operationTimeout } from '../link/pending-command.js';
import { authRetryDelayMs, retryDelayMs } from '../link/retry-delay.js';
import { Subscription, type SubscriptionPorts } from './subscription.js';
import type { SubscriptionRequest } from './subscription-request.js';

export interface SubscriberOptions extends SubscriptionPorts {
  readonly commandTimeoutMs: number;
  readonly open: (signal: AbortSignal, onEnd: (reason: LinkEnd) => void) => Promise<Link>;
}

/** A channel or pattern with all its listeners. */
interface Topic {
  readonly key: string;
  readonly kind: 'channel' | 'pattern';
  readonly name: string;
  readonly listeners: Set<Subscription>;
  /** Confirmation by the server, on the current link. */
  confirmed: Promise<void> | undefined;
}

/**
 * All subscriptions of a connection, on one dedicated link that exists as long as there are any. When the link is lost,
 * all of them are restored on the next one, and each listener is notified that it may have missed messages.
 */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #topics = new Map<string, Topic>();
  readonly #closing = new AbortController();
  /** Topics being unsubscribed: node-redis loses a subscription that is made before that is complete. */
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #deadlines: Deadlines;
  /** Callers that wait for a confirmation. */
  readonly #waiting = new Set<Wait<void>>();
  #link: Link | undefined;
  #opening: Promise<Link> | undefined;
  #retry: ScheduledTask | undefined;
  #failures = 0;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock, { keepAlive: true });
  }

  /** @throws any error of opening the link, or of the server; nothing is subscribed then. */
  async subscribe(request: SubscriptionRequest, signal: AbortSignal | undefined): Promise<Subscription> {
    if (signal?.aborted) throw abortError(signal, 'not-sent');
    const { kind, name } = request;
    const key = `${kind} ${name}`;
    const topic = this.#topics.get(key) ?? { key, kind, name, listeners: new Set(), confirmed: undefined };
    this.#topics.set(key, topic);
    const subscription = new Subscription(request, this.#options, (ended) => this.#end(topic, ended));
    topic.listeners.add(subscription);
    subscription.endWith(signal);
    try {
      await this.#within(request.timeoutMs, signal, this.#stands(topic, request.timeoutMs));
      subscription.activate(undefined);
      return subscription;
    } catch (error) {
      void subscription.unsubscribe();
      throw error;
    }
  }

  close(): void {
    this.#closing.abort();
    this.#retry?.cancel();
    this.#deadlines.close();
    for (const wait of [...this.#waiting]) wait.reject(new DisposedError('this RedisConnection is closed'));
    for (const { listeners } of this.#topics.values()) for (const listener of listeners) listener.lose();
    this.#topics.clear();
    this.#link?.end(connectionClosed());
  }

  #linked(): Promise<Link> {
    if (this.#link !== undefined) return Promise.resolve(this.#link);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<Link> {
    const link: Link = await this.#options.open(this.#closing.signal, () => this.#onLinkEnd(link));
    this.#link = link; // Set before the link may be ended; otherwise its end would go unnoticed.
    if (this.#closing.signal.aborted) link.end(connectionClosed());
    else if (this.#topics.size === 0) link.end(new DisposedError('no subscription is left'));
    return link;
  }

  /** Waits until the server has confirmed a topic. */
  async #stands(topic: Topic, timeoutMs: number): Promise<void> {
    const link = await this.#linked();
    if (topic.listeners.size === 0) return; // All listeners have left.
    // Callers with a longer timeout than the first one may join.
    const patienceMs = Math.max(timeoutMs, this.#options.commandTimeoutMs);
    const confirmed = topic.confirmed ?? this.#confirm(link, topic, patienceMs);
    topic.confirmed = confirmed;
    try {
      await confirmed;
    } catch (error) {
      if (topic.confirmed === confirmed) topic.confirmed = undefined;
      throw error;
    }
  }

  /** Waits for a subscription, at most for the timeout of its caller. */
  #within(timeoutMs: number, signal: AbortSignal | undefined, work: Promise<void>): Promise<void> {
    const wait = new Wait<void>();
    const expire = (): void => wait.reject(operationTimeout(timeoutMs));
    const deadline = { dueAt: this.#options.clock.now() + timeoutMs, settled: false, expire };
    this.#deadlines.add(timeoutMs, deadline);
    this.#waiting.add(wait);
    wait.onEnd(() => {
      deadline.settled = true;
      this.#waiting.delete(wait);
    });
    wait.onAbort(signal);
    wait.until(work);
    return wait.result;
  }

  async #confirm(link: Link, topic: Topic, timeoutMs: number): Promise<void> {
    await this.#leaving.get(topic.key);
    if (topic.listeners.size === 0) return;
    await link.subscribe(topic.kind, topic.name, timeoutMs, (payload, channel) => {
      for (const listener of [...topic.listeners]) listener.deliver(payload, channel);
    });
  }

  #onLinkEnd(link: Link): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    for (const topic of this.#topics.values()) {
      topic.confirmed = undefined;
      for (const listener of topic.listeners) listener.lose();
    }
    this.#retryLater();
  }

  #retryLater(error?: unknown): void {
    if (this.#closing.signal.aborted || this.#topics.size === 0) return;
    this.#failures++;
    this.#retry?.cancel();
    const refused = ConnectionError.is(error) && error.code === 'E_CONNECTION_AUTH';
    const delayMs = refused ? authRetryDelayMs() : retryDelayMs(this.#failures);
    this.#retry = this.#options.clock.schedule(delayMs, () => void this.#restore());
  }

  /** Restores every subscription. */
  async #restore(): Promise<void> {
    const { commandTimeoutMs, logger } = this.#options;
    try {
      const link = await this.#linked();
      await Promise.all(
        [...this.#topics.values()].map(async (topic) => {
          topic.confirmed ??= this.#confirm(link, topic, commandTimeoutMs);
          try {
            await topic.confirmed;
          } catch (error) {
            topic.confirmed = undefined;
            if (!(OperationError.is(error) && error.outcome === 'refused')) throw error;
            logger.warning(`a subscription was refused: ${error.message}`, { code: error.code }, error);
            return;
          }
          for (const listener of [...topic.listeners]) listener.activate(this.#options.clock.now());
        }),
      );
      this.#failures = 0;
    } catch (error) {
      // The end of the link schedules another attempt.
      if (this.#link !== undefined)
        this.#link.end(new DisposedError('its subscriptions could not be restored'));
      else this.#retryLater(error);
    }
  }

  async #end(topic: Topic, subscription: Subscription): Promise<void> {
    const { key, kind, name, listeners } = topic;
    listeners.delete(subscription);
    if (listeners.size > 0) return;
    if (this.#topics.get(key) === topic) this.#topics.delete(key);
    const link = this.#link;
    if (this.#topics.size === 0) {
      this.#retry?.cancel();
      this.#link = undefined;
      link?.end(new DisposedError('no subscription is left'));
    } else if (topic.confirmed !== undefined) {
      topic.confirmed = undefined;
      const leaving = link?.unsubscribe(kind, name, this.#options.commandTimeoutMs).catch(() => undefined);
      if (leaving === undefined) return;
      this.#leaving.set(key, leaving);
      await leaving;
      if (this.#leaving.get(key) === leaving) this.#leaving.delete(key);
    }
  }
}
