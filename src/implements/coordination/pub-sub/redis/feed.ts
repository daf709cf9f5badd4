import type {
  IRedisConnection,
  ISubscription,
  RedisMessage,
  SubscriptionGap,
  SubscriptionTarget,
} from '../../../../interfaces/redis-connection.js';
import { literalPattern } from '../../../foundation/arguments/pattern.js';
import { whenAborted } from '../../../foundation/waiting/abort-listeners.js';
import type { Inbox } from '../delivery/inbox.js';
import type { CheckedTarget } from '../requests.js';
import type { Sightings } from './sequence.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One channel or pattern of a feed. */
interface Topic {
  readonly target: SubscriptionTarget;
  /** Channel; `undefined` for a pattern, whose messages name theirs. */
  readonly channel: string | undefined;
  subscription: ISubscription | undefined;
  /** `true` while its loss has been told already, with that of another topic. */
  isTold: boolean;
  /** Messages that came after a loss, before the loss was told. */
  early: RedisMessage[];
}

/** Place of a feed. */
export interface FeedPorts {
  readonly connection: IRedisConnection;
  readonly prefix: string;
  /** `undefined`: that of the connection. */
  readonly timeoutMs: number | undefined;
  readonly inbox: Inbox;
  /** `undefined` unless messages are numbered. */
  readonly sightings: Sightings | undefined;
}

/**
 * Feeds an inbox from all topics of one subscription. Topics are restored one by one after a loss of their common link:
 * the first one tells it, before its next message, and the others do not tell it again.
 */
export class Feed {
  readonly #ports: FeedPorts;
  readonly #topics: readonly Topic[];
  readonly #opening = new AbortController();

  constructor({ kind, names }: CheckedTarget, ports: FeedPorts) {
    const { prefix } = ports;
    this.#ports = ports;
    const isChannel = kind === 'channels';
    this.#topics = names.map((name) => ({
      target: isChannel ? { channel: prefix + name } : { pattern: literalPattern(prefix) + name },
      channel: isChannel ? name : undefined,
      subscription: undefined,
      isTold: false,
      early: [],
    }));
  }

  /** `true` while the server delivers the messages of all topics. */
  get active(): boolean {
    return this.#topics.every(({ subscription }) => subscription?.active === true);
  }

  /** Subscribes to all topics, or to none. @throws the first error of the connection. */
  async open(signal: AbortSignal | undefined): Promise<void> {
    const forget = signal && whenAborted(signal, () => this.#opening.abort(signal.reason));
    try {
      await Promise.all(this.#topics.map((topic) => this.#subscribe(topic)));
    } catch (error) {
      this.#opening.abort();
      await this.close();
      throw error;
    } finally {
      forget?.();
    }
  }

  /** Ends all topics. Never rejects. */
  async close(): Promise<void> {
    await Promise.all(this.#topics.map(({ subscription }) => subscription?.unsubscribe()));
  }

  async #subscribe(topic: Topic): Promise<void> {
    const { connection, timeoutMs } = this.#ports;
    const { signal } = this.#opening;
    topic.subscription = await connection.subscribe(topic.target, (message) => this.#hear(topic, message), {
      timeout: timeoutMs,
      signal,
      onGap: (gap) => this.#restore(topic, gap),
    });
  }

  #hear(topic: Topic, message: RedisMessage): void {
    // The connection tells a loss just after it is confirmed, and messages may arrive together with the confirmation.
    if (topic.subscription?.active === false) topic.early.push(message);
    else this.#pass(topic, message);
  }

  #restore(topic: Topic, gap: SubscriptionGap): void {
    if (topic.isTold) topic.isTold = false;
    else {
      for (const other of this.#topics) {
        if (other !== topic && other.subscription?.active === false) other.isTold = true;
      }
      this.#ports.sightings?.forget();
      this.#ports.inbox.tellGap(gap);
    }
    for (const message of topic.early.splice(0)) this.#pass(topic, message);
  }

  #pass(topic: Topic, { channel: bytes, payload }: RedisMessage): void {
    const { inbox, prefix, sightings } = this.#ports;
    let channel = topic.channel;
    try {
      channel ??= decoder.decode(bytes).slice(prefix.length);
      if (sightings === undefined) {
        inbox.take({ channel, payload });
        return;
      }
      const { message, lostMs } = sightings.see(channel, payload);
      if (lostMs !== undefined) inbox.tellGap({ lostMs });
      inbox.take({ channel, payload: message });
    } catch (error) {
      inbox.refuse(
        { channel: channel ?? bytes.toString().slice(prefix.length), payload: new Uint8Array(payload) },
        error,
      );
    }
  }
}
