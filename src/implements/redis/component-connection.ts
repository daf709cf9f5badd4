import { z } from 'zod';
import type { IClock } from '../../interfaces/clock.js';
import type { BuildContext } from '../../interfaces/component.js';
import type { IComponentSite } from '../../interfaces/component-site.js';
import type { ILoggerSite } from '../../interfaces/logger.js';
import { IRedisConnection } from '../../interfaces/redis-connection.js';
import { MAX_KEY_BYTES } from '../foundation/arguments/key.js';
import { SystemClock } from '../foundation/clock/system-clock.js';
import { ProcessLoggerSite } from '../foundation/logger/process-logger-site.js';
import { parseOptions, type WithPorts } from '../foundation/options/parse-options.js';
import { referenceOption } from '../foundation/options/text.js';
import { ConnectionHandle } from './connection-handle.js';
import { isPlainPrefix } from './keys/key-space.js';
import { checkConnectionOptions } from './options/connection-checks.js';
import { type ConnectionOptions, connectionShape } from './options/connection-shape.js';
import type { WrittenConnection } from './options/connection-way.js';
import { RedisConnection } from './redis-connection.js';
import {
  type ConnectionPorts,
  declaredOptions,
  type RedisConnectionOptions,
  type UncheckedConnectionOptions,
} from './redis-connection-options.js';

/** Options of a component in Redis: a shared connection by name, or those of a connection of its own. */
export const componentConnectionShape = {
  connection: referenceOption('IRedisConnection')
    .optional()
    .describe(
      'Shared `RedisConnection`. Conflicts with all options of a connection except `commandTimeout`.',
    ),
  ...connectionShape,
};

/** Option `prefix` of a component in Redis, without default and description. */
export function prefixOption(): z.ZodString {
  return z
    .string()
    .refine(
      (prefix) => prefix.isWellFormed() && Buffer.byteLength(prefix) <= MAX_KEY_BYTES,
      `expected a prefix of at most ${MAX_KEY_BYTES} bytes as UTF-8, without lone surrogates`,
    )
    .refine(isPlainPrefix, 'expected a prefix without braces, or with one whole hash tag {…}');
}

/** Refuses options that conflict with each other, such as a shared connection with an address. */
export function checkComponentConnection(
  options: ConnectionOptions & { readonly connection?: string | undefined },
  context: z.RefinementCtx,
): void {
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
}

/** Resolves the components that a declaration names, and the clock and logger of its site. */
export function declaredComponent<
  Declared extends Pick<ConnectionOptions, 'credentials' | 'config'> & {
    readonly connection?: string | undefined;
  },
>(site: IComponentSite, { connection, ...options }: Declared, context: BuildContext) {
  return {
    ...declaredOptions(site, options, context),
    connection: connection === undefined ? undefined : site.getComponent(IRedisConnection, connection),
  };
}

/** Options over a shared connection, which sets address and user; only the timeout can be chosen. */
type OverConnection = ConnectionPorts & {
  /** Shared connection: the component neither starts nor closes it. Default: a connection of its own. */
  readonly connection: IRedisConnection;
  readonly commandTimeout?: WrittenConnection['commandTimeout'];
} & { readonly [Own in Exclude<keyof WrittenConnection, 'commandTimeout'>]?: undefined };

type WithConnection = RedisConnectionOptions & { readonly connection?: undefined };

/** Connection of a component that is constructed in code: a shared `connection`, or the options of its own. */
export type ComponentConnection = OverConnection | WithConnection;

/** Connection of a component whose relations are unchecked by types: for a declaration the schema checks them. */
export type UncheckedComponentConnection = UncheckedConnectionOptions & {
  readonly connection?: IRedisConnection | undefined;
};

/** Names of the options of a connection, and of the shared one. */
export type ComponentConnectionOption = 'connection' | keyof WrittenConnection;

/** Parsed options and ports of a component in Redis, and the connection that it uses. */
export interface Connected<Options> {
  readonly options: Options;
  readonly clock: IClock;
  readonly loggerSite: ILoggerSite;
  readonly connection: IRedisConnection;
  /** Starts and closes the connection unless it is shared, because then its owner does both. */
  readonly handle: ConnectionHandle;
  /** Timeout that the component chose for its calls over a shared connection. Default: that of the connection. */
  readonly timeoutMs: number | undefined;
}

/**
 * Parses the options of a component in Redis, and makes the connection of its own unless it got a shared one.
 *
 * @param component  Class name, for messages.
 * @param others  Components for further `reference` options.
 * @throws {ArgumentError} naming every invalid option.
 */
export function connected<
  Schema extends z.ZodType<ConnectionOptions & { readonly connection?: string | undefined }>,
  Others extends object = object,
>(
  schema: Schema,
  component: string,
  given: UncheckedComponentConnection,
  others?: Others,
): Connected<WithPorts<z.output<Schema>, Others>> {
  const { env, clock = new SystemClock(), loggerSite = new ProcessLoggerSite(clock), ...rest } = given;
  const { connection: shared, credentials, config, ...written } = rest;
  const ports = { connection: shared, credentials, config, ...others };
  const options = parseOptions(schema, component, written, { ports });
  const ofConnection = Object.entries(options).filter(([name]) => Object.hasOwn(connectionShape, name));
  const own = { ...Object.fromEntries(ofConnection), env, clock, loggerSite };
  const connection = shared ?? new RedisConnection(own as RedisConnectionOptions);
  return {
    options: options as unknown as WithPorts<z.output<Schema>, Others>,
    clock,
    loggerSite,
    connection,
    handle: new ConnectionHandle(connection, shared === undefined),
    timeoutMs: shared && (options as ConnectionOptions).commandTimeout,
  };
}
