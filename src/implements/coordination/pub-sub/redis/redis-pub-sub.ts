import { z } from 'zod';
import type { IClock } from '../../../../interfaces/clock.js';
import type { ICodec } from '../../../../interfaces/codec.js';
import type { ComponentDefinition, IComponent } from '../../../../interfaces/component.js';
import { ArgumentError, DisposedError } from '../../../../interfaces/errors.js';
import type { HealthQuery } from '../../../../interfaces/health.js';
import type { ILogger } from '../../../../interfaces/logger.js';
import type {
  IPubSub,
  PublishOptions,
  PubSubMessage,
  PubSubTarget,
  SubscriptionOptions,
} from '../../../../interfaces/pub-sub.js';
import type { IRedisConnection } from '../../../../interfaces/redis-connection.js';
import type { RedisHealth } from '../../../../interfaces/redis-health.js';
import type { ISubscription } from '../../../../interfaces/redis-subscription.js';
import {
  type CodecOption,
  codecOf,
  codecOption,
  declaredCodec,
} from '../../../foundation/codecs/codec-option.js';
import { encoded } from '../../../foundation/codecs/encoded.js';
import { guardedLogger } from '../../../foundation/logger/guarded-logger.js';
import {
  type ComponentConnection,
  type ComponentConnectionOption,
  checkComponentConnection,
  componentConnectionShape,
  connected,
  declaredComponent,
  prefixOption,
  type UncheckedComponentConnection,
} from '../../../redis/component-connection.js';
import type { ConnectionHandle } from '../../../redis/connection-handle.js';
import { Inbox } from '../delivery/inbox.js';
import { Listener } from '../delivery/listener.js';
import { publishSignal, subscribeRequest } from '../requests.js';
import { Feed } from './feed.js';
import { Numbering, Sightings } from './sequence.js';

const declared = z
  .strictObject({
    ...componentConnectionShape,
    prefix: prefixOption()
      .default('')
      .describe(
        'Prefix of every channel, used as it is. Without one, channels are those of the whole server.',
      ),
    codec: codecOption('messages'),
    sharded: z
      .boolean()
      .default(false)
      .describe(
        'Uses sharded channels (SPUBLISH, SSUBSCRIBE): on a cluster, messages stay with the master of their channel and its replicas. Requires Redis 7.0 or later; conflicts with patterns. All publishers and subscribers of a channel must agree.',
      ),
    sequenced: z
      .boolean()
      .default(false)
      .describe(
        'Numbers messages, so that subscribers notice losses that no connection notices. All publishers and subscribers of a channel must agree.',
      ),
  })
  .superRefine(checkComponentConnection)
  .describe('Publish/subscribe in Redis, among all processes.');

type Written = z.input<typeof declared>;
type OwnOptions = Omit<Written, ComponentConnectionOption | 'codec'> & {
  /** Format of messages. Default: `bytes`. */
  readonly codec?: CodecOption | undefined;
};

/** Options of a `RedisPubSub` that is constructed in code: over a `connection`, or with one of its own. */
export type RedisPubSubOptions = ComponentConnection & OwnOptions;

type UncheckedOptions = UncheckedComponentConnection & OwnOptions;

/**
 * Publish/subscribe in Redis, among all processes that use the same channels. Publishing is one PUBLISH; all
 * subscriptions of a connection share one link (sharded ones on a cluster: one for each master), which is restored
 * after every loss.
 *
 * One with a connection of its own is started with `start` and closed with `close`; the component site does both.
 *
 * @example
 * ```ts
 * const orders = new RedisPubSub<{ id: number }>({ connection, prefix: 'orders:', codec: 'json' });
 * ```
 */
export class RedisPubSub<T = Uint8Array> implements IPubSub<T>, IComponent {
  static readonly component: ComponentDefinition<typeof declared, RedisPubSub> = {
    options: declared,
    create: (site, { codec, ...options }, context) => {
      const checked: UncheckedOptions = {
        ...declaredComponent(site, options, context),
        codec: declaredCodec(site, codec),
      };
      return new RedisPubSub(checked as RedisPubSubOptions);
    },
  };

  readonly #connection: IRedisConnection;
  readonly #handle: ConnectionHandle;
  readonly #timeoutMs: number | undefined;
  readonly #prefix: string;
  readonly #sharded: boolean;
  readonly #codec: ICodec;
  readonly #numbering: Numbering | undefined;
  readonly #clock: IClock;
  readonly #logger: ILogger;
  readonly #listeners = new Set<Listener>();
  #closed = false;

  constructor(options: RedisPubSubOptions) {
    const { codec, ...given }: UncheckedOptions = options;
    const byName = typeof codec === 'string' ? { codec } : undefined;
    const { connection, handle, timeoutMs, clock, loggerSite, ...parsed } = connected(
      declared,
      'RedisPubSub',
      { ...given, ...byName },
      { codec: byName === undefined ? codec : undefined },
    );
    const { prefix, codec: chosen, sharded, sequenced } = parsed.options;
    this.#codec = codecOf(chosen as string | ICodec, 'RedisPubSub');
    this.#connection = connection;
    this.#handle = handle;
    this.#timeoutMs = timeoutMs;
    this.#prefix = prefix;
    this.#sharded = sharded;
    this.#numbering = sequenced ? new Numbering() : undefined;
    this.#clock = clock;
    this.#logger = guardedLogger(loggerSite, 'inversify-cache.redis-pub-sub');
  }

  /** Reports the state of the connection, within 100 ms. Never rejects. */
  health(query?: HealthQuery): Promise<RedisHealth> {
    return this.#handle.health(query);
  }

  async start(): Promise<void> {
    await this.#handle.start();
  }

  async publish(channel: string, message: T, options?: PublishOptions): Promise<number> {
    this.#checkOpen();
    const signal = publishSignal(channel, options);
    const payload = encoded(this.#codec, message);
    const bytes = this.#numbering?.number(channel, payload) ?? payload;
    const name = this.#prefix + channel;
    const command = this.#sharded ? 'SPUBLISH' : 'PUBLISH';
    // PUBLISH may go to any node of a cluster; the same one for all messages of a channel keeps their order.
    const reply = await this.#connection.execute(
      [command, name, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)],
      {
        keys: [name],
        timeout: this.#timeoutMs,
        signal,
      },
    );
    return Number(reply);
  }

  async subscribe(
    to: PubSubTarget,
    handler: (message: PubSubMessage<T>) => unknown,
    options?: SubscriptionOptions,
  ): Promise<ISubscription> {
    this.#checkOpen();
    const request = subscribeRequest(to, handler, options);
    if (this.#sharded && request.target.kind === 'pattern') {
      throw new ArgumentError(
        '{ pattern } conflicts with sharded: Redis has no patterns of sharded channels',
      );
    }
    const inbox = new Inbox(request, { codec: this.#codec, logger: this.#logger });
    const feed = new Feed(request.target, {
      connection: this.#connection,
      prefix: this.#prefix,
      sharded: this.#sharded,
      timeoutMs: this.#timeoutMs,
      inbox,
      sightings: this.#numbering && new Sightings(this.#clock),
    });
    const listener = new Listener(
      inbox,
      () => feed.active,
      () => {
        this.#listeners.delete(listener);
        return feed.close();
      },
    );
    this.#listeners.add(listener);
    try {
      await feed.open(request.rules.signal);
    } catch (error) {
      await listener.unsubscribe();
      throw error;
    }
    listener.endWith(request.rules.signal);
    // Closed meanwhile, which ended the listener before its feed was open.
    if (this.#closed) await feed.close();
    this.#checkOpen();
    return listener;
  }

  /** Ends all subscriptions, and the connection if it is not shared. Later calls reject with a `DisposedError`. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#listeners].map((listener) => listener.unsubscribe()));
    await this.#handle.close();
  }

  #checkOpen(): void {
    if (this.#closed) throw new DisposedError('this RedisPubSub is closed');
  }
}
