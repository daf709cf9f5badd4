import { expect, it } from 'vitest';
import { z } from 'zod';
import { defaultsOf } from '../../../src/implements/foundation/options/defaults.js';
import { durationOption } from '../../../src/implements/foundation/options/duration.js';
import { optionKinds } from '../../../src/implements/foundation/options/kinds.js';
import { sizeOption } from '../../../src/implements/foundation/options/size.js';

const schema = z.strictObject({
  life: durationOption().optional().register(optionKinds, { default: '5m' }),
  size: sizeOption().default(64 * 1024),
  plain: z.int().default(3),
  open: z.boolean().optional(),
});

it('defaultsOf reads defaults from a schema, durations in milliseconds and sizes in bytes', () => {
  expect(defaultsOf(schema, ['life', 'size', 'plain'])).toEqual({ life: 300_000, size: 65_536, plain: 3 });
});

it('defaultsOf refuses the name of an option that has no default', () => {
  expect(() => defaultsOf(schema, ['open'])).toThrow(new TypeError('expected a default of open'));
});
