import type {
  IPubSub,
  PubSubMessage,
  PubSubTarget,
  SubscriptionOptions,
} from '../../../src/interfaces/pub-sub.js';
import type { ISubscription } from '../../../src/interfaces/redis-subscription.js';
import type { PubSubFlaw } from '../../subjects/pub-sub/pub-sub.subjects.js';

/** Publish/subscribe that is wrong in one way. */
export interface PubSubMutant {
  readonly breaks: string;
  readonly flaw: string;
  readonly make: PubSubFlaw;
}

type Publish = IPubSub<unknown>['publish'];
type Subscribe = IPubSub<unknown>['subscribe'];
type Handler = (message: PubSubMessage<unknown>) => unknown;

function mutant(breaks: string, flaw: string, make: PubSubFlaw): PubSubMutant {
  return { breaks, flaw, make };
}

function publishing(make: (publish: Publish) => Publish): PubSubFlaw {
  return (pubSub) => ({
    publish: make(pubSub.publish.bind(pubSub)),
    subscribe: pubSub.subscribe.bind(pubSub),
  });
}

function subscribing(make: (subscribe: Subscribe) => Subscribe): PubSubFlaw {
  return (pubSub) => ({
    publish: pubSub.publish.bind(pubSub),
    subscribe: make(pubSub.subscribe.bind(pubSub)),
  });
}

/** Changes the handler of every subscription. */
function handling(make: () => (handler: Handler) => Handler): PubSubFlaw {
  return (pubSub) => {
    const change = make();
    return subscribing(
      (subscribe) => (to, handler, options) =>
        subscribe(to, typeof handler === 'function' ? change(handler) : handler, options),
    )(pubSub);
  };
}

/** Changes what is subscribed to. */
function aiming(change: (to: PubSubTarget) => PubSubTarget): PubSubFlaw {
  return subscribing((subscribe) => (to, handler, options) => subscribe(change(to), handler, options));
}

/** Subscribes without some options. */
function without(...names: (keyof SubscriptionOptions)[]): PubSubFlaw {
  return subscribing((subscribe) => (to, handler, options) => {
    if (typeof options !== 'object' || options === null) return subscribe(to, handler, options);
    const left = Object.entries(options).filter(
      ([name]) => !names.includes(name as keyof SubscriptionOptions),
    );
    return subscribe(to, handler, Object.fromEntries(left));
  });
}

/** Replaces the subscription that a caller gets. */
function returning(change: (subscription: ISubscription) => Partial<ISubscription>): PubSubFlaw {
  return subscribing((subscribe) => async (...args) => {
    const subscription = await subscribe(...args);
    const changed = change(subscription);
    return {
      get active() {
        return changed.active ?? subscription.active;
      },
      unsubscribe: changed.unsubscribe ?? (() => subscription.unsubscribe()),
      [Symbol.asyncDispose]: () => subscription[Symbol.asyncDispose](),
    };
  });
}

const isPattern = (to: PubSubTarget): to is { readonly pattern: string } =>
  typeof Object(to).pattern === 'string';
const isChannels = (to: PubSubTarget): to is { readonly channels: readonly string[] } =>
  Array.isArray(Object(to).channels) && !('pattern' in to);

/** Answers for a rejection with this code. */
function lenient<T>(code: string, answer: T): (call: Promise<T>) => Promise<T> {
  return (call) =>
    call.catch((error: { code?: unknown }) => {
      if (error.code === code) return answer;
      throw error;
    });
}

export const pubSubMutants: readonly PubSubMutant[] = [
  mutant(
    'messages of one publisher arrive in order, with the bytes that they had when they were published',
    'reads the buffer of its caller later',
    publishing((publish) => async (...args) => {
      await null;
      return publish(...args);
    }),
  ),
  mutant(
    'messages of one publisher arrive in order, with the bytes that they had when they were published',
    'lets a message overtake the one before it',
    publishing((publish) => {
      let calls = 0;
      return async (channel, message, options) => {
        const copy = message instanceof Uint8Array ? Uint8Array.from(message) : message;
        if (++calls % 2 === 1) await new Promise((resolve) => setImmediate(resolve));
        return publish(channel, copy, options);
      };
    }),
  ),
  mutant(
    'every handler gets bytes of its own',
    'gives all handlers one buffer',
    handling(() => {
      const shared = new Map<string, unknown>();
      return (handler) => (message) => {
        const text = String(message.message).slice(0, 4);
        const known = shared.get(text) ?? message.message;
        shared.set(text, known);
        return handler({ ...message, message: known });
      };
    }),
  ),
  mutant(
    'publish returns 0 without a receiver, and more with one',
    'answers a constant',
    publishing(
      (publish) =>
        async (...args) =>
          Math.min(1, 1 + (await publish(...args))),
    ),
  ),
  mutant(
    'a subscription receives what is published on each of its channels, once, and nothing else',
    'listens to the first channel only',
    aiming((to) => (isChannels(to) ? { channels: to.channels.slice(0, 1) } : to)),
  ),
  mutant(
    'a subscription receives what is published on each of its channels, once, and nothing else',
    'listens to all channels that begin alike',
    aiming((to) => (isChannels(to) && to.channels.length > 1 ? { pattern: '[ab]*' } : to)),
  ),
  mutant(
    'a pattern is that of ICache.keys',
    'takes a pattern as the name of a channel',
    aiming((to) => (isPattern(to) ? { channels: [to.pattern] } : to)),
  ),
  mutant(
    'a pattern is that of ICache.keys',
    'lets a question mark match nothing',
    aiming((to) => (isPattern(to) ? { pattern: to.pattern.replace('?', '') } : to)),
  ),
  mutant(
    'a channel and a pattern are two subscriptions, and each is called once',
    'calls a handler twice',
    handling(() => (handler) => async (message) => {
      await handler(message);
      return handler(message);
    }),
  ),
  mutant(
    'channels are literal',
    'takes a channel as a pattern',
    aiming((to) => {
      const [first, ...more] = isChannels(to) ? to.channels : [];
      return first !== undefined && more.length === 0 ? { pattern: first } : to;
    }),
  ),
  mutant(
    'the codecs text and json deliver what was published',
    'delivers text whatever the codec is',
    handling(() => (handler) => (message) => handler({ ...message, message: String(message.message) })),
  ),
  mutant(
    'a message that the codec refuses is a CodecError, and is not published',
    'drops what the codec refuses',
    publishing((publish) => {
      const forgive = lenient('E_ENCODE', 0);
      return (...args) => forgive(publish(...args));
    }),
  ),
  mutant(
    'a bad channel, target, handler or option is an ArgumentError',
    'answers for a bad channel',
    publishing((publish) => {
      const forgive = lenient('E_ARGUMENT', 0);
      return (...args) => forgive(publish(...args));
    }),
  ),
  mutant(
    'a bad channel, target, handler or option is an ArgumentError',
    'ignores options that it does not know',
    subscribing((subscribe) => (to, handler, options) => {
      const known = Object(options) === options && 'bufer' in Object(options) ? undefined : options;
      return subscribe(to, handler, known);
    }),
  ),
  mutant(
    'a call that was aborted before it began rejects with E_ABORTED',
    'ignores the signal',
    without('signal'),
  ),
  mutant(
    'every call after close rejects with a DisposedError, and subscriptions have ended',
    'answers after close',
    publishing((publish) => {
      const forgive = lenient('E_DISPOSED', 0);
      return (...args) => forgive(publish(...args));
    }),
  ),
  mutant(
    'every call after close rejects with a DisposedError, and subscriptions have ended',
    'says that a subscription is active for ever',
    returning(() => ({ active: true })),
  ),
  mutant(
    'a handler that throws or rejects is logged, without the message, and is called again',
    'ends a subscription whose handler fails',
    handling(() => (handler) => {
      let failed = false;
      return async (message) => {
        if (failed) return;
        try {
          await handler(message);
        } catch (error) {
          failed = true;
          throw error;
        }
      };
    }),
  ),
  mutant(
    'a handler that throws or rejects is logged, without the message, and is called again',
    'swallows the error of a handler',
    handling(() => (handler) => async (message) => {
      try {
        await handler(message);
      } catch {
        // The flaw.
      }
    }),
  ),
  mutant(
    'a handler that never ends costs no other subscription a message',
    'has one queue for all handlers',
    handling(() => {
      let last: Promise<unknown> = Promise.resolve();
      return (handler) => (message) => {
        last = last.then(() => handler(message));
        return last;
      };
    }),
  ),
  mutant(
    'a handler is called for one message at a time, in order',
    'does not wait for a handler',
    handling(() => (handler) => (message) => void Promise.resolve(handler(message)).catch(() => undefined)),
  ),
  mutant('a full buffer drops the oldest messages, and each is told', 'has no bound', without('buffer')),
  mutant('a full buffer drops the oldest messages, and each is told', 'tells no drops', without('onDrop')),
  mutant('a buffer is bounded in bytes', 'has no bound in bytes', without('bufferBytes')),
  mutant(
    'no handler is called after its subscription has ended, not even for what waited',
    'goes on after unsubscribe',
    returning((subscription) => {
      let ended = false;
      return {
        get active() {
          return !ended && subscription.active;
        },
        unsubscribe: async () => {
          ended = true;
        },
      };
    }),
  ),
  mutant(
    'no handler is called after its subscription has ended, not even for what waited',
    'goes on after an abort',
    without('signal'),
  ),
  mutant(
    'a handler can end its own subscription',
    'waits for the running handler when it ends',
    subscribing((subscribe) => async (to, handler, options) => {
      let running: Promise<unknown> = Promise.resolve();
      const waiting: Handler = (message) => {
        running = Promise.resolve().then(() => handler(message));
        return running;
      };
      const subscription = await subscribe(to, typeof handler === 'function' ? waiting : handler, options);
      return {
        get active() {
          return subscription.active;
        },
        unsubscribe: () => running.then(() => subscription.unsubscribe()),
        [Symbol.asyncDispose]: () => subscription[Symbol.asyncDispose](),
      };
    }),
  ),
  mutant(
    'a channel can be subscribed to again at once',
    'ends the next subscription of the same channel too',
    (pubSub) => {
      const later: ISubscription[] = [];
      return returning((subscription) => {
        later.push(subscription);
        return {
          unsubscribe: async () => {
            await subscription.unsubscribe();
            await new Promise((resolve) => setImmediate(resolve));
            await later[later.indexOf(subscription) + 1]?.unsubscribe();
          },
        };
      })(pubSub);
    },
  ),
];

/** Flaws that show where messages arrive on a link, or come from other processes. */
export const pubSubLinkMutants: readonly PubSubMutant[] = [
  mutant(
    'bytes that the codec refuses are told, and the next message is handled',
    'says nothing of bytes that it cannot decode',
    without('onMalformed'),
  ),
  mutant(
    'each loss of the link is told once to each subscription, before later messages',
    'tells no loss',
    without('onGap'),
  ),
  mutant(
    'each loss of the link is told once to each subscription, before later messages',
    'tells a loss for each channel',
    subscribing((subscribe) => async (to, handler, options) => {
      const [first, ...more] = isChannels(to) ? to.channels : [];
      for (const channel of first === undefined ? [] : more) {
        await subscribe({ channels: [channel] }, () => undefined, options);
      }
      return subscribe(to, handler, options);
    }),
  ),
  mutant(
    'subscriptions are restored after a loss, and those that ended are not',
    'ends with its link',
    subscribing((subscribe) => async (to, handler, options) => {
      const subscription = await subscribe(to, handler, {
        ...options,
        onGap: () => void subscription.unsubscribe(),
      });
      return subscription;
    }),
  ),
];
