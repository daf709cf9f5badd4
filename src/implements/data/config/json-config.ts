import { z } from 'zod';
import type { ComponentDefinition } from '../../../interfaces/component.js';
import { SettingsConfig, settingsFileShape } from './settings-config.js';

const declared = z.strictObject(settingsFileShape).describe('Settings from a JSON file, read once.');

/**
 * Settings from a JSON file. Every value is text: numbers and booleans as they were written; `${env.NAME}` is replaced.
 *
 * @example
 * ```ts
 * const json = new JsonConfig(await readSettings(join(folder, 'settings.json'), { optional: true }));
 * ```
 */
export class JsonConfig extends SettingsConfig {
  static readonly component: ComponentDefinition<typeof declared, JsonConfig> = {
    options: declared,
    create: async (_site, { file, optional }, { readSettings }) =>
      new JsonConfig(await readSettings(file, { format: 'json', optional })),
  };
}
