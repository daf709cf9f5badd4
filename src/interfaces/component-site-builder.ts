import type { IComponentSite } from './component-site.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/** How declarations are written; `yml` is another name of `yaml`. */
export type DeclarationFormat = 'yaml' | 'yml' | 'json';

/** Where the text of declarations stands, and what it may use. */
export interface LoadOptions {
  /** Format of the text. Default: `yaml` (which JSON is a part of). */
  readonly format?: DeclarationFormat;
  /**
   * Path of the declaration file: names the source in errors, and is where relative class paths start.
   * Default: none; errors then say `<text>`, and relative class paths are refused.
   */
  readonly base?: string;
  /** The variables that `${env.NAME}` reads. Default: `process.env`, read when the load begins. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Packages from which classes may be loaded (`some-package#Export`). Default: none. */
  readonly allow?: readonly string[];
}

/** Reads declarations into a component site, and writes them out again. */
export interface IComponentSiteBuilder {
  /**
   * Builds, starts and binds every component that the text declares: all of them, or none.
   *
   * All problems of a text are reported at once, each with source, line and column. The error has the code that they
   * share, and `E_CONFIG_SCHEMA` where they differ. What a component itself throws while it is built or started is
   * the `cause`.
   *
   * @throws {ConfigurationError} `E_CONFIG_SYNTAX`, `E_CONFIG_ENV`, `E_CONFIG_SCHEMA`, `E_CONFIG_FORMAT`.
   * @throws {ResolutionError} `E_CLASS_UNKNOWN`, `E_INTERFACE_UNKNOWN` or `E_CYCLE`, when all problems are of this
   * kind; `E_PEER_MISSING`.
   * @throws {ConnectionError} when a component with `required: true` cannot be reached.
   */
  loads(site: IComponentSite, text: string, options?: LoadOptions): Promise<void>;

  /**
   * The declarations that were loaded into a site, as text that `loads` accepts; paths are as they were written.
   * Secrets come back as the `${env.…}` that they came from, or as `[redacted]`.
   *
   * @param format  Default: `yaml`.
   */
  dumps(site: IComponentSite, format?: DeclarationFormat): string;
}

export const IComponentSiteBuilder: InterfaceToken<IComponentSiteBuilder> =
  defineInterface<IComponentSiteBuilder>('IComponentSiteBuilder', ['loads', 'dumps']);
