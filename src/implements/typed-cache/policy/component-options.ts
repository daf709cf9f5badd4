import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ICache } from '../../../interfaces/cache.js';
import type { IClock } from '../../../interfaces/clock.js';
import type { ICodec } from '../../../interfaces/codec.js';
import type { IKeySpaceOwner, KeySpaceClaim } from '../../../interfaces/component.js';
import { IFencedStore } from '../../../interfaces/fenced-store.js';
import { describeInterface, missingMembers } from '../../../interfaces/interface-token.js';
import type { ILoggerSite } from '../../../interfaces/logger.js';
import type { TypedCachePolicy } from '../../../interfaces/typed-cache-policy.js';
import { optionKinds } from '../../foundation/options/kinds.js';
import { referenceOption } from '../../foundation/options/text.js';
import { envelopeOption, invalidationOption, policyShape, relationProblems } from './options.js';

const NAMESPACE_EXPECTED = 'a string of 1 to 128 characters without colons, exclamation marks and spaces';

export const declared = z
  .strictObject({
    store: referenceOption('ICache').describe('Cache that holds the values.'),
    namespace: z
      .string()
      .regex(/^[^:!\s]{1,128}$/)
      .refine((name) => name.isWellFormed(), NAMESPACE_EXPECTED)
      .register(optionKinds, { expected: NAMESPACE_EXPECTED })
      .describe('Prefix of every key, followed by a colon; must be unique among the caches on one store.'),
    ...policyShape,
    schema: referenceOption('IStandardSchema')
      .optional()
      .describe(
        'Standard Schema that validates and converts values: loaded, set and read. It refuses a loaded or set value with `E_ENCODE`; a stored one is a miss.',
      ),
    envelope: envelopeOption,
    invalidation: invalidationOption,
    clock: referenceOption('IClock')
      .optional()
      .describe('Clock of timeouts and pauses. Default: the monotonic system clock.'),
  })
  .superRefine(({ schema: _, ...policy }, context) => {
    for (const [option, message] of relationProblems(policy)) {
      context.addIssue({ code: 'custom', path: [option], message });
    }
  })
  .describe(
    'A cache of values: single-flight loads, stale values as a fallback, tags, durable invalidations.',
  );

/** Options of a `TypedCache` constructed in code. */
export interface TypedCacheOptions<T = unknown> extends TypedCachePolicy<T> {
  /** Holds the values. If it is an `IFencedStore` too, the promises hold across all processes that share it. */
  readonly store: ICache;
  readonly namespace: string;
  readonly envelope?: 'full' | 'none' | undefined;
  /**
   * Result of `delete`, `deleteMany`, `expire`, `invalidateTags` and `clear` that did not reach the store. `throw`
   * (default): they reject. `cover`: they resolve, with `false` or `0`, and log a warning. Either way the invalidation
   * is in effect in this process and is repeated; other processes may serve what it covers until then, and it is lost
   * if this process ends first.
   */
  readonly invalidation?: 'throw' | 'cover' | undefined;
  /** Finds a codec of the application by the name in an option. Default: none. */
  readonly findCodec?: ((name: string) => ICodec | undefined) | undefined;
  /** Default: the monotonic system clock. */
  readonly clock?: IClock | undefined;
  /** Default: process warnings. */
  readonly loggerSite?: ILoggerSite | undefined;
}

/** Checks whether a cache is a fenced store too. */
export function isFenced(cache: ICache): cache is ICache & IFencedStore {
  const port = describeInterface(IFencedStore);
  return port !== undefined && missingMembers(port, cache).length === 0;
}

/**
 * Claim of a namespace: no two typed caches on one store may share it. It is kept apart from the store's own key space,
 * with which it would always overlap. A store that claims no key space is taken to be unique.
 */
export function keySpaceOf(store: ICache, namespace: string): KeySpaceClaim {
  const { keySpace } = store as Partial<IKeySpaceOwner>;
  const place =
    keySpace === undefined
      ? randomUUID()
      : `${keySpace.database} with the prefix ${JSON.stringify(keySpace.prefix)}`;
  return Object.freeze({ database: `the typed caches on ${place}`, prefix: `${namespace}:` });
}
