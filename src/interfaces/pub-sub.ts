import { defineInterface, type InterfaceToken } from './interface-token.js';
import type { ISubscription, SubscriptionGap } from './redis-subscription.js';

/** Target of a subscription: one or several channels, or all channels that match a pattern (a Redis glob). */
export type PubSubTarget = { readonly channels: readonly string[] } | { readonly pattern: string };

/** A message that a handler receives. */
export interface PubSubMessage<T = Uint8Array> {
  /** Channel that it was published on. */
  readonly channel: string;
  /** The message, decoded; the handler's own. */
  readonly message: T;
}

/** A message that the codec refused. */
export interface MalformedMessage {
  /** Channel that it was published on; bytes that are not UTF-8 are replaced by `U+FFFD`. */
  readonly channel: string;
  /** Bytes as they arrived. */
  readonly payload: Uint8Array;
  /** Refusal. */
  readonly error: unknown;
}

/** Messages that a subscription dropped, because its buffer was full. */
export interface DroppedMessages {
  /** Number of messages since the last report. */
  readonly messages: number;
}

/** Options of `publish`. */
export interface PublishOptions {
  /** Aborts the call: `E_ABORTED`; the message may have been published unless the outcome is `not-sent`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `subscribe`. */
export interface SubscriptionOptions {
  /** Ends the subscription when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Maximum number of messages that wait for the handler. Default: 1000. */
  readonly buffer?: number | undefined;
  /** Maximum size of these messages, in bytes or with a unit. Default: 8 MiB. */
  readonly bufferBytes?: number | `${number}${'B' | 'KiB' | 'MiB' | 'GiB'}` | undefined;
  /**
   * Called once for each loss of the connection, when the subscription is restored, before the first message that was
   * published afterwards: all messages published meanwhile are lost. Sharded channels of a cluster have a connection to
   * each master, and are lost for a moment when their slot moves.
   */
  readonly onGap?: ((gap: SubscriptionGap) => void) | undefined;
  /** Called when messages were dropped, because the handler was too slow for the buffer: the oldest are dropped. */
  readonly onDrop?: ((dropped: DroppedMessages) => void) | undefined;
  /** Called instead of the handler for a message that the codec refuses. Default: a warning is logged. */
  readonly onMalformed?: ((message: MalformedMessage) => void) | undefined;
}

/**
 * Publish/subscribe: a message reaches everyone who is subscribed at that moment, and nobody else. Whoever needs every
 * message needs a queue.
 *
 * - **At most once**: nothing is kept for absent subscribers. What a lost connection, a full buffer or a foreign message
 *   costs is told: `onGap`, `onDrop`, `onMalformed`.
 * - **Order**: messages of one publisher on one channel are handled in their order; one that is not awaited before the
 *   next keeps its place, unless the connection spreads commands over several `dataConnections`.
 * - **Isolated**: every subscription has a buffer of its own, and its handler is called for one message at a time: the
 *   next call waits for the promise of the last. A handler that throws, rejects, or never ends costs no other
 *   subscription a message; its error is logged.
 * - **Channels** are strings of 1 byte to 1 KiB as UTF-8, literal; patterns are those of `ICache.keys`. A channel and a
 *   pattern are two subscriptions, and each is called once.
 * - **Restored**: a subscription lasts until it is ended, also over lost connections.
 * - **Bytes are isolated**: a buffer may be changed as soon as it was passed to `publish`.
 *
 * Invalid arguments are `ArgumentError`s before anything is sent; a message that the codec refuses is a `CodecError`. In
 * an outage `publish` and `subscribe` reject with a `ConnectionError` or an `OperationError` within `commandTimeout` +
 * 50 ms; subscriptions that exist are restored. Calls after `close` reject with a `DisposedError`.
 *
 * @example
 * ```ts
 * await using subscription = await news.subscribe(
 *   { channels: ['sports', 'weather'] },
 *   ({ channel, message }) => {
 *     heard.push(`${channel}: ${message}`);
 *   },
 * );
 * await news.publish('weather', 'sunny'); // 1: the number of receivers.
 * ```
 */
export interface IPubSub<T = Uint8Array> {
  /**
   * Publishes a message.
   *
   * @returns Number of receivers: 0 when nobody listens. In Redis, the number of connections that listen (the
   *   subscriptions of a process share one); on a cluster, at least: those of other nodes are not counted.
   */
  publish(channel: string, message: T, options?: PublishOptions): Promise<number>;

  /**
   * Subscribes, and calls a handler with every message until the subscription ends.
   *
   * @returns The subscription, once it receives. After `unsubscribe` has settled, or the signal has aborted, the handler
   *   is not called again.
   */
  subscribe(
    to: PubSubTarget,
    handler: (message: PubSubMessage<T>) => unknown,
    options?: SubscriptionOptions,
  ): Promise<ISubscription>;
}

export const IPubSub: InterfaceToken<IPubSub> = defineInterface<IPubSub>('IPubSub', ['publish', 'subscribe']);
