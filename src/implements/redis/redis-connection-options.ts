import { z } from 'zod';
import type { IClock } from '../../interfaces/clock.js';
import type { IConfig } from '../../interfaces/config.js';
import type { ICredentialsProvider } from '../../interfaces/credentials-provider.js';
import type { ILoggerSite } from '../../interfaces/logger.js';
import { checkConnectionOptions } from './options/connection-checks.js';
import { type ConnectionOptions, connectionShape } from './options/connection-shape.js';
import {
  type Environment,
  environmentSource,
  type OptionSource,
  sessionSource,
} from './options/option-source.js';

export const redisConnectionSchema = z
  .strictObject(connectionShape)
  .superRefine(checkConnectionOptions)
  .describe('A connection to Redis that several components share.');

/** Options of a `RedisConnection` that is constructed in code. */
export interface RedisConnectionOptions
  extends Omit<z.input<typeof redisConnectionSchema>, 'credentials' | 'config'> {
  /** Who is asked for user and password at every attempt to connect. */
  readonly credentials?: ICredentialsProvider | undefined;
  /** Whose session says what is not given here. */
  readonly config?: IConfig | undefined;
  /** Variables for `fromEnv`. Default: those of the process. */
  readonly env?: Environment | undefined;
  /** Default: the machine's monotonic clock. */
  readonly clock?: IClock | undefined;
  /** Default: process warnings. */
  readonly loggerSite?: ILoggerSite | undefined;
}

/** Where else options come from, in the order in which they count. */
export function sourcesOf(
  { configSession = 'redis', fromEnv = false }: ConnectionOptions,
  config: IConfig | undefined,
  env: Environment,
): OptionSource[] {
  return [
    ...(config === undefined ? [] : [sessionSource(config.getSession(configSession), configSession)]),
    ...(fromEnv === false ? [] : [environmentSource(env, fromEnv === true ? 'REDIS_' : fromEnv)]),
  ];
}
