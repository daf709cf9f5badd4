import { z } from 'zod';
import type { ComponentDefinition } from '../../../interfaces/component.js';
import { SettingsConfig, settingsFileShape } from './settings-config.js';

const declared = z.strictObject(settingsFileShape).describe('Settings from a YAML file, read once.');

/**
 * Settings from a YAML file. Every value is text, as it was written: `6379`, `1.10`, `true`; `${env.NAME}` is replaced.
 *
 * @example
 * ```ts
 * const yaml = new YamlConfig(await readSettings(file)); // Or declared: class: YamlConfig
 * ```
 */
export class YamlConfig extends SettingsConfig {
  static readonly component: ComponentDefinition<typeof declared, YamlConfig> = {
    options: declared,
    create: async (_site, { file, optional }, { readSettings }) =>
      new YamlConfig(await readSettings(file, { format: 'yaml', optional })),
  };
}
