import { defineInterface, type InterfaceToken } from './interface-token.js';

/** Settings of an application that belong together, as text. */
export interface IConfigSession {
  /** @returns `undefined` for a setting that is not there. */
  getValue(name: string): string | undefined;
}

/** Settings of an application, in sessions: one for each thing that is set up. */
export interface IConfig {
  /** @returns An empty session for a name that is not there. */
  getSession(name: string): IConfigSession;
}

export const IConfig: InterfaceToken<IConfig> = defineInterface<IConfig>('IConfig', ['getSession']);
