import { z } from 'zod';
import type { IRedisConnection } from '../../../interfaces/redis-connection.js';
import {
  checkComponentConnection,
  componentConnectionShape,
  type OverConnection,
  prefixOption,
} from '../../redis/options/component-connection.js';
import type { WrittenConnection } from '../../redis/options/connection-way.js';
import type {
  ConnectionPorts,
  RedisConnectionOptions,
  UncheckedConnectionOptions,
} from '../../redis/redis-connection-options.js';
import { failureModeOption, maxValueBytesOption } from '../cache-options.js';

export const redisCacheSchema = z
  .strictObject({
    ...componentConnectionShape,
    prefix: prefixOption()
      .default('')
      .describe('Prefix of every key, used as it is. `keys()` and `clear()` without a pattern require one.'),
    failureMode: failureModeOption(),
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

type WithConnection = RedisConnectionOptions & { readonly connection?: undefined };

/** Options of a `RedisCache` that is constructed in code: over a `connection`, or with one of its own. */
export type RedisCacheOptions = ((OverConnection & ConnectionPorts) | WithConnection) &
  Omit<Written, 'connection' | keyof WrittenConnection>;

/** Options whose relations are unchecked by types: for a declaration the schema checks them. */
export type UncheckedCacheOptions = UncheckedConnectionOptions &
  Omit<Written, 'connection' | keyof WrittenConnection> & {
    readonly connection?: IRedisConnection | undefined;
  };
