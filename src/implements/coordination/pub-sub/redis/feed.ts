import type { IRedisConnection } from '../../../../interfaces/redis-connection.js';
import type {
  ISubscription,
  RedisMessage,
  SubscriptionGap,
  SubscriptionTarget,
} from '../../../../interfaces/redis-subscription.js';
import { literalPattern } from '../../../foundation/arguments/pattern.js';
import type { Inbox } from '../delivery/inbox.js';
import type { CheckedTarget } from '../requests.js';
import type { Sightings } from './sequence.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Place of a feed. */
export interface FeedPorts {
  readonly connection: IRedisConnection;
  readonly prefix: string;
  readonly sharded: boolean;
  /** `undefined`: that of the connection. */
  readonly timeoutMs: number | undefined;
  readonly inbox: Inbox;
  /** `undefined` unless messages are numbered. */
  readonly sightings: Sightings | undefined;
}

/** Feeds an inbox from the subscription of a connection. */
export class Feed {
  readonly #ports: FeedPorts;
  readonly #target: SubscriptionTarget;
  #subscription: ISubscription | undefined;

  constructor({ kind, names }: CheckedTarget, ports: FeedPorts) {
    const { prefix, sharded } = ports;
    this.#ports = ports;
    this.#target =
      kind === 'channels'
        ? { channels: names.map((name) => prefix + name), sharded }
        : { pattern: literalPattern(prefix) + names[0] };
  }

  /** `true` while the server delivers the messages of all channels. */
  get active(): boolean {
    return this.#subscription?.active === true;
  }

  /** Subscribes to all channels, or to none. @throws the error of the connection. */
  async open(signal: AbortSignal | undefined): Promise<void> {
    const { connection, timeoutMs } = this.#ports;
    const hear = (message: RedisMessage): void => this.#hear(message);
    const onGap = (gap: SubscriptionGap): void => this.#tell(gap);
    this.#subscription = await connection.subscribe(this.#target, hear, {
      timeout: timeoutMs,
      signal,
      onGap,
    });
  }

  /** Ends it. Never rejects. */
  async close(): Promise<void> {
    await this.#subscription?.unsubscribe();
  }

  #tell(gap: SubscriptionGap): void {
    this.#ports.sightings?.forget();
    this.#ports.inbox.tellGap(gap);
  }

  #hear({ channel: bytes, payload }: RedisMessage): void {
    const { inbox, prefix, sightings } = this.#ports;
    let channel: string | undefined;
    try {
      channel = decoder.decode(bytes).slice(prefix.length);
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
