import { ContainerModule } from 'inversify';
import { ArgumentError } from '../../interfaces/errors.js';
import { ComponentSite } from './component-site.js';
import { entryLabel } from './entry-name.js';
import { type LoadComponentSiteOptions, loadComponentSite } from './load-component-site.js';
import { interiorOf } from './site-interior.js';

/**
 * Loads a declaration file as a module of Inversify: `container.load(await cacheModule('caches.yml'))` binds every
 * entry and `IComponentSite`.
 *
 * The components are running when the promise resolves. The application that loads the module must close them with
 * `container.get(IComponentSite).close()`, which unbinds them too; `container.unload` only unbinds.
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
  return new ContainerModule(({ bind, isBound, unbindAsync }) => {
    const interior = interiorOf(site);
    const entries = [...interior.entries];
    const taken = entries.find(({ description, name }) => isBound(description.token, nameOption(name)));
    if (taken !== undefined) {
      // No caller has the site yet, so it must be closed here.
      void site.close();
      const label = entryLabel(taken.description.name, taken.name);
      throw new ArgumentError(`duplicate entry ${label}, already bound in the container by the application`);
    }
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

function nameOption(name: string): { name: string } | undefined {
  return name === '' ? undefined : { name };
}
