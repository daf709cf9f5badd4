import { z } from 'zod';
import type { ComponentDefinition } from '../../../interfaces/component.js';
import { IConfig, type IConfigSession } from '../../../interfaces/config.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import { referenceOption } from '../../foundation/options/text.js';
import { ConfigView } from './config-view.js';

const declared = z
  .strictObject({
    layers: z
      .array(referenceOption('IConfig'))
      .min(1)
      .describe('Names of the configurations, the one that wins first.'),
  })
  .describe('Settings from several configurations, setting by setting: the first that has one wins.');

/** Options of a `LayeredConfig` that is constructed in code. */
export interface LayeredConfigOptions {
  /** Configurations, the one that wins first. */
  readonly layers: readonly IConfig[];
}

/**
 * Settings from several configurations: each setting comes from the first that has it.
 *
 * @example
 * ```ts
 * const layered = new LayeredConfig({ layers: [config, json, yaml] }); // The environment over files.
 * ```
 */
export class LayeredConfig implements IConfig {
  static readonly component: ComponentDefinition<typeof declared, LayeredConfig> = {
    options: declared,
    create: (site, { layers }) =>
      new LayeredConfig({ layers: layers.map((name) => site.getComponent(IConfig, name)) }),
  };

  readonly #layers: readonly IConfig[];

  constructor({ layers }: LayeredConfigOptions) {
    if (!Array.isArray(layers) || layers.length === 0) {
      throw new ArgumentError('options of LayeredConfig: layers: expected a list of at least one IConfig');
    }
    this.#layers = [...layers];
  }

  getSession(name: string): IConfigSession {
    const sessions = this.#layers.map((layer) => layer.getSession(name));
    return new ConfigView({
      getValue: (key) => {
        for (const session of sessions) {
          const value = session.getValue(key);
          if (value !== undefined) return value;
        }
        return undefined;
      },
      listKeys: () => sessions.flatMap((session) => session.listKeys()),
    });
  }
}
