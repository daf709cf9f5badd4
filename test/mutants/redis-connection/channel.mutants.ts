import type {
  RedisMessage,
  SubscribeOptions,
  SubscriptionGap,
} from '../../../src/interfaces/redis-subscription.js';
import { type ConnectionMutant, changed, given, leavingSlowly, mutant, opted } from './flaws.js';

interface Target {
  readonly channel?: string;
  readonly channels?: readonly string[];
  readonly sharded?: boolean;
}
type Handler = (message: RedisMessage) => unknown;

/** Changes the target of a subscription. */
const aimed = (make: (target: Target) => object) =>
  given('subscribe', ([target, ...rest]) => [make((target ?? {}) as Target), ...rest]);

/** Subscribes to several channels one by one, with the same handler and options. */
const oneByOne = changed('subscribe', (original) => async (target, ...rest) => {
  const { channels, ...others } = target as Target;
  if (channels === undefined) return original(target, ...rest);
  let last: unknown;
  for (const channel of channels) last = await original({ ...others, channel }, ...rest);
  return last;
});

export const connectionChannelMutants: readonly ConnectionMutant[] = [
  mutant(
    'a subscription to several channels receives each of them, and ends with all of them',
    'subscribes to the first of several channels only',
    aimed(({ channels, ...target }) =>
      channels === undefined ? target : { ...target, channel: channels[0] },
    ),
  ),
  mutant(
    'a subscription to several channels receives each of them, and ends with all of them',
    'leaves one of several channels only',
    oneByOne,
  ),
  mutant(
    'a loss is told once to a subscription of several channels, before later messages',
    'tells a loss for each channel',
    oneByOne,
  ),
  mutant(
    'a subscription that is refused for one of its channels leaves none of them',
    'keeps the channels that were not refused',
    oneByOne,
  ),
  mutant(
    'a sharded subscription receives what SPUBLISH publishes, and nothing else',
    'takes sharded channels for others',
    aimed(({ sharded: _, ...target }) => target),
  ),
  mutant(
    'a sharded channel that is left and joined again at once is received',
    'never subscribes again after leaving',
    leavingSlowly,
  ),
  mutant(
    'a sharded subscription that lost its connection resumes, and is told of the gap',
    'reports no gap of sharded channels',
    opted('subscribe', (options) => ({ ...options, onGap: undefined })),
  ),
  mutant(
    'subscribe refuses a sharded pattern, and a word in place of sharded',
    'ignores what sharded says',
    aimed(({ sharded: _, ...target }) => target),
  ),
  mutant(
    'a sharded subscription follows its slot to another server, and is told of the gap once',
    'hears nothing from the server that its slot has moved to',
    given('subscribe', ([target, handler, options]) => {
      let hears = true;
      const onGap = (): void => {
        hears = false;
      };
      const once: Handler = (message) => (hears ? (handler as Handler)(message) : undefined);
      return [target, once, { ...(options as SubscribeOptions), onGap }];
    }),
  ),
  mutant(
    'a sharded subscription follows its slot to another server, and is told of the gap once',
    'tells each gap twice',
    opted('subscribe', (options) => {
      const { onGap } = options as SubscribeOptions;
      return {
        ...options,
        onGap: (gap: SubscriptionGap) => {
          onGap?.(gap);
          onGap?.(gap);
        },
      };
    }),
  ),
  mutant(
    'a subscription finds a slot that has moved before',
    'hears the second subscription of a channel only',
    (connection) => {
      let last: Handler | undefined;
      given('subscribe', ([target, handler, ...rest]) => {
        last = handler as Handler;
        return [
          target,
          (message: RedisMessage) => handler === last && (handler as Handler)(message),
          ...rest,
        ];
      })(connection);
    },
  ),
];
