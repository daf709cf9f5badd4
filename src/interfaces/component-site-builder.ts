import type { DeclarableClass } from './component.js';
import type { IComponentSite } from './component-site.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/** Format of declarations; `yml` is an alias of `yaml`. */
export type DeclarationFormat = 'yaml' | 'yml' | 'json';

/** Source of a declaration text, and the variables and packages that it may use. */
export interface LoadOptions {
  /** Format of the text. Default: `yaml`, of which JSON is a subset. */
  readonly format?: DeclarationFormat;
  /**
   * Path of the declaration file: names the source in errors, and is the base of relative class paths.
   * Default: none; errors then say `<text>`, and relative class paths are refused.
   */
  readonly base?: string;
  /** Variables for `${env.NAME}`. Default: `process.env`, read when the load begins. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Packages that classes may be loaded from (`some-package#Export`). Default: none. */
  readonly allow?: readonly string[];
  /**
   * Classes of the application by the name that declarations write: `{ Greeter }` for `class: Greeter`. A path as the
   * name (`'./greeter.js#Greeter'`) stands for the file, which is not imported then. A bundle requires it, because its
   * classes have no files of their own. Names of built-in classes are refused. Default: none.
   */
  readonly classes?: Readonly<Record<string, DeclarableClass>>;
}

/**
 * Loads declarations into a component site, and writes them back as text.
 *
 * @example
 * ```ts
 * import { ComponentSiteBuilder } from 'inversify-cache';
 *
 * const builder = new ComponentSiteBuilder();
 * await builder.loads(site, '- class: MemoryCache\n  entries: [{ interface: ICache, name: Memory }]');
 *
 * const declarations = builder.dumps(site); // Declarations of the site, as text that loads again.
 * ```
 */
export interface IComponentSiteBuilder {
  /**
   * Builds, starts and binds every component that the text declares: all of them, or none.
   *
   * All problems of a text are reported at once, each with source, line and column. The error has the code that they
   * share, or `E_CONFIG_SCHEMA` when their codes differ. An error that a component throws while it is built or started
   * is the `cause`.
   *
   * @throws {ConfigurationError} `E_CONFIG_SYNTAX`, `E_CONFIG_ENV`, `E_CONFIG_SCHEMA`, `E_CONFIG_FORMAT`.
   * @throws {ResolutionError} `E_CLASS_UNKNOWN`, `E_INTERFACE_UNKNOWN` or `E_CYCLE`, when all problems have that
   * code; `E_PEER_MISSING`.
   * @throws {ConnectionError} when the server of a component with `required: true` cannot be reached.
   */
  loads(site: IComponentSite, text: string, options?: LoadOptions): Promise<void>;

  /**
   * Returns the declarations loaded into a site, as text that `loads` accepts; paths stay as written. A secret appears
   * as the `${env.…}` that it came from, or as `[redacted]`.
   *
   * @param format  Default: `yaml`.
   */
  dumps(site: IComponentSite, format?: DeclarationFormat): string;
}

export const IComponentSiteBuilder: InterfaceToken<IComponentSiteBuilder> =
  defineInterface<IComponentSiteBuilder>('IComponentSiteBuilder', ['loads', 'dumps']);
