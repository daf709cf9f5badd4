import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { IClock } from '../../interfaces/clock.js';
import type { IComponentSite } from '../../interfaces/component-site.js';
import type { LoadOptions } from '../../interfaces/component-site-builder.js';
import { ILoggerSite } from '../../interfaces/logger.js';
import { ComponentSite, type ComponentSiteOptions } from '../site/component-site.js';
import { ComponentSiteBuilder } from '../site/component-site-builder.js';
import { memoryCatalogue, type Override } from './memory-catalogue.js';

/** Options of `testSite`: those of a load, and what a test puts in place of the declared. */
export interface TestSiteOptions extends LoadOptions {
  /** Builds other components in place of those of a class: its name, and a function of the declared options. */
  readonly overrides?: Readonly<Record<string, Override>> | undefined;
  /** Clock of all components. Default: the declared one, or the clock of the machine. */
  readonly clock?: IClock | undefined;
  /** Logger of all components. Default: the declared one. */
  readonly loggerSite?: ILoggerSite | undefined;
  /** Container of the services under test. Default: a new one. */
  readonly container?: ComponentSiteOptions['container'];
}

/**
 * Loads declarations for a test: the real ones, checked as always, but every class of Redis is that of memory, so that
 * nothing connects and nothing is shared with other tests.
 *
 * @param declarations  Text, or the path of a file that ends in `.yml`, `.yaml` or `.json`.
 *
 * @example
 * ```ts
 * await using site = await testSite('config/typed-redis.yml', { clock });
 * const declared = site.getComponent<ITypedCache<string>>(ITypedCache, 'users');
 * ```
 */
export async function testSite(
  declarations: string,
  { overrides = {}, clock, loggerSite, container, ...load }: TestSiteOptions = {},
): Promise<IComponentSite> {
  const site = new ComponentSite(container === undefined ? {} : { container });
  try {
    if (clock !== undefined) site.registerComponent(IClock, clock);
    if (loggerSite !== undefined) site.registerComponent(ILoggerSite, loggerSite);
    const builder = new ComponentSiteBuilder(memoryCatalogue(overrides));
    if (/^[^\n]+\.(?:ya?ml|json)$/.test(declarations)) {
      const format = extname(declarations).slice(1) as 'yml' | 'yaml' | 'json';
      await builder.loads(site, await readFile(declarations, 'utf8'), {
        format,
        base: declarations,
        ...load,
      });
    } else await builder.loads(site, declarations, load);
    return site;
  } catch (error) {
    await site.close();
    throw error;
  }
}
