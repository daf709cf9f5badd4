import type { Container } from 'inversify';
import type { IComponentSite } from '../../interfaces/component-site.js';
import type { DeclarationFormat, LoadOptions } from '../../interfaces/component-site-builder.js';
import { ArgumentError } from '../../interfaces/errors.js';
import { ComponentSite } from './component-site.js';
import { ComponentSiteBuilder } from './component-site-builder.js';
import { readDeclarations } from './text/read.js';

/** Options of `loadComponentSite`. */
export interface LoadComponentSiteOptions extends Omit<LoadOptions, 'base'> {
  /** Format of the file. Default: by its extension (`.yml`, `.yaml`, `.json`). */
  readonly format?: DeclarationFormat;
  /** Site to load into. Default: a new one. Conflicts with `container`. */
  readonly site?: IComponentSite;
  /** Container of the application to bind into. Default: a new one. Conflicts with `site`. */
  readonly container?: Container;
}

/**
 * Declarations of an application without a file, as in `config/default.yml`. No component logs to the console of its own
 * accord: the default entry of ILoggerSite is the application's.
 */
const PACKAGED = `
- class: MemoryCache
  entries: [{ interface: ICache }, { interface: ICache, name: Memory }]
- class: ConsoleLoggerSite
  entries: [{ interface: ILoggerSite, name: Builtin }]
- class: EnvConfig
  entries: [{ interface: IConfig, name: Environment }]
- class: YamlConfig
  entries: [{ interface: IConfig, name: Yaml }]
  file: \${env.CONFIG_YAML:-inversify-cache.settings.yml}
  optional: true
- class: JsonConfig
  entries: [{ interface: IConfig, name: Json }]
  file: \${env.CONFIG_JSON:-inversify-cache.settings.json}
  optional: true
- class: LayeredConfig
  entries: [{ interface: IConfig }]
  layers: [Environment, Yaml, Json]
`;

/**
 * Loads a declaration file into a component site, completely or not at all.
 *
 * @param path  Path of the file. Default: the declarations of `config/default.yml`, one `MemoryCache` among them.
 * @returns The given site or the new one; close it when the application ends.
 * @throws {ConfigurationError} `E_CONFIG_READ`, `E_CONFIG_FORMAT`, and the errors of `IComponentSiteBuilder.loads`.
 * @throws {ArgumentError} `E_ARGUMENT` when both a site and a container are given, and for `classes` that are none.
 */
export async function loadComponentSite(
  path?: string,
  { site, container, format, ...options }: LoadComponentSiteOptions = {},
): Promise<IComponentSite> {
  if (site !== undefined && container !== undefined) {
    throw new ArgumentError('container conflicts with site, which has a container of its own');
  }
  const source =
    path === undefined
      ? { text: PACKAGED, format: 'yaml' as const }
      : { ...(await readDeclarations(path, format)), base: path };
  const { text, ...where } = source;
  const target = site ?? new ComponentSite({ container });
  try {
    await new ComponentSiteBuilder().loads(target, text, { ...options, ...where });
  } catch (error) {
    if (site === undefined) await target.close();
    throw error;
  }
  return target;
}
