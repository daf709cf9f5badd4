import type { Container } from 'inversify';
import type { IComponentSite } from '../../interfaces/component-site.js';
import type { DeclarationFormat, LoadOptions } from '../../interfaces/component-site-builder.js';
import { ArgumentError } from '../../interfaces/errors.js';
import { ComponentSite } from './component-site.js';
import { ComponentSiteBuilder } from './component-site-builder.js';
import { readDeclarations } from './text/read.js';

/** What `loadComponentSite` takes beside the path. */
export interface LoadComponentSiteOptions extends Omit<LoadOptions, 'base'> {
  /** Format of the file. Default: what its extension says (`.yml`, `.yaml`, `.json`). */
  readonly format?: DeclarationFormat;
  /** A site to load into, in place of a new one. Excludes `container`. */
  readonly site?: IComponentSite;
  /** The application's container, to bind into. Default: a new one. Excludes `site`. */
  readonly container?: Container;
}

/** The site of an application that has declared nothing: one cache in memory. */
const PACKAGED = `
- class: MemoryCache
  entries:
    - interface: ICache
    - interface: ICache
      name: Memory
`;

/**
 * Loads a declaration file into a component site: all of it, or nothing.
 *
 * @param path  Path of the file. Default: one `MemoryCache`, as `ICache` and as `ICache` "Memory".
 * @returns The site that was given, or a new one; close it when the application ends.
 * @throws {ConfigurationError} `E_CONFIG_READ`, `E_CONFIG_FORMAT`, and what `IComponentSiteBuilder.loads` throws.
 * @throws {ArgumentError} `E_ARGUMENT` when both a site and a container are given.
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
