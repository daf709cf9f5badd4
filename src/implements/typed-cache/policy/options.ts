import { z } from 'zod';
import type { IStandardSchema } from '../../../interfaces/standard-schema.js';
import type { TypedCacheMode } from '../../../interfaces/typed-cache-policy.js';
import { durationOption } from '../../foundation/options/duration.js';
import { optionKinds } from '../../foundation/options/kinds.js';
import { sizeOption } from '../../foundation/options/size.js';
import { CODECS } from '../wire/codecs/codecs.js';
import { MODES } from './mode.js';

const ALGORITHMS = ['gzip', 'brotli', 'zstd'] as const;
const COMPRESS_FROM_BYTES = 1024;

/** How values are read, kept and loaded: what a declaration may say, and a call for itself. */
export const policyShape = {
  expire: durationOption()
    .optional()
    .describe('Life of a value, while it is fresh.')
    .register(optionKinds, { default: '5m' }),
  maxExpire: durationOption().optional().describe('Longest life that anything gets, by its loader too.'),
  sliding: z
    .boolean()
    .optional()
    .describe('A hit gives a value its whole life anew.')
    .register(optionKinds, { default: false }),
  jitter: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe('Shortens lives at random by up to this fraction.')
    .register(optionKinds, { default: 0 }),
  negativeExpire: durationOption()
    .optional()
    .describe('Life of `null`, and of "absent" (`undefined`), which is stored with this option only.'),
  grace: durationOption()
    .optional()
    .describe('How long a value stays after its life, for when no fresh one is to be had.'),
  graceBackoff: durationOption()
    .optional()
    .describe('Pause after a load that failed beside a stale value. Needs `grace`; then 10s.'),
  softTimeout: durationOption()
    .optional()
    .describe('How long a caller waits for a load while there is a stale value. Needs `grace`.'),
  hardTimeout: durationOption().optional().describe('Bound on a whole call: store, lease and load together.'),
  loadTimeout: durationOption()
    .optional()
    .describe('Bound on a load, whoever waits for it.')
    .register(optionKinds, { default: '30s' }),
  refreshAhead: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('A hit later than this fraction of a life refreshes the value in the background.'),
  lease: z
    .enum(['process', 'cluster'])
    .optional()
    .describe('Among whom a key is loaded once: this process, or all that share the store.')
    .register(optionKinds, { default: 'process' }),
  leaseTimeout: durationOption()
    .optional()
    .describe('How long a holder that crashed delays others. Needs `lease: cluster`; then 10s.'),
  waitTimeout: durationOption()
    .optional()
    .describe('How long to wait for the load of another process. Needs `lease: cluster`; then 30s.'),
  tags: z.array(z.string().min(1)).optional().describe('Tags of every value, beside those of the call.'),
  codec: z
    .string()
    .min(1)
    .optional()
    .describe('`json`, `msgpack`, `text`, `bytes`, or the name of an `ICodec` component.')
    .register(optionKinds, {
      kind: 'reference',
      interface: 'ICodec',
      besides: Object.keys(CODECS),
      expected: `${Object.keys(CODECS).join(', ')}, or the name of an ICodec component`,
      default: 'json',
    }),
  compress: z
    .union([
      z.enum(ALGORITHMS),
      z.strictObject({
        algorithm: z.enum(ALGORITHMS).describe('`zstd` needs Node 22.15.'),
        from: sizeOption().default(COMPRESS_FROM_BYTES).describe('Smallest value that is compressed.'),
      }),
    ])
    .optional()
    .describe('Compresses values: an algorithm, or one with the size from which on.'),
  version: z
    .union([z.string().min(1), z.number()])
    .optional()
    .describe('Version of the values’ shape; one that was stored with another is a miss.'),
  mode: z
    .enum(Object.keys(MODES) as TypedCacheMode[])
    .optional()
    .describe('`off` neither reads nor stores; `shadow` does both and answers what was loaded.')
    .register(optionKinds, { default: 'on' }),
};

/** What only code can give. */
const codeShape = {
  schema: z
    .custom<IStandardSchema>((value) => {
      const standard = (value as Partial<IStandardSchema> | null)?.['~standard'];
      return typeof standard?.validate === 'function';
    }, 'expected a Standard Schema')
    .optional(),
};

/** Options of one call. */
export const callOptions = z.strictObject({
  ...policyShape,
  ...codeShape,
  forceFresh: z.boolean().optional(),
  signal: z
    .custom<AbortSignal>((value) => value instanceof AbortSignal, 'expected an AbortSignal')
    .optional(),
});

/** Options of a cache beside its policy that bear on it. */
export const envelopeOption = z
  .enum(['full', 'none'])
  .default('full')
  .describe('`none` stores plain JSON, text or bytes that every client can read, and none of the extras.');

/** A policy as it was written, with every length in milliseconds. */
export type WrittenPolicy = z.output<z.ZodObject<typeof policyShape & typeof codeShape>> & {
  readonly envelope?: 'full' | 'none' | undefined;
};

/** What is wrong with options that are right one by one: the option and what was expected. */
export function* relationProblems(
  options: WrittenPolicy,
): Iterable<readonly [option: string, message: string]> {
  const { expire, maxExpire, negativeExpire, grace, softTimeout, hardTimeout, loadTimeout } = options;
  const needs = (option: keyof WrittenPolicy, met: boolean, what: string) =>
    options[option] === undefined || met ? [] : [[option, `expected ${what} beside it`] as const];
  const below = (
    option: keyof WrittenPolicy,
    ms: number | undefined,
    bound: number | undefined,
    name: string,
    orEqual = false,
  ) =>
    ms === undefined || bound === undefined || ms < bound || (orEqual && ms === bound)
      ? []
      : [[option, `expected less than ${name} (${bound} ms), got ${ms} ms`] as const];
  yield* below('softTimeout', softTimeout, hardTimeout, 'hardTimeout');
  yield* below('softTimeout', softTimeout, loadTimeout ?? DEFAULTS.loadTimeoutMs, 'loadTimeout');
  yield* below('expire', expire, maxExpire, 'maxExpire', true);
  yield* below('negativeExpire', negativeExpire, maxExpire, 'maxExpire', true);
  yield* needs('softTimeout', grace !== undefined, 'grace');
  yield* needs('graceBackoff', grace !== undefined, 'grace');
  yield* needs('leaseTimeout', options.lease === 'cluster', 'lease: cluster');
  yield* needs('waitTimeout', options.lease === 'cluster', 'lease: cluster');
  if (options.sliding && options.refreshAhead !== undefined) {
    yield ['refreshAhead', 'expected none beside sliding, by which no value that is read grows old'];
  }
  if (options.envelope !== 'none') return;
  for (const option of ['grace', 'refreshAhead', 'version', 'compress'] as const) {
    if (options[option] !== undefined)
      yield [option, 'expected none with envelope: none, which has no room for it'];
  }
  if ((options.tags?.length ?? 0) > 0)
    yield ['tags', 'expected none with envelope: none, which has no room for them'];
  if (!['json', 'text', 'bytes', undefined].includes(options.codec)) {
    yield ['codec', 'expected json, text or bytes with envelope: none'];
  }
}

/** What applies where nothing is said. */
export const DEFAULTS = {
  expireMs: 300_000,
  graceBackoffMs: 10_000,
  loadTimeoutMs: 30_000,
  leaseTimeoutMs: 10_000,
  waitTimeoutMs: 30_000,
} as const;
