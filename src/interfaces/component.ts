import type { z } from 'zod';
import type { IComponentSite } from './component-site.js';
import type { Settings } from './config.js';

/**
 * Optional lifecycle methods of a component, in addition to its own interface. A site calls them only on components
 * that it built itself.
 */
export interface IComponent {
  /** Opens the resources of the component. A rejection fails the load of the whole declaration file. */
  start?(): Promise<void>;
  /** Releases the resources that the component opened. Idempotent; the site waits for it at most one second. */
  close?(): Promise<void>;
}

/** The keys of one database that belong to a component. */
export interface KeySpaceClaim {
  /** Database, such as `redis://localhost:6379/0`. Claims can conflict only when this text is the same. */
  readonly database: string;
  /** Prefix of every key of the component; `''` claims the whole database. */
  readonly prefix: string;
}

/**
 * A component that stores keys in a database which others may use too. Within a site, two claims must not conflict:
 * with equal prefixes, or one that starts with the other, each component would read and clear the other's entries.
 */
export interface IKeySpaceOwner {
  readonly keySpace: KeySpaceClaim;
}

/**
 * The static `component` property of a class: its options, and how a declaration builds it.
 * A class without one is built as `new Class(site, options)`, with the options as they were written.
 */
export interface ComponentDefinition<Options extends z.ZodType = z.ZodType, T extends object = object> {
  /** Schema of the options: validates and types them, and is published as JSON Schema for built-in classes. */
  readonly options: Options;
  /** Builds the component without opening anything; `start` does that. */
  create(site: IComponentSite, options: z.output<Options>, context: BuildContext): T | Promise<T>;
}

/** A class that can be passed to a load: it has a static `component`, or takes the site and its options as written. */
export type DeclarableClass =
  | (new (
      site: IComponentSite,
      options: never,
    ) => object)
  | { readonly prototype: object; readonly component: ComponentDefinition };

/** Context of a load, in addition to the declarations. */
export interface BuildContext {
  /** Environment that was passed to the load. Default: that of the process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a file of settings, as `readSettings` does, with the environment of the load. */
  readSettings(path: string, options?: SettingsOptions): Promise<Settings>;
}

/** Options of `readSettings`. */
export interface SettingsOptions {
  /** Format of the file. Default: by its extension (`.yml`, `.yaml`, `.json`). */
  readonly format?: 'yaml' | 'yml' | 'json' | undefined;
  /** Accepts that the file does not exist: there are no settings then. Default: `false`. */
  readonly optional?: boolean | undefined;
}
