import { z } from 'zod';
import type { ComponentDefinition } from '../../../interfaces/component.js';
import type { IConfig, IConfigSession } from '../../../interfaces/config.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { ConfigView } from './config-view.js';

const declared = z
  .strictObject({
    prefix: z
      .string()
      .max(256)
      .default('')
      .describe('Beginning of all names, such as `APP_`: session `redis` then begins with `APP_REDIS_`.'),
  })
  .describe(
    'Settings from the environment: `REDIS_CONNECT_TIMEOUT` is `connectTimeout` of the session `redis`.',
  );

/** Options of an `EnvConfig` that is constructed in code. */
export interface EnvConfigOptions extends z.input<typeof declared> {
  /** Variables by name. Default: those of the process, as they are then. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Settings from the environment. The name of a session and that of a setting, in capitals and joined by `_`, are the name
 * of the variable; an empty variable counts as unset.
 *
 * @example
 * ```ts
 * const config: IConfig = new EnvConfig({ env: { REDIS_HOST: '127.0.0.1', REDIS_PORT: '1' } });
 * const session = config.getSession('redis');
 * session.setValue('db', '0'); // In this session only: the next getSession does not see it.
 * console.log(session.listKeys().join(', ')); // host, port, db
 * ```
 */
export class EnvConfig implements IConfig {
  static readonly component: ComponentDefinition<typeof declared, EnvConfig> = {
    options: declared,
    create: (_site, options, { env }) => new EnvConfig({ ...options, env }),
  };

  readonly #prefix: string;
  readonly #env: ReadonlyMap<string, string>;

  constructor({ env = process.env, ...options }: EnvConfigOptions = {}) {
    this.#prefix = parseOptions(declared, 'EnvConfig', options).prefix;
    this.#env = new Map(
      Object.entries(env).filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''),
    );
  }

  getSession(name: string): IConfigSession {
    const beginning = this.#prefix + (name === '' ? '' : `${inCapitals(name)}_`);
    return new ConfigView({
      getValue: (key) => this.#env.get(beginning + inCapitals(key)),
      listKeys: () =>
        [...this.#env.keys()]
          .filter((variable) => variable.startsWith(beginning) && variable.length > beginning.length)
          .map((variable) => inCamelCase(variable.slice(beginning.length))),
      nameOf: inCamelCase,
    });
  }
}

/** `connectTimeout`, `connect-timeout` and `CONNECT_TIMEOUT` as `CONNECT_TIMEOUT`. */
function inCapitals(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toUpperCase();
}

/** The same as `connectTimeout`. */
function inCamelCase(name: string): string {
  return inCapitals(name)
    .toLowerCase()
    .replace(/(?<=[a-z\d])_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}
