import { defineInterface, type InterfaceToken } from './component.js';
import type { IComponentSite } from './component-site.js';

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
   * Builds, binds and starts every component that the text declares: all of them, or none.
   *
   * @throws {ConfigurationError} every problem of the text at once, each with source, line and column.
   * @throws {ResolutionError} `E_CLASS_UNKNOWN`, `E_INTERFACE_UNKNOWN`, `E_CYCLE`, `E_PEER_MISSING`.
   * @throws {ConnectionError} when a component with `required: true` cannot be reached.
   */
  loads(site: IComponentSite, text: string, options?: LoadOptions): Promise<void>;

  /**
   * The declarations that were loaded into a site, as text that `loads` accepts.
   * Secrets come back as the `${env.…}` that they came from, or as `[redacted]`.
   *
   * @param format  Default: `yaml`.
   */
  dumps(site: IComponentSite, format?: DeclarationFormat): string;
}

export const IComponentSiteBuilder: InterfaceToken<IComponentSiteBuilder> =
  defineInterface<IComponentSiteBuilder>('IComponentSiteBuilder', ['loads', 'dumps']);
