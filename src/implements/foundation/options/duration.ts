import { z } from 'zod';
import type { Duration, DurationText } from '../../../interfaces/duration.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';
import { optionKinds } from './kinds.js';

/** The longest accepted duration: 36 500 days, in milliseconds. */
export const MAX_DURATION_MS = 36_500 * 86_400_000;

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PART_MS = {
  days: UNIT_MS.d,
  hours: UNIT_MS.h,
  minutes: UNIT_MS.m,
  seconds: UNIT_MS.s,
  milliseconds: UNIT_MS.ms,
} as const;
const TEXT = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Accepted durations, worded for messages. */
const DURATION_EXPECTED = 'a duration above zero, at most 36500 days, such as 250ms, 30s, 5m, 1.5h or 7d';

/** Refusals of durations, which caches distinguish from those of other arguments. */
const refusals = new WeakSet<ArgumentError>();

/** Converts a duration to milliseconds, rounding fractions up; `undefined` when it is invalid or out of range. */
export function durationMs(duration: unknown): number | undefined {
  const ms = Math.ceil(exactMs(duration));
  return ms > 0 && ms <= MAX_DURATION_MS ? ms : undefined;
}

/** Converts a duration argument to milliseconds, rounding fractions up. @throws {ArgumentError} */
export function requireDurationMs(duration: unknown): number {
  const ms = durationMs(duration);
  if (ms !== undefined) return ms;
  const short = typeof duration === 'string' && duration.length <= 32;
  const got =
    typeof duration === 'number' ? String(duration) : short ? JSON.stringify(duration) : describe(duration);
  const refusal = new ArgumentError(`expected ${DURATION_EXPECTED}; got ${got}`);
  refusals.add(refusal);
  throw refusal;
}

/**
 * Reads a duration from text, such as a variable of the environment.
 *
 * @param text  A decimal number with its unit: `250ms`, `30s`, `5m`, `1.5h` or `7d`.
 * @returns Milliseconds, which every option and call accepts as a `Duration`; fractions round up.
 * @throws {ArgumentError} for text that is no duration above zero of at most 36 500 days.
 *
 * @example
 * ```ts
 * const expire = parseDuration(process.env.USER_TTL ?? '5m');
 * ```
 */
export function parseDuration(text: string): number {
  if (typeof text !== 'string')
    throw new ArgumentError(`expected ${DURATION_EXPECTED}; got ${describe(text)}`);
  return requireDurationMs(text);
}

/** Tells whether an error refuses a duration, and not another argument of the same call. */
export function isDurationRefusal(error: unknown): error is ArgumentError {
  return refusals.has(error as ArgumentError);
}

/** Converts a duration to milliseconds without rounding up; `NaN` when it is not a duration. */
function exactMs(duration: unknown): number {
  if (typeof duration === 'number') return duration;
  if (typeof duration === 'string') {
    const match = TEXT.exec(duration);
    if (match === null) return Number.NaN;
    const ms = Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
    return Number.isSafeInteger(ms) ? ms : round(ms);
  }
  if (typeof duration !== 'object' || duration === null) return Number.NaN;
  const parts = Object.entries(duration).filter(([, part]) => part !== undefined);
  if (parts.length === 0) return Number.NaN;
  let sum = 0;
  for (const [name, part] of parts) {
    if (!Object.hasOwn(PART_MS, name) || typeof part !== 'number' || !(part >= 0)) return Number.NaN;
    sum += part * PART_MS[name as keyof typeof PART_MS];
  }
  return round(sum);
}

/** Removes the error of binary fractions: `1.1s` is 1100 ms, not 1100.0000000000002, which would round up to 1101. */
function round(ms: number): number {
  return Number(ms.toPrecision(14));
}

const PART = z.number().nonnegative().optional();

/** Schema of all such options: one for each would take a tenth of an import. */
const DURATION = z
  .union([
    z.string().regex(TEXT) as unknown as z.ZodType<DurationText>,
    z.strictObject({ days: PART, hours: PART, minutes: PART, seconds: PART, milliseconds: PART }),
    z.number(),
  ])
  .transform((duration, context) => {
    const ms = durationMs(duration);
    if (ms !== undefined) return ms;
    context.addIssue({ code: 'custom', message: DURATION_EXPECTED });
    return z.NEVER;
  })
  .register(optionKinds, { kind: 'duration', expected: DURATION_EXPECTED }) as z.ZodType<number, Duration>;

/** An option that holds a duration; its output is milliseconds. A declaration file must write the unit. */
export function durationOption(): z.ZodType<number, Duration> {
  return DURATION;
}
