import { z } from 'zod';
import type { IConfig, IConfigSession, Settings } from '../../../interfaces/config.js';
import { fileOption } from '../../foundation/options/text.js';
import { ConfigView } from './config-view.js';

/** Options of a configuration that is read from a file. */
export const settingsFileShape = {
  file: fileOption().describe('Path of the file: a map of sessions, each a map of settings.'),
  optional: z
    .boolean()
    .default(false)
    .describe('Accepts that the file does not exist: there are no settings then.'),
};

/** Settings that were read before. */
export class SettingsConfig implements IConfig {
  readonly #settings: Settings;

  /** @param settings  As `readSettings` returns them. */
  constructor(settings: Settings) {
    this.#settings = settings;
  }

  getSession(name: string): IConfigSession {
    const values = this.#settings.get(name) ?? new Map<string, string>();
    return new ConfigView({ getValue: (key) => values.get(key), listKeys: () => values.keys() });
  }
}
