import { z } from 'zod';
import { codecOption } from '../../foundation/codecs/codec-option.js';
import { durationOption } from '../../foundation/options/duration.js';
import { sizeOption } from '../../foundation/options/size.js';

/** Options of every collection site. */
export const collectionShape = {
  codec: codecOption('items and of the values of hashes'),
  maxItems: z
    .int()
    .min(1)
    .default(10_000)
    .describe('Maximum number of items that one call takes, and that it returns unless it sets a `limit`.'),
  maxValueBytes: sizeOption()
    .default(8 * 1024 ** 2)
    .describe('Maximum size of an item.'),
  wait: durationOption()
    .default(10_000)
    .describe('Maximum time that a blocking pop waits for an item when the call sets none.'),
};
