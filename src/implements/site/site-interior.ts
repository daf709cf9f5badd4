import type { Container } from 'inversify';
import type { z } from 'zod';
import type { IClock } from '../../interfaces/clock.js';
import type { IComponentSite } from '../../interfaces/component-site.js';
import { ArgumentError, DisposedError } from '../../interfaces/errors.js';
import { describeInterface, type InterfaceDescription } from '../../interfaces/interface-token.js';
import { type ILogger, ILoggerSite } from '../../interfaces/logger.js';
import { guardedLogger } from '../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../foundation/logger/process-logger-site.js';
import { bounded } from '../foundation/waiting/bounded.js';
import { type BoundEntry, EntryTable } from './entry-table.js';
import { CLOSE_BOUND_MS, closeAll, type RunningComponent } from './load/lifecycle.js';
import type { ExistingEntries } from './load/resolve.js';
import type { MapNode } from './text/node.js';

/** A loaded declaration, kept so that it can be dumped. */
export interface LoadedDeclaration {
  readonly node: MapNode;
  readonly schema: z.ZodType | undefined;
}

/** Result of one load, ready for the site. */
interface Load {
  readonly entries: readonly BoundEntry[];
  /** In build order. */
  readonly components: readonly RunningComponent[];
  readonly declarations: readonly LoadedDeclaration[];
}

const interiors = new WeakMap<IComponentSite, SiteInterior>();

/**
 * The interior of a site.
 *
 * @throws {ArgumentError} for a site of another class, or of another copy of this package.
 */
export function interiorOf(site: IComponentSite): SiteInterior {
  const interior = interiors.get(site);
  if (interior !== undefined) return interior;
  throw new ArgumentError('expected a ComponentSite of this copy of inversify-cache, got a different site');
}

/** State of a component site, and the operations that loads need. Users of the site do not see it. */
export class SiteInterior {
  readonly container: Container;
  readonly clock: IClock;
  readonly entries: EntryTable;
  readonly #running: RunningComponent[] = [];
  readonly #declarations: LoadedDeclaration[] = [];
  readonly #afterClose: (() => Promise<void>)[] = [];
  #closing: Promise<void> | undefined;

  /** @param site  Owner of this interior. */
  constructor(site: IComponentSite, clock: IClock) {
    this.container = site.container;
    this.clock = clock;
    this.entries = new EntryTable(site.container);
    interiors.set(site, this);
  }

  /** Logger that is the default of the site at this moment. */
  get logger(): ILogger {
    return guardedLogger(this.#loggerSite(), 'inversify-cache.component-site');
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** @throws {DisposedError} */
  assertOpen(): void {
    if (this.closed) throw new DisposedError('the component site is closed');
  }

  /** Owners of the entries, for a load. */
  get existing(): ExistingEntries {
    return {
      ownerOf: (interfaceName, name) => {
        const description = describeInterface(interfaceName);
        if (description === undefined) return undefined;
        if (this.entries.get(description, name) !== undefined) return 'site';
        return this.entries.isForeign(description, name) ? 'application' : undefined;
      },
      namesOf: (interfaceName) =>
        [...this.entries]
          .filter(({ description }) => description.name === interfaceName)
          .map(({ name }) => name),
    };
  }

  /** All components that have an entry; one entry may be left out. */
  otherComponents(description?: InterfaceDescription, name?: string): ReadonlySet<object> {
    const others = [...this.entries].filter(
      (entry) => entry.description !== description || entry.name !== name,
    );
    return new Set(others.map(({ component }) => component));
  }

  /** Binds the entries of a load and takes over its components, in one step. */
  commit({ entries, components, declarations }: Load): void {
    for (const entry of entries) this.entries.set(entry);
    this.#running.push(...components);
    this.#declarations.push(...declarations);
  }

  get declarations(): readonly LoadedDeclaration[] {
    return this.#declarations;
  }

  /** Schedules a task for `close`: after the components are closed, before the entries are unbound. */
  afterClose(task: () => Promise<void>): void {
    this.#afterClose.push(task);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { logger } = this;
    await closeAll(this.#running, this.clock, logger);
    const entries = [...this.entries].reverse();
    for (const task of [...this.#afterClose, ...entries.map((entry) => () => this.entries.remove(entry))]) {
      try {
        const inTime = await bounded(this.clock, CLOSE_BOUND_MS, task());
        if (!inTime) logger.warning('an entry was not unbound in time', { boundMs: CLOSE_BOUND_MS });
      } catch (error) {
        logger.error('an entry could not be unbound', {}, error);
      }
    }
  }

  #loggerSite(): ILoggerSite {
    try {
      const bound = this.container.get<ILoggerSite>(ILoggerSite, { optional: true });
      return bound ?? new ProcessLoggerSite(this.clock);
    } catch {
      return new ProcessLoggerSite(this.clock);
    }
  }
}
