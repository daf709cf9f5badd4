import type { Container } from 'inversify';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * A place where components are looked up by interface and name. It stands on an Inversify container:
 * what is declared here can be injected there, and what the application binds there can be looked up here.
 *
 * The name `''` (or none) is the default entry of an interface.
 */
export interface IComponentSite extends AsyncDisposable {
  /** Inversify's container, in which every entry of this site is bound. */
  readonly container: Container;

  /**
   * The component of an entry.
   *
   * @throws {ComponentNotFoundError} `E_COMPONENT_NOT_FOUND`; the message names what was asked for and what exists.
   */
  getComponent<T>(token: InterfaceToken<T>, name?: string): T;

  /** The component of an entry, or `undefined` where there is none. */
  queryComponent<T>(token: InterfaceToken<T>, name?: string): T | undefined;

  /**
   * Makes a component available under an interface and a name, in place of an earlier one of the same entry.
   * The site never closes a component that it did not build; one that is replaced is still closed by who made it.
   *
   * @returns The component that was given.
   * @throws {ArgumentError} `E_ARGUMENT` when members of the interface are missing, which the message names, or when
   * the application itself has bound this entry in the container.
   * @throws {ResolutionError} `E_INTERFACE_UNKNOWN` for a token that `defineInterface` did not make.
   * @throws {ConfigurationError} `E_CONFIG_SCHEMA` when its keys and those of another cache would meet.
   * @throws {DisposedError} `E_DISPOSED` after `close`.
   */
  registerComponent<T>(token: InterfaceToken<T>, component: NoInfer<T>, name?: string): NoInfer<T>;

  /**
   * Closes the components that this site built, those that depend on others first, each within a second,
   * and unbinds what the site bound. Idempotent, and it never rejects: what fails to close is logged.
   */
  close(): Promise<void>;
}

export const IComponentSite: InterfaceToken<IComponentSite> = defineInterface<IComponentSite>(
  'IComponentSite',
  ['container', 'getComponent', 'queryComponent', 'registerComponent', 'close'],
);
