import type { IConfigSession } from '../../../interfaces/config.js';
import { requireDurationMs } from '../../foundation/options/duration.js';

/** Variables of a process, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Options of a connection that other sources than the declaration may supply, as strings. */
const VARIABLES = {
  url: 'URL',
  host: 'HOST',
  port: 'PORT',
  db: 'DB',
  username: 'USERNAME',
  password: 'PASSWORD',
  maxConnections: 'MAX_CONNECTIONS',
  commandTimeout: 'SOCKET_TIMEOUT',
  connectTimeout: 'SOCKET_CONNECT_TIMEOUT',
} as const;

/** Option that a source may supply; `enabled` switches the whole connection on or off. */
export type SourcedOption = keyof typeof VARIABLES | 'enabled';

/** A source of options, with its own names for them. */
export interface OptionSource {
  /** Name for messages, such as `environment`. */
  readonly name: string;
  nameOf(option: SourcedOption): string;
  /** `undefined` when the option is absent or empty. */
  textOf(option: SourcedOption): string | undefined;
  /** Milliseconds; 0 for an invalid duration. */
  durationMs(text: string): number;
  readonly durationExpected: string;
}

/** Variables with a prefix such as `REDIS_`, and the one that switches the connection on or off: `ENABLE_REDIS`. */
export function environmentSource(env: Environment, prefix: string): OptionSource {
  const nameOf = (option: SourcedOption): string =>
    option === 'enabled' ? `ENABLE_${prefix.replace(/_$/, '')}` : prefix + VARIABLES[option];
  return {
    name: 'environment',
    nameOf,
    textOf: (option) => env[nameOf(option)] || undefined,
    durationMs: (text) => (/^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Math.ceil(Number(text) * 1000) : 0),
    durationExpected: 'seconds above zero, such as 5 or 0.5',
  };
}

/** Settings of a session; their names are those of the options. */
export function sessionSource(session: IConfigSession, name: string): OptionSource {
  return {
    name: `session ${name}`,
    nameOf: (option) => option,
    textOf: (option) => session.getValue(option) || undefined,
    durationMs: (text) => {
      try {
        return requireDurationMs(text as `${number}ms`);
      } catch {
        return 0;
      }
    },
    durationExpected: 'a duration such as 250ms or 5s',
  };
}
