import { z } from 'zod';
import { ArgumentError } from '../../../interfaces/errors.js';
import { checkedKeys, checkKey } from '../../foundation/arguments/key.js';
import { describe } from '../../foundation/describe.js';
import { durationOption } from '../../foundation/options/duration.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { isSignal } from '../../foundation/waiting/abort-listeners.js';

const MAX_REASON_BYTES = 1024;

const signal = z.custom<AbortSignal>(isSignal, 'expected an AbortSignal').optional();
const id = z
  .custom<string>()
  .refine((value) => value === undefined || typeof value === 'string', 'expected a string')
  .optional();

const produceShape = z.strictObject({ id, delay: durationOption().optional(), signal });
const produceManyShape = z.strictObject({ signal });
const consumeShape = z.strictObject({
  signal,
  concurrency: z.int().min(1).optional(),
  prefetch: z.int().min(0).max(10_000).default(0),
  visibility: durationOption().optional(),
});
const runShape = z.strictObject({
  signal,
  concurrency: z.int().min(1).default(1),
  grace: durationOption().default(5000),
});
const nackShape = z.strictObject({
  delay: z.union([z.literal(0), durationOption()]).optional(),
  reason: z.string().optional(),
});
const lettersShape = z.strictObject({ signal, limit: z.int().min(1).optional() });

/** Checked options of one message. */
export interface MessageOptions {
  readonly id: string | undefined;
  readonly delayMs: number;
}

/** Checked options of `consume` and `run`. */
export type ConsumeRules = z.output<typeof consumeShape>;
export type RunRules = z.output<typeof runShape>;

/** Checks the options of `produce`. @throws {ArgumentError} {OperationError} `E_ABORTED` */
export function produceCall(options: unknown): MessageOptions & { readonly signal: AbortSignal | undefined } {
  const { signal: ends, ...message } = parseOptions(produceShape, 'produce', mapOf(options));
  refuseAborted(ends);
  return { ...messageOptions(message), signal: ends };
}

/** Checks the options of one message of `produceMany`. */
export function messageCall(options: { readonly id?: unknown; readonly delay?: unknown }): MessageOptions {
  return messageOptions(parseOptions(produceShape, 'produceMany', options));
}

/** Checks the options of `produceMany`. */
export function produceManySignal(options: unknown): AbortSignal | undefined {
  const { signal: ends } = parseOptions(produceManyShape, 'produceMany', mapOf(options));
  refuseAborted(ends);
  return ends;
}

export function consumeCall(options: unknown): ConsumeRules {
  return parseOptions(consumeShape, 'consume', mapOf(options));
}

export function runCall(handler: unknown, options: unknown): RunRules {
  if (typeof handler !== 'function')
    throw new ArgumentError(`expected a function that handles deliveries, got ${describe(handler)}`);
  return parseOptions(runShape, 'run', mapOf(options));
}

/** Checks the options of `nack`. @returns the reason, cut to what is kept. */
export function nackCall(options: unknown): {
  readonly delayMs: number | undefined;
  readonly reason: string;
} {
  const { delay, reason = 'given back' } = parseOptions(nackShape, 'nack', mapOf(options));
  return { delayMs: delay, reason: cut(reason) };
}

export function lettersCall(options: unknown): z.output<typeof lettersShape> {
  return parseOptions(lettersShape, 'deadLetters', mapOf(options));
}

export function checkedIds(ids: unknown): readonly string[] | undefined {
  return ids === undefined ? undefined : checkedKeys(ids, 'id');
}

/** Text of an error of a handler, as the reason of a dead letter. */
export function failureReason(error: unknown): string {
  try {
    return cut(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  } catch {
    return 'the handler failed';
  }
}

function messageOptions(options: z.output<typeof produceShape>): MessageOptions {
  if (options.id !== undefined) checkKey(options.id, 'id');
  return { id: options.id, delayMs: options.delay ?? 0 };
}

function cut(reason: string): string {
  const text = reason.toWellFormed();
  if (Buffer.byteLength(text) <= MAX_REASON_BYTES) return text;
  // A character that was cut in the middle is dropped with its rest.
  return Buffer.from(text)
    .toString('utf8', 0, MAX_REASON_BYTES)
    .replace(/\uFFFD+$/, '');
}

function refuseAborted(ends: AbortSignal | undefined): void {
  if (ends?.aborted) throw abortError(ends, 'not-sent');
}

function mapOf(options: unknown = {}): object {
  if (typeof options === 'object' && options !== null) return options;
  throw new ArgumentError(`expected a map of options, got ${describe(options)}`);
}
