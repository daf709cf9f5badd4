import { Container } from 'inversify';
import type { IClock } from '../../interfaces/clock.js';
import { IComponentSite } from '../../interfaces/component-site.js';
import {
  ArgumentError,
  ComponentNotFoundError,
  ConfigurationError,
  ResolutionError,
} from '../../interfaces/errors.js';
import { describeInterface, type InterfaceToken, missingMembers } from '../../interfaces/interface-token.js';
import { SystemClock } from '../foundation/clock/system-clock.js';
import { entryLabel } from './entry-name.js';
import { KEY_SPACE_HINT, keySpaceClash } from './load/key-spaces.js';
import { SiteInterior } from './site-interior.js';
import { NOWHERE } from './text/place.js';
import { suggestion } from './text/suggest.js';

/** How a `ComponentSite` is made. */
export interface ComponentSiteOptions {
  /** The application's own container, which stays its property. Default: a new one. */
  readonly container?: Container | undefined;
  /** @internal By which the bound of `close` is measured. Default: the machine's clock. */
  readonly clock?: IClock | undefined;
}

/** A component site over an Inversify container; in the container it is bound as `IComponentSite`. */
export class ComponentSite implements IComponentSite {
  readonly container: Container;
  readonly #interior: SiteInterior;

  /** @throws {ArgumentError} when the container has an `IComponentSite` already. */
  constructor(options: ComponentSiteOptions = {}) {
    // Taken apart here: what is internal must not stand in the declaration file, where it is stripped elsewhere.
    const { container = new Container(), clock = new SystemClock() } = options;
    this.container = container;
    this.#interior = new SiteInterior(this, clock);
    this.registerComponent(IComponentSite, this);
  }

  getComponent<T>(token: InterfaceToken<T>, name = ''): T {
    const component = this.queryComponent(token, name);
    if (component === undefined) throw this.#notFound(token, name);
    return component;
  }

  queryComponent<T>(token: InterfaceToken<T>, name = ''): T | undefined {
    return this.container.get<T>(token, { optional: true, ...(name !== '' && { name }) });
  }

  registerComponent<T>(token: InterfaceToken<T>, component: NoInfer<T>, name = ''): NoInfer<T> {
    const interior = this.#interior;
    interior.assertOpen();
    const description = describeInterface(token);
    if (description === undefined) {
      throw new ResolutionError(
        'E_INTERFACE_UNKNOWN',
        `expected a token of defineInterface, got ${nameOf(token)}`,
      );
    }
    const missing = missingMembers(description, component);
    const label = entryLabel(description.name, name);
    if (missing.length > 0) {
      throw new ArgumentError(`expected a component for ${label}, got one without ${missing.join(', ')}`);
    }
    const object = component as object;
    if (typeof (object as { then?: unknown }).then === 'function') {
      throw new ArgumentError(`expected a component for ${label}, got a promise; await it first`);
    }
    if (interior.entries.isForeign(description, name)) {
      throw new ArgumentError(
        `expected a free entry, got ${label}, which the application has bound in the container`,
      );
    }
    const clash = keySpaceClash(object, interior.componentsBeside(description, name));
    if (clash !== undefined) {
      const issue = { source: label, ...NOWHERE, path: '', message: clash, hint: KEY_SPACE_HINT };
      throw new ConfigurationError('E_CONFIG_SCHEMA', [issue]);
    }
    interior.entries.set({ description, name, component: object });
    return component;
  }

  close(): Promise<void> {
    return this.#interior.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #notFound(token: InterfaceToken<unknown>, name: string): ComponentNotFoundError {
    const asked = nameOf(token);
    const { closed, entries } = this.#interior;
    const note = closed ? ' (the component site is closed)' : '';
    const names = [...entries]
      .filter(({ description }) => description.token === token)
      .map((entry) => entry.name);
    const hint = suggestion(name, names);
    const existing = [...entries]
      .filter(({ component }) => component !== this)
      .map((entry) => entryLabel(entry.description.name, entry.name));
    const list = existing.length === 0 ? 'nothing' : existing.sort().join(', ');
    return new ComponentNotFoundError(
      `component not found: ${entryLabel(asked, name)}${note}; there is ${list}${hint === undefined ? '' : ` (${hint})`}`,
    );
  }
}

function nameOf(token: InterfaceToken<unknown>): string {
  if (typeof token === 'function') return token.name;
  return describeInterface(token)?.name ?? String(token);
}
