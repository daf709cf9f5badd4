import { z } from 'zod';
import type { IClock } from '../../interfaces/clock.js';
import type { BuildContext } from '../../interfaces/component.js';
import type { IConfig } from '../../interfaces/config.js';
import type { ICredentialsProvider } from '../../interfaces/credentials-provider.js';
import type { ILoggerSite } from '../../interfaces/logger.js';
import type { IRedisConnection } from '../../interfaces/redis-connection.js';
import { referenceOption } from '../options/text.js';
import { isPlainPrefix } from '../redis/key-space.js';
import { checkConnectionOptions } from '../redis/options/connection-checks.js';
import { connectionShape } from '../redis/options/connection-shape.js';
import { MAX_KEY_BYTES } from './argument.js';
import { failureModeOption, maxValueBytesOption } from './cache-options.js';

export const redisCacheSchema = z
  .strictObject({
    connection: referenceOption('IRedisConnection')
      .optional()
      .describe('Name of a shared `RedisConnection`, in place of the options of a connection of its own.'),
    ...connectionShape,
    prefix: z
      .string()
      .refine(
        (prefix) => prefix.isWellFormed() && Buffer.byteLength(prefix) <= MAX_KEY_BYTES,
        `expected a prefix of at most ${MAX_KEY_BYTES} bytes as UTF-8, without lone surrogates`,
      )
      .refine(isPlainPrefix, 'expected a prefix without braces, or with one whole hash tag {…}')
      .default('')
      .describe('Text in front of every key, as it is. `keys()` and `clear()` without a pattern need one.'),
    failureMode: failureModeOption(),
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
        message: 'expected none beside connection, which says it',
      });
    }
  })
  .describe('A cache in Redis, shared by every process that uses the same keys.');

/** Options of a `RedisCache` that is constructed in code. */
export interface RedisCacheOptions
  extends Omit<z.input<typeof redisCacheSchema>, 'connection' | 'credentials' | 'config'> {
  /** A connection that is shared: the cache neither starts nor closes it. Default: one of its own. */
  readonly connection?: IRedisConnection | undefined;
  /** Who is asked for user and password at every attempt to connect. */
  readonly credentials?: ICredentialsProvider | undefined;
  /** Whose session says what is not given here. */
  readonly config?: IConfig | undefined;
  /** Variables for `fromEnv`. Default: those of the process. */
  readonly env?: BuildContext['env'] | undefined;
  /** Default: the machine's monotonic clock. */
  readonly clock?: IClock | undefined;
  /** Default: process warnings. */
  readonly loggerSite?: ILoggerSite | undefined;
}
