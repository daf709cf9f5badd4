import type { ICodec } from '../../../src/interfaces/codec.js';
import type {
  IPubSub,
  PubSubMessage,
  PubSubTarget,
  SubscriptionOptions,
} from '../../../src/interfaces/pub-sub.js';
import type { ISubscription } from '../../../src/interfaces/redis-subscription.js';
import type { LogRecord } from '../../support/logs/recording-logger.js';
import type { Law, Opened, Subject } from '../law.js';

/**
 * `counted`: all receivers are counted. `shared`: other processes publish there too. `link`: messages arrive on a link
 * that can break. `patterns`: one can subscribe to a pattern.
 */
export type PubSubCapability = 'counted' | 'shared' | 'link' | 'patterns';

export interface PubSubOptions {
  /** Default: `bytes`. */
  readonly codec?: 'bytes' | 'text' | 'json' | ICodec;
}

/** Publish/subscribe that was opened for one law; no other law uses its channels. */
export interface OpenPubSub extends Opened {
  readonly pubSub: IPubSub<unknown>;
  readonly log: readonly LogRecord[];
  /** Publishes bytes, as another process does. Requires `shared`. */
  readonly other?: IPubSub;
  /** Breaks the links of all subscribers. Requires `link`. */
  breakLinks?(): Promise<void>;
}

export type PubSubLaw = Law<PubSubCapability, OpenPubSub, PubSubOptions>;
export type PubSubSubject = Subject<PubSubCapability, OpenPubSub, PubSubOptions>;

/** A law of every implementation. */
export function law(title: string, prove: PubSubLaw['prove']): PubSubLaw {
  return { title, needs: [], prove };
}

/** A law of those implementations that can do something. */
export function lawOf(needs: PubSubCapability, title: string, prove: PubSubLaw['prove']): PubSubLaw {
  return { title, needs: [needs], prove };
}

/** Messages that a subscription hears, as `channel message`. */
export interface Heard {
  readonly subscription: ISubscription;
  readonly texts: string[];
}

/** Subscribes, and collects what is heard. */
export async function listen(
  { pubSub }: OpenPubSub,
  to: PubSubTarget,
  options?: SubscriptionOptions,
): Promise<Heard> {
  const texts: string[] = [];
  const subscription = await pubSub.subscribe(to, (message) => void texts.push(textOf(message)), options);
  return { subscription, texts };
}

export function textOf({ channel, message }: PubSubMessage<unknown>): string {
  const text = message instanceof Uint8Array ? Buffer.from(message).toString() : JSON.stringify(message);
  return `${channel} ${text}`;
}
