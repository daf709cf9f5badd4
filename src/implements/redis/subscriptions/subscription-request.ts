import { ArgumentError } from '../../../interfaces/errors.js';
import type {
  RedisMessage,
  SubscribeOptions,
  SubscriptionGap,
  SubscriptionTarget,
} from '../../../interfaces/redis-connection.js';
import { describe } from '../../foundation/describe.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { checkSignal } from '../../foundation/waiting/abort-listeners.js';

/** Subscription that a caller requests. */
export interface SubscriptionRequest {
  readonly kind: 'channel' | 'pattern';
  readonly name: string;
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
  const { channel, pattern } = (target ?? {}) as { readonly channel?: unknown; readonly pattern?: unknown };
  const name = channel ?? pattern;
  if (typeof name !== 'string' || name === '' || (channel !== undefined && pattern !== undefined)) {
    throw new ArgumentError(`expected { channel } or { pattern } as a string, got ${describe(target)}`);
  }
  if (typeof handler !== 'function') {
    throw new ArgumentError(`expected a function that handles messages, got ${describe(handler)}`);
  }
  checkSignal(signal);
  return {
    kind: channel === undefined ? 'pattern' : 'channel',
    name,
    timeoutMs: timeout === undefined ? commandTimeoutMs : requireDurationMs(timeout),
    handler: handler as SubscriptionRequest['handler'],
    onGap,
  };
}
