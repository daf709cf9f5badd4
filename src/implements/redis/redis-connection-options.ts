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
import type { NodeBounds } from './topology/redis-node.js';

export const redisConnectionSchema = z
  .strictObject(connectionShape)
  .superRefine(checkConnectionOptions)
  .describe('A connection to Redis that several components share.');

/** Options that only code can pass, in addition to those of a declaration. */
export interface ConnectionPorts {
  /** Variables for `fromEnv`. Default: `process.env`. */
  readonly env?: Environment | undefined;
  /** Default: the monotonic clock of the machine. */
  readonly clock?: IClock | undefined;
  /** Default: process warnings. */
  readonly loggerSite?: ILoggerSite | undefined;
}

/**
 * Options of a `RedisConnection` that is constructed in code. They name exactly one target (`host` and `port`, the
 * `path` of a Unix socket, a `url`, `sentinels` with the `name` of a master, or `nodes` of a cluster) and one kind of
 * credentials (user name and password, or `credentials`).
 */
export type RedisConnectionOptions = ConnectionWay &
  Omit<BesideWay, 'config'> &
  ConnectionPorts & {
    /** Session that supplies the options which are not given here. */
    readonly config?: IConfig | undefined;
  };

/** `RedisConnectionOptions` without the relations between them: for a declaration, only the schema checks those. */
export type UncheckedConnectionOptions = Omit<WrittenConnection, 'credentials' | 'config'> &
  ConnectionPorts & {
    readonly credentials?: ICredentialsProvider | undefined;
    readonly config?: IConfig | undefined;
  };

/** Resolves the options of a declaration: the components that it names, and the clock and logger of its site. */
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

/** Further sources of options; earlier ones take precedence. */
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

/** Limits of every link, with defaults for options that are not given. */
export function boundsOf(options: ResolvedConnection, clock: IClock, database: string): NodeBounds {
  const {
    connectTimeout = CONNECTION_DEFAULTS.connectTimeout,
    commandTimeout = CONNECTION_DEFAULTS.commandTimeout,
    maxInFlight = CONNECTION_DEFAULTS.maxInFlight,
    maxWaitingBytes = CONNECTION_DEFAULTS.maxWaitingBytes,
    dataConnections = CONNECTION_DEFAULTS.dataConnections,
    maxConnections = CONNECTION_DEFAULTS.maxConnections,
  } = options;
  return {
    clock,
    connectTimeoutMs: connectTimeout,
    commandTimeoutMs: commandTimeout,
    maxInFlight,
    maxWaitingBytes,
    dataConnections,
    maxConnections,
    database,
  };
}

/** `true` when the load of a site fails without a connection. */
export function isRequired({ required = CONNECTION_DEFAULTS.required }: ResolvedConnection): boolean {
  return required;
}
