import { ArgumentError } from '../../../interfaces/errors.js';
import type {
  RedisMessage,
  SubscribeOptions,
  SubscriptionGap,
  SubscriptionTarget,
} from '../../../interfaces/redis-subscription.js';
import { describe } from '../../foundation/describe.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { checkSignal } from '../../foundation/waiting/abort-listeners.js';
import type { TopicKind } from '../driver/topics.js';

/** Subscription that a caller requests. */
export interface SubscriptionRequest {
  readonly kind: TopicKind;
  /** Channels or pattern, each once. */
  readonly names: readonly string[];
  readonly timeoutMs: number;
  readonly handler: (message: RedisMessage) => unknown;
  readonly onGap: ((gap: SubscriptionGap) => void) | undefined;
}

/** Checks the arguments of a subscription. @throws {ArgumentError} */
export function checkedSubscription(
  target: SubscriptionTarget,
  handler: unknown,
  { timeout, signal, onGap }: SubscribeOptions,
  commandTimeoutMs: number,
): SubscriptionRequest {
  const { kind, names } = checkedTarget(target);
  if (typeof handler !== 'function') {
    throw new ArgumentError(`expected a function that handles messages, got ${describe(handler)}`);
  }
  checkSignal(signal);
  return {
    kind,
    names,
    timeoutMs: timeout === undefined ? commandTimeoutMs : requireDurationMs(timeout),
    handler: handler as SubscriptionRequest['handler'],
    onGap,
  };
}

/** @throws {ArgumentError} unless there is exactly one of `channel`, `channels` and `pattern`. */
function checkedTarget(target: SubscriptionTarget): Pick<SubscriptionRequest, 'kind' | 'names'> {
  const { channel, channels, pattern, sharded } = (target ?? {}) as Readonly<Record<string, unknown>>;
  const given = [channel, channels, pattern].filter((each) => each !== undefined);
  const names: readonly unknown[] = Array.isArray(channels) ? channels : [channel ?? pattern];
  const isText = names.length > 0 && names.every((name) => typeof name === 'string' && name !== '');
  if (given.length !== 1 || !isText || (channels !== undefined && !Array.isArray(channels))) {
    const expected = 'expected { channel }, { channels } or { pattern } as a string, or strings';
    throw new ArgumentError(`${expected}, got ${describe(target)}`);
  }
  if (sharded !== undefined && typeof sharded !== 'boolean') {
    throw new ArgumentError(`expected sharded as true or false, got ${describe(sharded)}`);
  }
  if (sharded === true && pattern !== undefined) {
    throw new ArgumentError('pattern conflicts with sharded: Redis has no patterns of sharded channels');
  }
  const kind = sharded === true ? 'sharded' : pattern === undefined ? 'channel' : 'pattern';
  return { kind, names: [...new Set(names as readonly string[])] };
}
