import type { IClock, ScheduledTask } from '../../interfaces/clock.js';
import { ArgumentError, ConnectionError, DisposedError, OperationError } from '../../interfaces/errors.js';
import type { ILogger } from '../../interfaces/logger.js';
import type {
  ISubscription,
  RedisMessage,
  SubscribeOptions,
  SubscriptionGap,
  SubscriptionTarget,
} from '../../interfaces/redis-connection.js';
import { describe } from '../foundation/describe.js';
import { requireDurationMs } from '../foundation/options/duration.js';
import { abortError } from '../foundation/waiting/abort-error.js';
import { Wait } from '../foundation/waiting/wait.js';
import { authRetryMs, backoffMs } from './link/backoff.js';
import { operationTimeout } from './link/call.js';
import { Deadlines } from './link/deadlines.js';
import type { Link, LinkEnd } from './link/link.js';

export interface SubscriberOptions {
  readonly clock: IClock;
  readonly logger: ILogger;
  readonly commandTimeoutMs: number;
  readonly open: (signal: AbortSignal, onEnd: (reason: LinkEnd) => void) => Promise<Link>;
}

/** What one caller asked for. */
export interface SubscriptionRequest {
  readonly kind: 'channel' | 'pattern';
  readonly name: string;
  readonly timeoutMs: number;
  readonly handler: (message: RedisMessage) => unknown;
  readonly onGap: ((gap: SubscriptionGap) => void) | undefined;
}

/** What a caller asked for, checked. @throws {ArgumentError} */
export function checkedSubscription(
  target: SubscriptionTarget,
  handler: unknown,
  { timeout, onGap }: SubscribeOptions,
  commandTimeoutMs: number,
): SubscriptionRequest {
  const { channel, pattern } = (target ?? {}) as { readonly channel?: unknown; readonly pattern?: unknown };
  const name = channel ?? pattern;
  if (typeof name !== 'string' || name === '' || (channel !== undefined && pattern !== undefined)) {
    throw new ArgumentError(`expected { channel } or { pattern } as text, got ${describe(target)}`);
  }
  if (typeof handler !== 'function') {
    throw new ArgumentError(`expected a function that handles messages, got ${describe(handler)}`);
  }
  return {
    kind: channel === undefined ? 'pattern' : 'channel',
    name,
    timeoutMs: timeout === undefined ? commandTimeoutMs : requireDurationMs(timeout),
    handler: handler as SubscriptionRequest['handler'],
    onGap,
  };
}

/** A channel or pattern, and all who listen to it. */
interface Topic {
  readonly key: string;
  readonly kind: 'channel' | 'pattern';
  readonly name: string;
  readonly listeners: Set<Subscription>;
  /** The confirmation by the server, on the link that there is. */
  confirmed: Promise<void> | undefined;
}

/**
 * All subscriptions of a connection, on one link of their own that exists as long as there are any. When the link is
 * lost they are made anew on the next, and each listener is told that it may have missed something.
 */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #topics = new Map<string, Topic>();
  readonly #closing = new AbortController();
  /** What is being unsubscribed from: node-redis drops whoever subscribes to it before that is over. */
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

  /** @throws what opening the link throws, or the server's refusal; nothing is subscribed then. */
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
    this.#link?.end(new DisposedError('the connection was closed'));
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
    this.#link = link; // Before it is ended, or its end would not be noticed.
    if (this.#closing.signal.aborted) link.end(new DisposedError('the connection was closed'));
    else if (this.#topics.size === 0) link.end(new DisposedError('nobody listens any more'));
    return link;
  }

  /** Waits until the server has confirmed a topic. */
  async #stands(topic: Topic, timeoutMs: number): Promise<void> {
    const link = await this.#linked();
    if (topic.listeners.size === 0) return; // Nobody waits any more.
    // Others may join who are more patient than the first.
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

  /** Waits for a subscription, but no longer than who wants it. */
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
    const delayMs = refused ? authRetryMs() : backoffMs(this.#failures);
    this.#retry = this.#options.clock.schedule(delayMs, () => void this.#restore());
  }

  /** Makes every subscription anew. */
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
      // Its end makes for another try.
      if (this.#link !== undefined)
        this.#link.end(new DisposedError('its subscriptions could not be made anew'));
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
      link?.end(new DisposedError('nobody listens any more'));
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

/** One listener of one topic. */
class Subscription implements ISubscription {
  readonly #request: SubscriptionRequest;
  readonly #options: SubscriberOptions;
  readonly #onEnd: (subscription: Subscription) => Promise<void>;
  #ended = false;
  #active = false;
  #lostAt: number | undefined;
  #forgetSignal: (() => void) | undefined;

  constructor(
    request: SubscriptionRequest,
    options: SubscriberOptions,
    onEnd: (subscription: Subscription) => Promise<void>,
  ) {
    this.#request = request;
    this.#options = options;
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

  /** Ends when a signal aborts. */
  endWith(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const end = (): void => void this.unsubscribe();
    signal.addEventListener('abort', end, { once: true });
    this.#forgetSignal = () => signal.removeEventListener('abort', end);
  }

  /** The server sends its messages from now on; `now` where it has done so before. */
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
    this.#lostAt ??= this.#options.clock.now();
  }

  deliver(payload: Buffer, channel: Buffer): void {
    if (this.#ended) return;
    // Copied: they lie in the chunk that the socket read, beside the messages of other listeners.
    const message = { channel: Buffer.from(channel), payload: Buffer.from(payload) };
    this.#guarded(() => this.#request.handler(message));
  }

  #guarded(call: () => unknown): void {
    const report = (error: unknown): void =>
      this.#options.logger.error('a listener of a subscription threw', {}, error);
    try {
      Promise.resolve(call()).catch(report);
    } catch (error) {
      report(error);
    }
  }
}
