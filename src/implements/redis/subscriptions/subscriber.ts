import type { ScheduledTask } from '../../../interfaces/clock.js';
import { ConnectionError, DisposedError, OperationError } from '../../../interfaces/errors.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { pause } from '../../foundation/waiting/pause.js';
import { Wait } from '../../foundation/waiting/wait.js';
import type { TopicKind } from '../driver/topics.js';
import { connectionClosed } from '../driver/unreachable.js';
import { Deadlines } from '../link/deadlines.js';
import { operationTimeout } from '../link/pending-command.js';
import { authRetryDelayMs, retryDelayMs } from '../link/retry-delay.js';
import { lost } from '../link/supervised-link.js';
import type { RedisNode } from '../topology/redis-node.js';
import type { Topology } from '../topology/topology.js';
import { Home } from './home.js';
import { Subscription, type SubscriptionPorts } from './subscription.js';
import type { SubscriptionRequest } from './subscription-request.js';
import { Topic } from './topic.js';

export interface SubscriberOptions extends SubscriptionPorts {
  readonly topology: Pick<Topology, 'sharded' | 'slots' | 'nodeOf' | 'follow'>;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
}

/** Maximum number of redirections of one subscription, and the delay from the second one on. */
const MAX_REDIRECTIONS = 16;
const AGAIN_MS = 20;
/** Refusals that no other server and no later attempt changes. */
const FINAL = new Set(['NOPERM', 'ERR']);

/**
 * All subscriptions of a connection: on one dedicated link, and on a cluster the sharded channels of each master on one
 * more. A link exists as long as it has any. When it is lost, or a slot has moved, the topics concerned are restored,
 * and each listener is notified once that it may have missed messages.
 */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #topics = new Map<string, Topic>();
  readonly #closing = new AbortController();
  /** Links for sharded channels, by the masters that they lead to. */
  readonly #homes = new WeakMap<RedisNode, Home<Topic>>();
  /** Link for everything else. */
  readonly #home: Home<Topic>;
  /** Topics that were lost, and those of them that are being restored. */
  readonly #lost = new Set<Topic>();
  readonly #restoring = new Set<Topic>();
  /** Topics being unsubscribed: node-redis loses a subscription that is made before that is complete. */
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #deadlines: Deadlines;
  /** Callers that wait for a confirmation. */
  readonly #waiting = new Set<Wait<unknown>>();
  #retry: ScheduledTask | undefined;
  #retryAt = 0;
  #failures = 0;
  #revision: number | undefined;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock, { keepAlive: true });
    this.#home = this.#newHome(() => options.topology.nodeOf(undefined));
  }

  /** @throws any error of opening a link, or of the server; nothing is subscribed then. */
  async subscribe(request: SubscriptionRequest, signal: AbortSignal | undefined): Promise<Subscription> {
    if (signal?.aborted) throw abortError(signal, 'not-sent');
    const { names, kind, timeoutMs } = request;
    const topics = names.map((name) => this.#topicOf(kind, name));
    const subscription = new Subscription(request, this.#options, async (ended) => {
      await Promise.all(topics.map((topic) => this.#leave(topic, ended)));
    });
    for (const topic of topics) topic.listeners.add(subscription);
    subscription.endWith(signal);
    try {
      // Callers with a longer timeout than the first one may join.
      const patienceMs = Math.max(timeoutMs, this.#options.commandTimeoutMs);
      const standing = Promise.all(topics.map((topic) => this.#stands(topic, patienceMs)));
      await this.#within(timeoutMs, signal, standing);
      subscription.activate();
      return subscription;
    } catch (error) {
      void subscription.unsubscribe();
      throw error;
    }
  }

  /** Takes sharded channels to the masters that their slots have moved to, when the assignment has changed. */
  follow(): void {
    const { slots } = this.#options.topology;
    if (slots === undefined || slots.revision === this.#revision) return;
    this.#revision = slots.revision;
    const moved = [...this.#topics.values()].filter((topic) => this.#hasMoved(topic));
    for (const topic of moved) topic.home?.strays.add(topic.name);
    this.#lose(moved);
    if (moved.length > 0) this.#restoreIn(0);
  }

  close(): void {
    this.#closing.abort();
    this.#retry?.cancel();
    this.#deadlines.close();
    for (const wait of [...this.#waiting]) wait.reject(new DisposedError('this RedisConnection is closed'));
    const topics = [...this.#topics.values()];
    this.#topics.clear();
    for (const topic of topics) {
      topic.lose();
      topic.home?.end(connectionClosed());
    }
  }

  /** The topic of a name, made if there is none. */
  #topicOf(kind: TopicKind, name: string): Topic {
    const key = `${kind} ${name}`;
    const topic = this.#topics.get(key) ?? new Topic(key, kind, name);
    this.#topics.set(key, topic);
    return topic;
  }

  /** Link that a topic belongs to. @throws {ConnectionError} when the master of its slot is not known. */
  #homeOf({ kind, name }: Topic): Home<Topic> {
    const { topology } = this.#options;
    if (kind !== 'sharded' || !topology.sharded) return this.#home;
    const node = topology.nodeOf(name);
    const home = this.#homes.get(node) ?? this.#newHome(() => node);
    this.#homes.set(node, home);
    return home;
  }

  #newHome(nodeOf: () => RedisNode): Home<Topic> {
    const home: Home<Topic> = new Home({
      signal: this.#closing.signal,
      open: (signal, onEnd) => nodeOf().open(this.#options.connectTimeoutMs, signal, onEnd),
      onEnd: () => {
        this.#lose([...home.topics]);
        this.#retryLater();
      },
    });
    return home;
  }

  #hasMoved(topic: Topic): boolean {
    // A topic that is not confirmed yet follows redirections.
    if (topic.kind !== 'sharded' || !topic.isConfirmed) return false;
    try {
      return topic.home !== this.#homeOf(topic);
    } catch {
      return false; // Nobody serves the slot now.
    }
  }

  /** Waits until the server has confirmed a topic. */
  #stands(topic: Topic, patienceMs: number): Promise<void> {
    return topic.await(topic.confirmed ?? this.#confirm(topic, patienceMs));
  }

  /** Waits for a subscription, at most for the timeout of its caller. */
  async #within(timeoutMs: number, signal: AbortSignal | undefined, work: Promise<unknown>): Promise<void> {
    const wait = new Wait<unknown>();
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
    await wait.result;
  }

  /** Subscribes to a topic at its server, and follows the redirections of a cluster. */
  async #confirm(topic: Topic, timeoutMs: number): Promise<void> {
    const { clock, topology } = this.#options;
    const giveUpAt = clock.now() + timeoutMs;
    await this.#leaving.get(topic.key);
    for (let redirections = 0; topic.listeners.size > 0; redirections++) {
      const leftMs = redirections === 0 ? timeoutMs : Math.max(1, giveUpAt - clock.now());
      try {
        await this.#subscribe(topic, leftMs);
        return;
      } catch (error) {
        const isLate = redirections === MAX_REDIRECTIONS || clock.now() >= giveUpAt;
        if (isLate || !(await topology.follow?.(error, leftMs))) throw error;
        // Two nodes that send us to each other have not heard of the move yet.
        if (redirections > 0) await pause(clock, AGAIN_MS);
      }
    }
  }

  async #subscribe(topic: Topic, timeoutMs: number): Promise<void> {
    const { kind, name } = topic;
    const home = this.#homeOf(topic);
    // node-redis would not subscribe again to what it believes to have.
    if (home.strays.has(name)) home.end(lost('a channel that has moved away has come back'));
    topic.enter(home);
    const link = await home.linked();
    if (topic.listeners.size === 0) return; // All listeners have left.
    const deliver = (payload: Buffer, channel: Buffer): void => topic.deliver(home, payload, channel);
    await link.subscribe(kind, name, timeoutMs, deliver, () => this.#onMoved(topic, home));
  }

  #onMoved(topic: Topic, home: Home<Topic>): void {
    home.strays.delete(topic.name);
    if (topic.home !== home || topic.listeners.size === 0) return;
    this.#lose([topic]);
    this.#restoreIn(0);
  }

  #lose(topics: readonly Topic[]): void {
    for (const topic of topics) {
      topic.lose();
      this.#lost.add(topic);
    }
  }

  #retryLater(error?: unknown): void {
    this.#failures++;
    const refused = ConnectionError.is(error) && error.code === 'E_CONNECTION_AUTH';
    this.#restoreIn(refused ? authRetryDelayMs() : retryDelayMs(this.#failures));
  }

  /** Restores after a delay, unless that is due earlier. */
  #restoreIn(delayMs: number): void {
    if (this.#closing.signal.aborted || this.#lost.size === 0) return;
    const dueAt = this.#options.clock.now() + delayMs;
    if (this.#retry !== undefined && this.#retryAt <= dueAt) return;
    this.#retry?.cancel();
    this.#retryAt = dueAt;
    this.#retry = this.#options.clock.schedule(delayMs, () => {
      this.#retry = undefined;
      this.#restore();
    });
  }

  /** Restores the topics that were lost: those of each link together, and no link waits for another. */
  #restore(): void {
    const groups = new Map<Home<Topic> | undefined, Topic[]>();
    for (const topic of this.#lost) {
      if (this.#restoring.has(topic)) continue;
      let home: Home<Topic> | undefined;
      try {
        home = this.#homeOf(topic);
      } catch {
        // The attempt fails for this reason, and is repeated.
      }
      groups.set(home, [...(groups.get(home) ?? []), topic]);
    }
    for (const group of groups.values()) void this.#restoreGroup(group);
  }

  async #restoreGroup(topics: readonly Topic[]): Promise<void> {
    for (const topic of topics) this.#restoring.add(topic);
    const failures = await Promise.all(topics.map((topic) => this.#failureOf(topic)));
    for (const topic of topics) this.#restoring.delete(topic);
    // Topics that were lost again meanwhile are not there.
    const back = topics.filter((topic) => topic.isConfirmed && this.#lost.delete(topic));
    const listeners = new Set(back.flatMap((topic) => [...topic.listeners]));
    for (const listener of listeners) listener.restore(back);
    if (back.length > 0) this.#failures = 0;
    const failure = failures.find((each) => each !== undefined);
    // A link on which something stays unanswered is replaced. Its end may already have made a new attempt due.
    for (const [index, topic] of topics.entries())
      if (isUnanswered(failures[index])) topic.home?.end(lost('a subscription could not be restored'));
    if (topics.some((topic) => this.#lost.has(topic))) this.#retryLater(failure);
  }

  /** Restores a topic. @returns The failure that another attempt may end. */
  async #failureOf(topic: Topic): Promise<unknown> {
    const { commandTimeoutMs, logger } = this.#options;
    try {
      await this.#stands(topic, commandTimeoutMs);
      return undefined;
    } catch (error) {
      if (!(OperationError.is(error) && FINAL.has(error.reason ?? ''))) return error;
      logger.warning(`a subscription was refused: ${error.message}`, { code: error.code }, error);
      this.#lost.delete(topic);
      return undefined;
    }
  }

  async #leave(topic: Topic, subscription: Subscription): Promise<void> {
    const { key, kind, name, listeners } = topic;
    listeners.delete(subscription);
    if (listeners.size > 0) return;
    if (this.#topics.get(key) === topic) this.#topics.delete(key);
    this.#lost.delete(topic);
    const home = topic.end();
    const leaving = home?.link?.unsubscribe(kind, name, this.#options.commandTimeoutMs);
    if (leaving === undefined) return;
    const left = leaving.catch(() => void home?.strays.add(name));
    this.#leaving.set(key, left);
    await left;
    if (this.#leaving.get(key) === left) this.#leaving.delete(key);
  }
}

function isUnanswered(failure: unknown): boolean {
  return OperationError.is(failure) && failure.outcome !== 'refused';
}
