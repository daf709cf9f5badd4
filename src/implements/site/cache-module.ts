import { ContainerModule } from 'inversify';
import { IComponentSite } from '../../interfaces/component-site.js';
import { ArgumentError } from '../../interfaces/errors.js';
import { ComponentSite } from './component-site.js';
import { entryLabel } from './entry-name.js';
import { type LoadComponentSiteOptions, loadComponentSite } from './load-component-site.js';
import { interiorOf } from './site-interior.js';

/** Mark of a container whose site is that of a module. */
const MODULE_SITE = Symbol('inversify-cache.module-site');

/**
 * Loads a declaration file as a module of Inversify: `container.load(await cacheModule('caches.yml'))` binds every
 * entry and `IComponentSite`.
 *
 * The components are running when the promise resolves. The application that loads the module must close them with
 * `container.get(IComponentSite).close()`, which unbinds them too; `container.unload` only unbinds. Several modules may
 * be loaded into one container: the site that it then returns finds the entries of all, and closes all.
 *
 * @param path  Same as for `loadComponentSite`.
 * @throws the errors of `loadComponentSite`. Loading the module throws an `ArgumentError` and closes the site when
 * the container already has one of the entries.
 */
export async function cacheModule(
  path?: string,
  options: Omit<LoadComponentSiteOptions, 'site' | 'container'> = {},
): Promise<ContainerModule> {
  const site = new ComponentSite();
  await loadComponentSite(path, { ...options, site });
  return new ContainerModule(({ bind, isBound, onActivation, unbindAsync }) => {
    const interior = interiorOf(site);
    const isSecond = isBound(MODULE_SITE) && isBound(IComponentSite);
    const entries = [...interior.entries].filter(({ component }) => !(isSecond && component === site));
    const taken = entries.find(({ description, name }) => isBound(description.token, nameOption(name)));
    if (taken !== undefined) {
      // No caller has the site yet, so it must be closed here.
      void site.close();
      const label = entryLabel(taken.description.name, taken.name);
      throw new ArgumentError(`duplicate entry ${label}, already bound in the container by the application`);
    }
    // A module cannot ask for the site of the first one: the two are joined when the application does.
    if (isSecond) onActivation(IComponentSite, (_context, first) => joinSites(first, site));
    else if (!isBound(MODULE_SITE)) bind(MODULE_SITE).toConstantValue(true);
    for (const { description, name } of entries) {
      const { token } = description;
      const binding = bind(token).toDynamicValue(() => site.getComponent(token, name));
      if (name === '') binding.whenDefault();
      else binding.whenNamed(name);
      const identifier = binding.getIdentifier();
      interior.afterClose(() => unbindAsync(identifier));
    }
  });
}

/** Sites that look-ups and `close` reach by way of another one. */
const joined = new WeakMap<IComponentSite, Set<IComponentSite>>();

/** Lets a site find the entries of another one, and close it. */
function joinSites(first: IComponentSite, second: IComponentSite): IComponentSite {
  const others = joined.get(first) ?? new Set();
  if (others.has(second)) return first;
  joined.set(first, others.add(second));
  const interior = interiorOf(first);
  interior.afterClose(() => second.close());
  for (const entry of interiorOf(second).entries) {
    const { description, name, component } = entry;
    if (component === second || first.container.isBound(description.token, nameOption(name))) continue;
    interior.entries.set(entry);
  }
  return first;
}

function nameOption(name: string): { name: string } | undefined {
  return name === '' ? undefined : { name };
}
