import type { Duration } from './duration.js';

/** Target of a subscription: one or several channels, or all channels that match a pattern (a Redis glob). */
export type SubscriptionTarget =
  | {
      readonly channel: string;
      /**
       * Subscribes to what is published by SPUBLISH, which a cluster keeps within the master of the channel's slot and
       * its replicas. Default: false. Requires Redis 7.0 or later; works on one server, too.
       *
       * @see https://redis.io/docs/latest/develop/pubsub/#sharded-pubsub
       */
      readonly sharded?: boolean | undefined;
    }
  | { readonly channels: readonly string[]; readonly sharded?: boolean | undefined }
  | { readonly pattern: string };

/** A published message. */
export interface RedisMessage {
  /** Channel that it was published on. */
  readonly channel: Buffer;
  /** Bytes of the message, which the handler may change. */
  readonly payload: Buffer;
}

/** An interruption during which messages may have been lost. */
export interface SubscriptionGap {
  /** Duration of the interruption in milliseconds; messages published during it are lost. */
  readonly lostMs: number;
}

/** Options of a subscription. */
export interface SubscribeOptions {
  /** Maximum wait for the server's confirmation. Default: `commandTimeout`. */
  readonly timeout?: Duration | undefined;
  /** Ends the subscription when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called when the subscription is restored after a loss, once for all channels that were lost together, before any
   * message that was published on them afterwards: Redis keeps no messages for absent subscribers. A sharded channel is
   * lost for a moment when its slot moves to another server.
   */
  readonly onGap?: ((gap: SubscriptionGap) => void) | undefined;
}

/** A subscription. It lasts until it is ended, and is restored automatically after a loss of connection. */
export interface ISubscription extends AsyncDisposable {
  /** `true` while the server delivers its messages, on all its channels. */
  readonly active: boolean;
  /** Ends the subscription: the handler is not called again after this. Idempotent; never rejects. */
  unsubscribe(): Promise<void>;
}
