import type { Container } from 'inversify';
import type { CacheName } from './cache-name.js';
import type { SiteHealthQuery, SiteHealthReport } from './health.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';
import type { ITypedCache } from './typed-cache.js';

// biome-ignore lint/suspicious/noExplicitAny: the token of typed caches stands for every type of values.
export type TypedCacheToken = InterfaceToken<ITypedCache<any>>;

/** `unknown` for the token of typed caches; `never` for a bare string or symbol, and for a token of `any`. */
export type IsTypedCacheToken<Token> = [TypedCacheToken] extends [Token]
  ? [InterfaceToken<typeof nothing>] extends [Token]
    ? never
    : unknown
  : never;
declare const nothing: unique symbol;

/**
 * A registry of components, looked up by interface and name. It is backed by an Inversify container: components
 * declared here can be injected there, and services bound there by the application can be looked up here.
 *
 * The name `''` (or none) is the default entry of an interface.
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
export interface IComponentSite extends AsyncDisposable {
  /** The Inversify container in which every entry of this site is bound. */
  readonly container: Container;

  /**
   * Returns the component of an entry. A typed cache has values of type `unknown`, unless the call names their type or
   * the name is a `cacheName`.
   *
   * @throws {ComponentNotFoundError} `E_COMPONENT_NOT_FOUND`; the message names the entry and those that exist.
   */
  getComponent<T>(token: TypedCacheToken, name: CacheName<T>): ITypedCache<T>;
  getComponent<Token extends TypedCacheToken>(
    token: Token & IsTypedCacheToken<Token>,
    name?: string,
  ): ITypedCache<unknown>;
  getComponent<T>(token: InterfaceToken<T>, name?: string): T;

  /** Returns the component of an entry, typed as by `getComponent`, or `undefined` when there is none. */
  queryComponent<T>(token: TypedCacheToken, name: CacheName<T>): ITypedCache<T> | undefined;
  queryComponent<Token extends TypedCacheToken>(
    token: Token & IsTypedCacheToken<Token>,
    name?: string,
  ): ITypedCache<unknown> | undefined;
  queryComponent<T>(token: InterfaceToken<T>, name?: string): T | undefined;

  /**
   * Registers a component under an interface and a name, replacing an earlier one of the same entry.
   * The site never closes a component that it did not build; a replaced component is still closed by its creator.
   *
   * @returns The same component.
   * @throws {ArgumentError} `E_ARGUMENT` when the component lacks members of the interface (the message names them), or
   * when the application itself has bound this entry in the container.
   * @throws {ResolutionError} `E_INTERFACE_UNKNOWN` for a token that `defineInterface` did not create.
   * @throws {ConfigurationError} `E_CONFIG_SCHEMA` when its key space conflicts with that of another cache.
   * @throws {DisposedError} `E_DISPOSED` after `close`.
   */
  registerComponent<T>(token: InterfaceToken<T>, component: NoInfer<T>, name?: string): NoInfer<T>;

  /**
   * Reports the health of every entry, within half a second even when a server is frozen. After `close` the site is
   * `down`.
   *
   * @throws {ArgumentError} for an invalid `within`; never for what is wrong with a component.
   */
  health(query?: SiteHealthQuery): Promise<SiteHealthReport>;

  /**
   * Closes the components that this site built, dependents first, each within a second, and unbinds every entry that
   * the site bound. Idempotent; never rejects: a failure to close is logged.
   */
  close(): Promise<void>;
}

export const IComponentSite: InterfaceToken<IComponentSite> = defineInterface<IComponentSite>(
  'IComponentSite',
  ['container', 'getComponent', 'queryComponent', 'registerComponent', 'health', 'close'],
);
