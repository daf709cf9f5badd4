import { z } from 'zod';
import { durationOption } from '../foundation/options/duration.js';

/** Option `failureMode`, the same for every cache. */
export function failureModeOption() {
  return z
    .enum(['degrade', 'throw'])
    .default('degrade')
    .describe('Result of calls when the store fails: misses and `false` with a warning, or errors.');
}

/** Option `defaultExpire`, the same for every cache. */
export function defaultExpireOption() {
  return durationOption()
    .optional()
    .describe('TTL of values that are stored without one. Default: none; such a value is not stored.');
}
