import { z } from 'zod';
import { sizeOption } from '../foundation/options/size.js';

/** Option `failureMode`, the same for every cache. */
export function failureModeOption() {
  return z
    .enum(['degrade', 'throw'])
    .default('degrade')
    .describe('Result of calls when the store fails: misses and `false` with a warning, or errors.');
}

/** Option `maxValueBytes`, the same for every cache. */
export function maxValueBytesOption() {
  return sizeOption()
    .default(8 * 1024 ** 2)
    .describe('Maximum size of a value; a larger one is refused before anything is sent.');
}
