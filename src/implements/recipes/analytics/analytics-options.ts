import { z } from 'zod';
import { OperationError } from '../../../interfaces/errors.js';
import { durationOption } from '../../foundation/options/duration.js';
import type { AnalyticsLimits } from './analytics-store.js';
import { UNIT_MS } from './calendar.js';

/** Options of every implementation. */
export const analyticsShape = {
  keepMinutes: durationOption()
    .default(2 * UNIT_MS.day)
    .describe('Time for which the counts of a minute are kept after its end.'),
  keepHours: durationOption()
    .default(60 * UNIT_MS.day)
    .describe('Time for which the counts of an hour are kept after its end.'),
  keepDays: durationOption()
    .default(400 * UNIT_MS.day)
    .describe('Time for which the counts of a day are kept after its end.'),
  keepUsers: durationOption()
    .default(400 * UNIT_MS.day)
    .describe('Time for which the counts of a user are kept after the last of them.'),
  maxValues: z
    .int()
    .min(1)
    .max(10_000)
    .default(1000)
    .describe(
      'Maximum number of values of a field in one bucket; a further one takes the place of the least.',
    ),
  maxUserEvents: z
    .int()
    .min(1)
    .max(10_000)
    .default(1000)
    .describe('Maximum number of different events of a user; what would be one more is refused.'),
};

type Parsed = { readonly [Name in keyof typeof analyticsShape]: z.output<(typeof analyticsShape)[Name]> };

/** Reads the bounds from parsed options. */
export function analyticsLimits(parsed: Parsed): AnalyticsLimits {
  const { keepMinutes: minute, keepHours: hour, keepDays: day, keepUsers, maxValues, maxUserEvents } = parsed;
  return { keepMs: { minute, hour, day }, keepUsersMs: keepUsers, maxValues, maxUserEvents };
}

/** Refusals that both implementations share. */
export const uncounted = {
  overflow: (): OperationError =>
    new OperationError(
      'E_OPERATION_REFUSED',
      `expected counts of at most ${Number.MAX_SAFE_INTEGER}, got a larger one; nothing was counted`,
      'refused',
      { reason: 'OVERFLOW' },
    ),
  tooManyEvents: (max: number): OperationError =>
    new OperationError(
      'E_OPERATION_REFUSED',
      `expected at most ${max} different events of one user (maxUserEvents), got one more; it was not counted`,
      'refused',
      { reason: 'TOOLARGE' },
    ),
};
