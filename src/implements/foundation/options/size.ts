import { z } from 'zod';
import { optionKinds } from './kinds.js';

/** A size in bytes: a number, or a decimal number with a binary unit (`1KiB` is 1024 bytes). */
export type Size = number | `${number}${'B' | 'KiB' | 'MiB' | 'GiB'}`;

const UNIT_BYTES = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;
const TEXT = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)$/;
const SIZE_EXPECTED = 'a size above zero in bytes, such as 4096, 512KiB, 64MiB or 1GiB';

const SIZE = z
  .union([z.string().regex(TEXT), z.number()])
  .transform((size, context) => {
    const bytes = sizeBytes(size);
    if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
    context.addIssue({ code: 'custom', message: SIZE_EXPECTED });
    return z.NEVER;
  })
  .register(optionKinds, { kind: 'size', expected: SIZE_EXPECTED }) as z.ZodType<number, Size>;

/** An option that holds a size; its output is a whole number of bytes. */
export function sizeOption(): z.ZodType<number, Size> {
  return SIZE;
}

/** Converts a size to bytes, rounding fractions up; `NaN` when it is not a size. */
function sizeBytes(size: string | number): number {
  if (typeof size === 'number') return size;
  const match = TEXT.exec(size);
  return match === null
    ? Number.NaN
    : Math.ceil(Number(match[1]) * UNIT_BYTES[match[2] as keyof typeof UNIT_BYTES]);
}

/** Option `maxValueBytes`, the same for every component that stores values. */
export function maxValueBytesOption() {
  return sizeOption()
    .default(8 * 1024 ** 2)
    .describe('Maximum size of a value; a larger one is refused before anything is sent.');
}
