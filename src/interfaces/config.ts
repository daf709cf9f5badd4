import { defineInterface, type InterfaceToken } from './interface-token.js';

/** A group of related application settings, as text. What is changed here, nobody else sees. */
export interface IConfigSession {
  /** @returns The setting; `undefined` when it does not exist. */
  getValue(name: string): string | undefined;
  /** Sets a setting in this session, and nowhere else. @returns `true`. @throws {ArgumentError} for other than text. */
  setValue(name: string, value: string): boolean;
  /** Deletes a setting in this session, and nowhere else. @returns `true` when it existed. */
  deleteValue(name: string): boolean;
  /** @returns The names of all settings, each once. */
  listKeys(): readonly string[];
}

/** Settings as they were read: values by name, for each session. */
export type Settings = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Application settings, in sessions: one per thing that is configured.
 *
 * @example
 * ```ts
 * const config: IConfig = new EnvConfig({ env: { REDIS_HOST: '127.0.0.1', REDIS_PORT: '1' } });
 * const session = config.getSession('redis');
 * session.setValue('db', '0'); // In this session only: the next getSession does not see it.
 * console.log(session.listKeys().join(', ')); // host, port, db
 * ```
 */
export interface IConfig {
  /** @returns An independent view of the session; an empty one when the name does not exist. */
  getSession(name: string): IConfigSession;
}

export const IConfig: InterfaceToken<IConfig> = defineInterface<IConfig>('IConfig', ['getSession']);
