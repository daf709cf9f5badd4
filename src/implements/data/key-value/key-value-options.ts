import { sizeOption } from '../../foundation/options/size.js';

/** Option `maxValueBytes` of every key-value component. */
export function maxValueBytesOption() {
  return sizeOption()
    .default(8 * 1024 ** 2)
    .describe('Maximum size of a value; a larger one is refused before anything is sent.');
}
