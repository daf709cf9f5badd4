import type { Container } from 'inversify';
import type { IComponentSite } from '../../../interfaces/component-site.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import type { SiteHealthQuery, SiteHealthReport } from '../../../interfaces/health.js';
import type { InterfaceDescription, InterfaceToken } from '../../../interfaces/interface-token.js';

/** Components of a load in progress. Only components of the same load that are built later can see them. */
export class StagedComponents {
  readonly site: IComponentSite;
  #entries: Map<symbol, Map<string, object>> | undefined = new Map();

  constructor(site: IComponentSite) {
    this.site = site;
  }

  /** `true` while the load is in progress. */
  get open(): boolean {
    return this.#entries !== undefined;
  }

  add({ token }: InterfaceDescription, name: string, component: object): void {
    const named = this.#entries?.get(token) ?? new Map<string, object>();
    this.#entries?.set(token, named.set(name, component));
  }

  find(token: InterfaceToken<unknown>, name: string): object | undefined {
    return this.#entries?.get(token as symbol)?.get(name);
  }

  /** Ends the staging, after success or failure: from now on lookups go to the site. */
  end(): void {
    this.#entries = undefined;
  }
}

/**
 * Site that is passed to a component that is built. It finds components that were built earlier in the same load; when
 * the load is over it behaves like the site itself.
 */
export class LoadingSite implements IComponentSite {
  readonly #staged: StagedComponents;
  readonly #uses: Set<object>;

  /** @param uses  Collects the components of the same load that are looked up. */
  constructor(staged: StagedComponents, uses: Set<object>) {
    this.#staged = staged;
    this.#uses = uses;
  }

  get container(): Container {
    return this.#staged.site.container;
  }

  getComponent<T>(token: InterfaceToken<T>, name = ''): T {
    return this.#find(token, name) ?? this.#staged.site.getComponent(token, name);
  }

  queryComponent<T>(token: InterfaceToken<T>, name = ''): T | undefined {
    return this.#find(token, name) ?? this.#staged.site.queryComponent(token, name);
  }

  registerComponent<T>(token: InterfaceToken<T>, component: NoInfer<T>, name = ''): NoInfer<T> {
    if (this.#staged.open) {
      throw new ArgumentError('a component cannot register others during its own load; declare them instead');
    }
    return this.#staged.site.registerComponent(token, component, name);
  }

  health(query?: SiteHealthQuery): Promise<SiteHealthReport> {
    return this.#staged.site.health(query);
  }

  close(): Promise<void> {
    return this.#staged.site.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #find<T>(token: InterfaceToken<T>, name: string): T | undefined {
    const component = this.#staged.find(token, name);
    if (component !== undefined) this.#uses.add(component);
    return component as T | undefined;
  }
}
