import { Container } from 'inversify';
import type { CacheName } from '../../interfaces/cache-name.js';
import type { IClock } from '../../interfaces/clock.js';
import {
  IComponentSite,
  type IsTypedCacheToken,
  type TypedCacheToken,
} from '../../interfaces/component-site.js';
import {
  ArgumentError,
  ComponentNotFoundError,
  ConfigurationError,
  ResolutionError,
} from '../../interfaces/errors.js';
import type { SiteHealthQuery, SiteHealthReport } from '../../interfaces/health.js';
import { describeInterface, type InterfaceToken, missingMembers } from '../../interfaces/interface-token.js';
import type { ITypedCache } from '../../interfaces/typed-cache.js';
import { SystemClock } from '../foundation/clock/system-clock.js';
import { requireDurationMs } from '../foundation/options/duration.js';
import { entryLabel } from './entry-name.js';
import { HEALTH_MS, healthReport } from './health/health-report.js';
import { KEY_SPACE_HINT, keySpaceClash } from './load/key-spaces.js';
import { SiteInterior } from './site-interior.js';
import { NOWHERE } from './text/place.js';
import { suggestion } from './text/suggest.js';

const SITE_THERE =
  'expected a container without a component site, got one that has one; load further declarations into that site: ' +
  'loadComponentSite(path, { site: container.get(IComponentSite) })';

/** Options of a `ComponentSite`. */
export interface ComponentSiteOptions {
  /** Container of the application, which keeps owning it. Default: a new one. */
  readonly container?: Container | undefined;
  /** @internal Clock that measures the bound of `close`. Default: the monotonic clock of the machine. */
  readonly clock?: IClock | undefined;
}

/**
 * A component site over an Inversify container; in the container it is bound as `IComponentSite`.
 *
 * @example
 * ```ts
 * import { ComponentSite, ICache, NullCache } from 'inversify-cache';
 *
 * await using site = new ComponentSite();
 * site.registerComponent(ICache, new NullCache(), 'Off');
 *
 * const cache = site.getComponent(ICache, 'Off'); // Throws if there is no such entry.
 * const absent = site.queryComponent(ICache, 'Absent'); // undefined
 * ```
 */
export class ComponentSite implements IComponentSite {
  readonly container: Container;
  readonly #interior: SiteInterior;

  /** @throws {ArgumentError} when the container already has an `IComponentSite`. */
  constructor(options: ComponentSiteOptions = {}) {
    // Destructured here, not in the signature: stripInternal would leave the internal option in the emitted signature.
    const { container = new Container(), clock = new SystemClock() } = options;
    if (container.isCurrentBound(IComponentSite)) throw new ArgumentError(SITE_THERE);
    this.container = container;
    this.#interior = new SiteInterior(this, clock);
    this.registerComponent(IComponentSite, this);
  }

  getComponent<T>(token: TypedCacheToken, name: CacheName<T>): ITypedCache<T>;
  getComponent<Token extends TypedCacheToken>(
    token: Token & IsTypedCacheToken<Token>,
    name?: string,
  ): ITypedCache<unknown>;
  getComponent<T>(token: InterfaceToken<T>, name?: string): T;
  getComponent<T>(token: InterfaceToken<T>, name = ''): T {
    const component = this.queryComponent(token, name);
    if (component === undefined) throw this.#notFound(token, name);
    return component;
  }

  queryComponent<T>(token: TypedCacheToken, name: CacheName<T>): ITypedCache<T> | undefined;
  queryComponent<Token extends TypedCacheToken>(
    token: Token & IsTypedCacheToken<Token>,
    name?: string,
  ): ITypedCache<unknown> | undefined;
  queryComponent<T>(token: InterfaceToken<T>, name?: string): T | undefined;
  queryComponent<T>(token: InterfaceToken<T>, name = ''): T | undefined {
    const named = name === '' ? {} : { name };
    // Inversify remembers a lookup that found nothing, and a named binding that is added later would answer it.
    if (!this.container.isBound(token, named)) return undefined;
    return this.container.get<T>(token, { optional: true, ...named });
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
      throw new ArgumentError(`duplicate entry ${label}, already bound in the container by the application`);
    }
    const clash = keySpaceClash(object, interior.otherComponents(description, name));
    if (clash !== undefined) {
      const issue = { source: label, ...NOWHERE, path: '', message: clash, hint: KEY_SPACE_HINT };
      throw new ConfigurationError('E_CONFIG_SCHEMA', [issue]);
    }
    interior.entries.set({ description, name, component: object });
    return component;
  }

  async health({ within, ...query }: SiteHealthQuery = {}): Promise<SiteHealthReport> {
    const boundMs = within === undefined ? HEALTH_MS : requireDurationMs(within);
    const { closed, entries, clock } = this.#interior;
    if (closed) return { status: 'down', components: [] };
    return healthReport(
      [...entries].filter(({ component }) => component !== this),
      clock,
      { ...query, boundMs },
    );
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
    const list = existing.length === 0 ? 'none' : existing.sort().join(', ');
    return new ComponentNotFoundError(
      `component not found: ${entryLabel(asked, name)}${note}; available: ${list}${hint === undefined ? '' : ` (${hint})`}`,
    );
  }
}

function nameOf(token: InterfaceToken<unknown>): string {
  if (typeof token === 'function') return token.name;
  return describeInterface(token)?.name ?? String(token);
}
