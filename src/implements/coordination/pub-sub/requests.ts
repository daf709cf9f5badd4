import { z } from 'zod';
import { ArgumentError } from '../../../interfaces/errors.js';
import type {
  DroppedMessages,
  MalformedMessage,
  PublishOptions,
  PubSubMessage,
} from '../../../interfaces/pub-sub.js';
import type { SubscriptionGap } from '../../../interfaces/redis-subscription.js';
import { checkedKeys, checkKey } from '../../foundation/arguments/key.js';
import { checkPattern } from '../../foundation/arguments/pattern.js';
import { describe } from '../../foundation/describe.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { sizeOption } from '../../foundation/options/size.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { isSignal } from '../../foundation/waiting/abort-listeners.js';

const listener = <Argument>(): z.ZodOptional<z.ZodType<(argument: Argument) => unknown>> =>
  z
    .custom<(argument: Argument) => unknown>((value) => typeof value === 'function', 'expected a function')
    .optional();

const signalOption = z.custom<AbortSignal>(isSignal, 'expected an AbortSignal').optional();

const publishShape = z.strictObject({ signal: signalOption });

const subscriptionShape = z.strictObject({
  signal: signalOption,
  buffer: z.int().min(1).default(1000),
  bufferBytes: sizeOption().default(8 * 1024 ** 2),
  onGap: listener<SubscriptionGap>(),
  onDrop: listener<DroppedMessages>(),
  onMalformed: listener<MalformedMessage>(),
});

/** Checked options of a subscription. */
export type SubscriptionRules = z.output<typeof subscriptionShape>;

/** Channels or pattern of a subscription, without duplicates. */
export type CheckedTarget =
  | { readonly kind: 'channels'; readonly names: readonly string[] }
  | { readonly kind: 'pattern'; readonly names: readonly [string] };

/** A checked call of `subscribe`. */
export interface SubscribeRequest {
  readonly target: CheckedTarget;
  readonly handler: (message: PubSubMessage<unknown>) => unknown;
  readonly rules: SubscriptionRules;
}

/**
 * Checks the arguments of `subscribe`.
 *
 * @throws {ArgumentError} naming what was expected, without a channel.
 * @throws {OperationError} `E_ABORTED` when the signal has already aborted.
 */
export function subscribeRequest(to: unknown, handler: unknown, options: unknown): SubscribeRequest {
  const target = checkedTarget(to);
  if (typeof handler !== 'function') {
    throw new ArgumentError(`expected a function that handles messages, got ${describe(handler)}`);
  }
  const rules = parseOptions(subscriptionShape, 'subscribe', mapOf(options));
  if (rules.signal?.aborted) throw abortError(rules.signal, 'not-sent');
  return { target, handler: handler as SubscribeRequest['handler'], rules };
}

/** Checks the channel and the options of `publish`; errors as in `subscribeRequest`. */
export function publishSignal(channel: unknown, options: unknown): AbortSignal | undefined {
  checkKey(channel, 'channel');
  if (options === undefined) return undefined;
  const { signal }: PublishOptions = parseOptions(publishShape, 'publish', mapOf(options));
  if (signal?.aborted) throw abortError(signal, 'not-sent');
  return signal;
}

function checkedTarget(to: unknown): CheckedTarget {
  const { channels, pattern } = (to ?? {}) as { readonly channels?: unknown; readonly pattern?: unknown };
  if ((channels === undefined) === (pattern === undefined)) {
    throw new ArgumentError(`expected { channels } or { pattern }, got ${describe(to)}`);
  }
  if (channels === undefined) {
    checkPattern(pattern);
    if (pattern === undefined || pattern === '') {
      throw new ArgumentError('expected a pattern of at least one character, got an empty string');
    }
    return { kind: 'pattern', names: [pattern] };
  }
  const names = [...new Set(checkedKeys(channels, 'channel'))];
  if (names.length === 0) throw new ArgumentError('expected at least one channel, got an empty array');
  return { kind: 'channels', names };
}

function mapOf(options: unknown = {}): object {
  if (typeof options === 'object' && options !== null) return options;
  throw new ArgumentError(`expected a map of options, got ${describe(options)}`);
}
