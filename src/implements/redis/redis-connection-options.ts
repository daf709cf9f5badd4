import { z } from 'zod';
import { IClock } from '../../interfaces/clock.js';
import type { BuildContext } from '../../interfaces/component.js';
import type { IComponentSite } from '../../interfaces/component-site.js';
import { IConfig } from '../../interfaces/config.js';
import { ICredentialsProvider } from '../../interfaces/credentials-provider.js';
import { ILoggerSite } from '../../interfaces/logger.js';
import { checkConnectionOptions } from './options/connection-checks.js';
import { CONNECTION_DEFAULTS } from './options/connection-defaults.js';
import {
  type ConnectionOptions,
  connectionShape,
  type ResolvedConnection,
} from './options/connection-shape.js';
import type { BesideWay, ConnectionWay, WrittenConnection } from './options/connection-way.js';
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

/** What a connection is given in code, beside what a file could say. */
export interface ConnectionPorts {
  /** Variables for `fromEnv`. Default: those of the process. */
  readonly env?: Environment | undefined;
  /** Default: the machine's monotonic clock. */
  readonly clock?: IClock | undefined;
  /** Default: process warnings. */
  readonly loggerSite?: ILoggerSite | undefined;
}

/**
 * Options of a `RedisConnection` that is constructed in code. One way to Redis: `host` and `port`, a Unix socket's `path`,
 * a `url`, `sentinels` with the `name` of a master, or `nodes` of a cluster; by user name and password, or by
 * `credentials`.
 */
export type RedisConnectionOptions = ConnectionWay &
  Omit<BesideWay, 'config'> &
  ConnectionPorts & {
    /** Whose session says what is not given here. */
    readonly config?: IConfig | undefined;
  };

/** The same, but for what they have to do with each other: of a declaration only the schema knows that. */
export type UncheckedConnectionOptions = Omit<WrittenConnection, 'credentials' | 'config'> &
  ConnectionPorts & {
    readonly credentials?: ICredentialsProvider | undefined;
    readonly config?: IConfig | undefined;
  };

/** The options of a declaration, with the components that it names and those that every site has. */
export function declaredOptions<Declared extends Pick<ConnectionOptions, 'credentials' | 'config'>>(
  site: IComponentSite,
  { credentials, config, ...options }: Declared,
  { env }: BuildContext,
) {
  return {
    ...options,
    credentials: credentials === undefined ? undefined : site.getComponent(ICredentialsProvider, credentials),
    config: config === undefined ? undefined : site.getComponent(IConfig, config),
    env,
    clock: site.queryComponent(IClock),
    loggerSite: site.queryComponent(ILoggerSite),
  };
}

/** Where else options come from, in the order in which they count. */
export function sourcesOf(
  {
    config,
    configSession = CONNECTION_DEFAULTS.configSession,
    fromEnv = CONNECTION_DEFAULTS.fromEnv,
  }: ResolvedConnection,
  env: Environment,
): OptionSource[] {
  return [
    ...(config === undefined ? [] : [sessionSource(config.getSession(configSession), configSession)]),
    ...(fromEnv === false ? [] : [environmentSource(env, fromEnv === true ? 'REDIS_' : fromEnv)]),
  ];
}
