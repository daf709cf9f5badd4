import { defineInterface, type InterfaceToken } from './interface-token.js';

/** A group of related application settings, as text. */
export interface IConfigSession {
  /** @returns The setting; `undefined` when it does not exist. */
  getValue(name: string): string | undefined;
}

/**
 * Application settings, in sessions: one per thing that is configured.
 *
 * @example
 * ```ts
 * const settings: Record<string, Record<string, string>> = { redis: { host: '127.0.0.1', port: '1' } };
 * const config: IConfig = {
 *   getSession: (name) => ({ getValue: (option) => settings[name]?.[option] }),
 * };
 * ```
 */
export interface IConfig {
  /** @returns The session; an empty one when the name does not exist. */
  getSession(name: string): IConfigSession;
}

export const IConfig: InterfaceToken<IConfig> = defineInterface<IConfig>('IConfig', ['getSession']);
