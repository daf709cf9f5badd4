import { z } from 'zod';
import type { IRedisConnection } from '../../../interfaces/redis-connection.js';
import { MAX_KEY_BYTES } from '../../foundation/arguments/key.js';
import { referenceOption } from '../../foundation/options/text.js';
import { isPlainPrefix } from '../../redis/keys/key-space.js';
import { checkConnectionOptions } from '../../redis/options/connection-checks.js';
import { connectionShape } from '../../redis/options/connection-shape.js';
import type { WrittenConnection } from '../../redis/options/connection-way.js';
import type {
  ConnectionPorts,
  RedisConnectionOptions,
  UncheckedConnectionOptions,
} from '../../redis/redis-connection-options.js';
import { failureModeOption, maxValueBytesOption } from '../cache-options.js';

export const redisCacheSchema = z
  .strictObject({
    connection: referenceOption('IRedisConnection')
      .optional()
      .describe(
        'Shared `RedisConnection`. Conflicts with all options of a connection except `commandTimeout`.',
      ),
    ...connectionShape,
    prefix: z
      .string()
      .refine(
        (prefix) => prefix.isWellFormed() && Buffer.byteLength(prefix) <= MAX_KEY_BYTES,
        `expected a prefix of at most ${MAX_KEY_BYTES} bytes as UTF-8, without lone surrogates`,
      )
      .refine(isPlainPrefix, 'expected a prefix without braces, or with one whole hash tag {…}')
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
  .superRefine((options, context) => {
    checkConnectionOptions(options, context);
    if (options.connection === undefined) return;
    for (const name of Object.keys(connectionShape)) {
      if (name === 'commandTimeout' || options[name as keyof typeof connectionShape] === undefined) continue;
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'conflicts with connection, which already sets it',
      });
    }
  })
  .describe('A cache in Redis, shared by all processes that use the same keys.');

/** Option `failover`. */
export type FailoverMode = z.output<typeof redisCacheSchema>['failover'];

type Written = z.input<typeof redisCacheSchema>;

/** Options over a shared connection, which sets address and user; only the timeout can be chosen. */
type OverConnection = ConnectionPorts & {
  /** Shared connection: the cache neither starts nor closes it. Default: a connection of its own. */
  readonly connection: IRedisConnection;
  readonly commandTimeout?: Written['commandTimeout'];
} & { readonly [Own in Exclude<keyof WrittenConnection, 'commandTimeout'>]?: undefined };

type WithConnection = RedisConnectionOptions & { readonly connection?: undefined };

/** Options of a `RedisCache` that is constructed in code: over a `connection`, or with one of its own. */
export type RedisCacheOptions = (OverConnection | WithConnection) &
  Omit<Written, 'connection' | keyof WrittenConnection>;

/** Options whose relations are unchecked by types: for a declaration the schema checks them. */
export type UncheckedCacheOptions = UncheckedConnectionOptions &
  Omit<Written, 'connection' | keyof WrittenConnection> & {
    readonly connection?: IRedisConnection | undefined;
  };
