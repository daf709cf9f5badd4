import { z } from 'zod';
import type { IStandardSchema } from '../../../interfaces/standard-schema.js';
import type { TypedCacheMode } from '../../../interfaces/typed-cache-policy.js';
import { CODECS } from '../../foundation/codecs/codecs.js';
import { defaultsOf } from '../../foundation/options/defaults.js';
import { durationOption } from '../../foundation/options/duration.js';
import { optionKinds } from '../../foundation/options/kinds.js';
import { sizeOption } from '../../foundation/options/size.js';
import { isSignal } from '../../foundation/waiting/abort-listeners.js';
import { MODES } from './mode.js';

const ALGORITHMS = ['gzip', 'brotli', 'zstd'] as const;

const compressionShape = z.strictObject({
  algorithm: z.enum(ALGORITHMS).describe('`zstd` requires Node 22.15.'),
  from: sizeOption().default(1024).describe('Minimum size of a value to compress.'),
});

/** Options of reading, keeping and loading values, for declarations and for single calls. */
export const policyShape = {
  expire: durationOption()
    .optional()
    .describe('TTL: time for which a value is fresh.')
    .register(optionKinds, { default: '5m' }),
  maxExpire: durationOption()
    .optional()
    .describe('Maximum TTL: refuses a longer `expire`, and caps a TTL set by the loader.'),
  sliding: z
    .boolean()
    .optional()
    .describe('Restarts the TTL at every hit. Conflicts with `refreshAhead`.')
    .register(optionKinds, { default: false }),
  jitter: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe('Maximum fraction by which each TTL is shortened at random.')
    .register(optionKinds, { default: 0 }),
  negativeExpire: durationOption()
    .optional()
    .describe('TTL of `null` and of "absent" (`undefined`), which is stored only with this option.'),
  grace: durationOption()
    .optional()
    .describe('Time for which an expired value is kept, to be returned stale when there is no fresh one.'),
  graceBackoff: durationOption()
    .optional()
    .describe('Pause after a failed load while there is a stale value. Requires `grace`.')
    .register(optionKinds, { default: '10s' }),
  softTimeout: durationOption()
    .optional()
    .describe('Maximum wait of a caller for a load while there is a stale value. Requires `grace`.'),
  hardTimeout: durationOption()
    .optional()
    .describe('Deadline of a whole call: store, lease and load together.'),
  loadTimeout: durationOption()
    .optional()
    .describe('Maximum duration of a load, however many callers wait for it.')
    .register(optionKinds, { default: '30s' }),
  refreshAhead: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('Fraction of the TTL after which a hit refreshes the value in the background.'),
  lease: z
    .enum(['process', 'cluster'])
    .optional()
    .describe('Scope of single-flight loading: this process, or all processes on the same store.')
    .register(optionKinds, { default: 'process' }),
  leaseTimeout: durationOption()
    .optional()
    .describe('Maximum delay caused by a crashed lease holder. Requires `lease: cluster`.')
    .register(optionKinds, { default: '10s' }),
  waitTimeout: durationOption()
    .optional()
    .describe('Maximum wait for a load of another process. Requires `lease: cluster`.')
    .register(optionKinds, { default: '30s' }),
  leaseErrors: z
    .enum(['full', 'name', 'none'])
    .optional()
    .describe(
      'Parts of a loader’s error that the store holds for waiting processes: `full`, with its message; `name`, without any text but class name and `code`; `none`, so that they load for themselves. Requires `lease: cluster`.',
    )
    .register(optionKinds, { default: 'full' }),
  tags: z
    .array(z.string().min(1))
    .optional()
    .describe('Tags of every value, in addition to those of the call.'),
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
    .union([z.enum(ALGORITHMS), compressionShape])
    .optional()
    .describe('Compression of values: an algorithm, or one with a minimum size.'),
  version: z
    .union([z.string().min(1), z.int()])
    .optional()
    .describe(
      'Version of the values’ shape; a value stored with another version is a miss, and stays for its own readers.',
    ),
  mode: z
    .enum(Object.keys(MODES) as TypedCacheMode[])
    .optional()
    .describe('`off` neither reads nor stores; `shadow` does both but returns only loaded values.')
    .register(optionKinds, { default: 'on' }),
};

/** Defaults of options, as parsed. */
export const DEFAULTS = defaultsOf(z.object(policyShape), [
  'expire',
  'sliding',
  'jitter',
  'graceBackoff',
  'loadTimeout',
  'lease',
  'leaseTimeout',
  'waitTimeout',
  'leaseErrors',
  'codec',
  'mode',
]);

/** Compression in full: an algorithm alone is short for a map without further options. */
export function wholeCompression(
  written: WrittenPolicy['compress'],
): z.output<typeof compressionShape> | undefined {
  return typeof written === 'string' ? compressionShape.parse({ algorithm: written }) : written;
}

/** Options that only code can give. */
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
  signal: z.custom<AbortSignal>((value) => isSignal(value), 'expected an AbortSignal').optional(),
});

/** Option of a cache that restricts its policy. */
export const envelopeOption = z
  .enum(['full', 'none'])
  .default('full')
  .describe('`none` stores plain JSON, text or bytes that any client can read, without metadata.');

/** Option of a cache whose invalidations may fail. */
export const invalidationOption = z
  .enum(['throw', 'cover'])
  .default('throw')
  .describe(
    'Result of an invalidation that did not reach the store: an error, or (`cover`) `false`, `0` and a warning. Either way it is in effect in this process and repeated; other processes may serve what it covers until then.',
  );

/** Policy as it was declared, with durations in milliseconds. */
export type WrittenPolicy = z.output<z.ZodObject<typeof policyShape & typeof codeShape>> & {
  readonly envelope?: 'full' | 'none' | undefined;
};

/** Violated relations between options that are valid one by one: the option and the message. */
export function* relationProblems(
  options: WrittenPolicy,
): Iterable<readonly [option: string, message: string]> {
  const { expire, maxExpire, negativeExpire, grace, softTimeout, hardTimeout, loadTimeout } = options;
  const needs = (option: keyof WrittenPolicy, met: boolean, what: string) =>
    options[option] === undefined || met ? [] : [[option, `requires ${what}`] as const];
  const below = (
    option: keyof WrittenPolicy,
    ms: number | undefined,
    bound: number | undefined,
    name: string,
    orEqual = false,
  ) =>
    ms === undefined || bound === undefined || ms < bound || (orEqual && ms === bound)
      ? []
      : [
          [
            option,
            `expected ${orEqual ? 'at most' : 'less than'} ${name} (${bound} ms), got ${ms} ms`,
          ] as const,
        ];
  yield* below('softTimeout', softTimeout, hardTimeout, 'hardTimeout');
  yield* below('softTimeout', softTimeout, loadTimeout ?? DEFAULTS.loadTimeout, 'loadTimeout');
  yield* below('expire', expire, maxExpire, 'maxExpire', true);
  yield* below('negativeExpire', negativeExpire, maxExpire, 'maxExpire', true);
  yield* needs('softTimeout', grace !== undefined, 'grace');
  yield* needs('graceBackoff', grace !== undefined, 'grace');
  yield* needs('leaseTimeout', options.lease === 'cluster', 'lease: cluster');
  yield* needs('waitTimeout', options.lease === 'cluster', 'lease: cluster');
  yield* needs('leaseErrors', options.lease === 'cluster', 'lease: cluster');
  if (options.sliding && options.refreshAhead !== undefined) {
    yield ['refreshAhead', 'conflicts with sliding, which restarts the TTL at every hit'];
  }
  if (options.envelope !== 'none') return;
  for (const option of ['grace', 'refreshAhead', 'version', 'compress'] as const) {
    if (options[option] !== undefined)
      yield [option, 'conflicts with envelope: none, which does not store it'];
  }
  if ((options.tags?.length ?? 0) > 0)
    yield ['tags', 'conflicts with envelope: none, which does not store tags'];
  if (!['json', 'text', 'bytes', undefined].includes(options.codec)) {
    yield ['codec', 'expected json, text or bytes with envelope: none'];
  }
}
