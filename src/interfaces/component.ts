import type { z } from 'zod';
import type { IComponentSite } from './component-site.js';

/**
 * What a component may have beside its own interface, so that the site that built it can run it.
 * Both are optional, and the site calls them only on components that it built itself.
 */
export interface IComponent {
  /** Opens what the component needs. A rejection fails the load of the whole declaration file. */
  start?(): Promise<void>;
  /** Releases what the component opened. Idempotent; the site waits at most one second for it. */
  close?(): Promise<void>;
}

/** Which keys of which database belong to a component. */
export interface KeySpaceClaim {
  /** Which database, such as `redis://localhost:6379/0`: two claims meet only where this is the same text. */
  readonly database: string;
  /** How every key of the component begins; `''` claims the whole database. */
  readonly prefix: string;
}

/**
 * A component whose keys stand in a database that others may use too. Within a site no two claims may meet (equal
 * prefixes, or one the beginning of the other), or each of the two would read and clear the other's entries.
 */
export interface IKeySpaceOwner {
  readonly keySpace: KeySpaceClaim;
}

/**
 * How a class is built from a declaration: its static `component` property.
 * A class without one is built as `new Class(site, options)`, with the options as they were written.
 */
export interface ComponentDefinition<Options extends z.ZodType = z.ZodType, T extends object = object> {
  /** The options, described once: checked, typed, and (for the built-in classes) published as JSON Schema. */
  readonly options: Options;
  /** Builds the component; opens nothing (that is what `start` is for). */
  create(site: IComponentSite, options: z.output<Options>, context: BuildContext): T | Promise<T>;
}

/** What a load knows beside the declarations. */
export interface BuildContext {
  /** The environment that the load was given. Default: that of the process. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
