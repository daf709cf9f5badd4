import { inject, optional, type ResolutionContext } from 'inversify';
import { IComponentSite } from '../../../interfaces/component-site.js';
import { ArgumentError, ComponentNotFoundError } from '../../../interfaces/errors.js';
import type { InterfaceToken } from '../../../interfaces/interface-token.js';

/** State of the module: the site of each instance, where neither equality nor a clone of the instance can see it. */
const sites = new WeakMap<object, IComponentSite>();
/** Hidden property into which Inversify writes the site. */
const SITE = Symbol('inversify-cache.site');

/** Lets Inversify inject the site into instances of a class, once for all of its decorators. */
export function injectSite(prototype: object): void {
  if (Object.hasOwn(prototype, SITE)) return;
  Object.defineProperty(prototype, SITE, {
    configurable: true,
    enumerable: false,
    set(this: object, site: IComponentSite | undefined) {
      if (site !== undefined) sites.set(this, site);
    },
  });
  inject(IComponentSite)(prototype, SITE);
  optional()(prototype, SITE);
}

/**
 * Gives an instance that no container has made its site, in which decorators find components by name.
 *
 * @returns the instance.
 */
export function attachCaches<T extends object>(instance: T, site: IComponentSite): T {
  if (Object(instance) !== instance)
    throw new ArgumentError('attachCaches: expected an instance, got another value');
  sites.set(instance, site);
  return instance;
}

/**
 * Activation handler that gives an instance the site of its container: `.onActivation(withCaches)` on a binding whose
 * class has no decorators of its own, or that Inversify does not construct.
 */
export function withCaches<T>(context: ResolutionContext, instance: T): T {
  const site = context.get<IComponentSite>(IComponentSite, { optional: true });
  if (site !== undefined && Object(instance) === instance) sites.set(instance as object, site);
  return instance;
}

/** Site of an instance; `undefined` when it has none. */
export function siteOf(self: unknown): IComponentSite | undefined {
  return sites.get(self as object);
}

/** Component of a name, asked anew at every call: the application may replace it. */
export function componentOf<T>(self: unknown, token: InterfaceToken<T>, name: string, decorator: string): T {
  const site = sites.get(self as object);
  if (site !== undefined) return site.getComponent<T>(token, name);
  throw new ComponentNotFoundError(
    `@${decorator}: expected an instance with a component site to find "${name}", got one without; resolve it from a ` +
      'container that has a site, or bind it with .onActivation(withCaches), or call attachCaches(instance, site)',
  );
}
