import { z } from 'zod';
import type { ICodec } from '../../../interfaces/codec.js';
import type { ComponentDefinition, IComponent } from '../../../interfaces/component.js';
import { DisposedError } from '../../../interfaces/errors.js';
import { ILoggerSite } from '../../../interfaces/logger.js';
import type {
  IPubSub,
  PublishOptions,
  PubSubMessage,
  PubSubTarget,
  SubscriptionOptions,
} from '../../../interfaces/pub-sub.js';
import type { ISubscription } from '../../../interfaces/redis-subscription.js';
import { globMatcher } from '../../foundation/arguments/glob.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import {
  type CodecOption,
  codecOf,
  codecOption,
  declaredCodec,
} from '../../foundation/codecs/codec-option.js';
import { encoded } from '../../foundation/codecs/encoded.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../../foundation/logger/process-logger-site.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { Inbox } from './delivery/inbox.js';
import { Listener } from './delivery/listener.js';
import { type CheckedTarget, publishSignal, subscribeRequest } from './requests.js';

const declared = z
  .strictObject({ codec: codecOption('messages') })
  .describe('Publish/subscribe in the memory of this process.');

/** Options of a `MemoryPubSub` that is constructed in code. */
export interface MemoryPubSubOptions {
  /** Format of messages. Default: `bytes`. */
  readonly codec?: CodecOption | undefined;
  /** Default: process warnings. */
  readonly loggerSite?: ILoggerSite | undefined;
}

/** A place that messages are delivered to. */
interface Receiver {
  readonly inbox: Inbox;
  hears(channel: string): boolean;
}

/**
 * Publish/subscribe in the memory of this process, for tests and for applications of one process. Nothing is lost here
 * but what a full buffer drops.
 *
 * @example
 * ```ts
 * const news = new MemoryPubSub<string>({ codec: 'text' });
 * ```
 */
export class MemoryPubSub<T = Uint8Array> implements IPubSub<T>, IComponent {
  static readonly component: ComponentDefinition<typeof declared, MemoryPubSub> = {
    options: declared,
    create: (site, { codec }) =>
      new MemoryPubSub({
        codec: declaredCodec(site, codec),
        loggerSite: site.queryComponent(ILoggerSite),
      }),
  };

  readonly #codec: ICodec;
  readonly #logger;
  readonly #receivers = new Map<Listener, Receiver>();
  #closed = false;

  constructor({ codec, loggerSite = new ProcessLoggerSite(new SystemClock()) }: MemoryPubSubOptions = {}) {
    const options = parseOptions(declared, 'MemoryPubSub', typeof codec === 'string' ? { codec } : {}, {
      ports: { codec: typeof codec === 'string' ? undefined : codec },
    });
    this.#codec = codecOf(options.codec as string | ICodec, 'MemoryPubSub');
    this.#logger = guardedLogger(loggerSite, 'inversify-cache.memory-pub-sub');
  }

  async publish(channel: string, message: T, options?: PublishOptions): Promise<number> {
    this.#checkOpen();
    publishSignal(channel, options);
    const payload = encoded(this.#codec, message);
    let receivers = 0;
    for (const { inbox, hears } of this.#receivers.values()) {
      if (!hears(channel)) continue;
      receivers++;
      inbox.take({ channel, payload: new Uint8Array(payload) });
    }
    return receivers;
  }

  async subscribe(
    to: PubSubTarget,
    handler: (message: PubSubMessage<T>) => unknown,
    options?: SubscriptionOptions,
  ): Promise<ISubscription> {
    this.#checkOpen();
    const request = subscribeRequest(to, handler, options);
    const inbox = new Inbox(request, { codec: this.#codec, logger: this.#logger });
    const listener = new Listener(
      inbox,
      () => true,
      async () => void this.#receivers.delete(listener),
    );
    this.#receivers.set(listener, { inbox, hears: hearing(request.target) });
    listener.endWith(request.rules.signal);
    return listener;
  }

  /** Ends all subscriptions. Later calls reject with a `DisposedError`. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const listener of [...this.#receivers.keys()]) await listener.unsubscribe();
  }

  #checkOpen(): void {
    if (this.#closed) throw new DisposedError('this MemoryPubSub is closed');
  }
}

function hearing({ kind, names }: CheckedTarget): (channel: string) => boolean {
  if (kind === 'pattern') return globMatcher(names[0]);
  const channels = new Set(names);
  return (channel) => channels.has(channel);
}
