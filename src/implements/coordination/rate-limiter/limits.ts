import { z } from 'zod';
import { durationOption } from '../../foundation/options/duration.js';

/** Largest number of units of a limit: more would need numbers that doubles do not hold exactly. */
const MAX_UNITS = 1_000_000;
/** Largest `slidingWindow`, which stores one moment for each unit. */
const MAX_MOMENTS = 10_000;
const MAX_LIMITS = 16;
/** Longest window: a year. */
const MAX_PER_MS = 365 * 86_400_000;

const limitSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,32}$/, 'expected 1 to 32 letters, digits, "-" and "_"')
      .describe('Name of the limit, in decisions and headers. Its count starts anew when the name changes.'),
    algorithm: z
      .enum(['fixedWindow', 'slidingWindow', 'slidingCounter', 'tokenBucket'])
      .describe(
        '`fixedWindow`: a window opens with the first call; up to twice the limit around its end. `slidingWindow`: exact in every interval, a stored moment for each unit. `slidingCounter`: two counters, assumes that the last window was even. `tokenBucket`: refills steadily, allows a burst.',
      ),
    limit: z.int().min(1).max(MAX_UNITS).describe('Units that may be taken in the time `per`.'),
    per: durationOption().describe('Length of the window, or time in which a token bucket refills `limit`.'),
    burst: z
      .int()
      .min(1)
      .max(MAX_UNITS)
      .optional()
      .describe('Units that a full token bucket holds. Default: `limit`. Requires `tokenBucket`.'),
  })
  .superRefine(({ algorithm, limit, per, burst }, context) => {
    const refuse = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (burst !== undefined && algorithm !== 'tokenBucket')
      refuse('burst', 'requires algorithm: tokenBucket');
    if (algorithm === 'slidingWindow' && limit > MAX_MOMENTS) {
      refuse('limit', `expected at most ${MAX_MOMENTS} for a slidingWindow; use slidingCounter`);
    }
    if (per > MAX_PER_MS) refuse('per', 'expected at most 365d');
  });

/** Option `limits`. */
export const limitsOption = () =>
  z
    .array(limitSchema)
    .min(1)
    .max(MAX_LIMITS)
    .superRefine((limits, context) => {
      limits.forEach(({ name }, index) => {
        if (limits.findIndex((other) => other.name === name) === index) return;
        context.addIssue({ code: 'custom', path: [index, 'name'], message: 'expected a name of its own' });
      });
    })
    .describe('Limits that a call has to meet, all of them.');

/** One limit as declarations write it. */
export type WrittenLimit = z.input<typeof limitSchema>;

/** One limit; windows are in microseconds, as the server tells the time. */
export interface Limit {
  readonly name: string;
  readonly algorithm: z.output<typeof limitSchema>['algorithm'];
  readonly limit: number;
  readonly perUs: number;
  /** Units that may be taken at once. */
  readonly burst: number;
}

/** Limits with defaults. */
export function limitsOf(declared: z.output<ReturnType<typeof limitsOption>>): readonly Limit[] {
  return declared.map(({ name, algorithm, limit, per, burst = limit }) => ({
    name,
    algorithm,
    limit,
    perUs: per * 1000,
    burst,
  }));
}

/** Shares of limits, at least one unit each: those of one process while the store is away. */
export function sharesOf(limits: readonly Limit[], share: number): readonly Limit[] {
  const part = (units: number): number => Math.max(1, Math.floor(units * share));
  return limits.map((limit) => ({ ...limit, limit: part(limit.limit), burst: part(limit.burst) }));
}
