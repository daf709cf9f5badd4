import { z } from 'zod';
import { maxValueBytesOption } from '../../foundation/options/size.js';
import {
  type ComponentConnection,
  type ComponentConnectionOption,
  checkComponentConnection,
  componentConnectionShape,
  prefixOption,
  type UncheckedComponentConnection,
} from '../../redis/component-connection.js';
import { defaultExpireOption, failureModeOption } from '../cache-options.js';

export const redisCacheSchema = z
  .strictObject({
    ...componentConnectionShape,
    prefix: prefixOption()
      .default('')
      .describe('Prefix of every key, used as it is. `keys()` and `clear()` without a pattern require one.'),
    failureMode: failureModeOption(),
    defaultExpire: defaultExpireOption(),
    failover: z
      .enum(['trust', 'suspect'])
      .default('trust')
      .describe(
        'Values of typed caches after a restart or a failover: `suspect` makes every value older than that a miss, ' +
          'because an answered invalidation may be undone; requires `+info`.',
      ),
    maxValueBytes: maxValueBytesOption(),
  })
  .superRefine(checkComponentConnection)
  .describe('A cache in Redis, shared by all processes that use the same keys.');

/** Option `failover`. */
export type FailoverMode = z.output<typeof redisCacheSchema>['failover'];

type Written = z.input<typeof redisCacheSchema>;

/** Options of a `RedisCache` that is constructed in code: over a `connection`, or with one of its own. */
export type RedisCacheOptions = ComponentConnection & Omit<Written, ComponentConnectionOption>;

/** Options whose relations are unchecked by types: for a declaration the schema checks them. */
export type UncheckedCacheOptions = UncheckedComponentConnection & Omit<Written, ComponentConnectionOption>;
