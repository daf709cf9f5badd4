import { Container } from 'inversify';
import type { z } from 'zod';
import type { IClock } from '../../interfaces/clock.js';
import { IComponentSite } from '../../interfaces/component-site.js';
import {
  ArgumentError,
  ComponentNotFoundError,
  ConfigurationError,
  DisposedError,
  ResolutionError,
} from '../../interfaces/errors.js';
import {
  describeInterface,
  type InterfaceDescription,
  type InterfaceToken,
  missingMembers,
} from '../../interfaces/interface-token.js';
import { type ILogger, ILoggerSite } from '../../interfaces/logger.js';
import { SystemClock } from '../foundation/clock/system-clock.js';
import { guardedLogger } from '../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../foundation/logger/process-logger-site.js';
import { bounded } from '../foundation/waiting/bounded.js';
import { type BoundEntry, EntryTable } from './entry-table.js';
import { KEY_SPACE_HINT, keySpaceClash } from './load/key-spaces.js';
import { CLOSE_BOUND_MS, closeAll, type RunningComponent } from './load/lifecycle.js';
import { type ExistingEntries, entryLabel } from './load/resolve.js';
import type { MapNode } from './text/node.js';
import { NOWHERE } from './text/place.js';
import { suggestion } from './text/suggest.js';

/** How a `ComponentSite` is made. */
export interface ComponentSiteOptions {
  /** The application's own container, which stays its property. Default: a new one. */
  readonly container?: Container | undefined;
  /** @internal By which the bound of `close` is measured. Default: the machine's clock. */
  readonly clock?: IClock | undefined;
}

/** A declaration that was loaded, for writing it out again. */
export interface LoadedDeclaration {
  readonly node: MapNode;
  readonly schema: z.ZodType | undefined;
}

/** What one load gives to a site. */
interface Load {
  readonly entries: readonly BoundEntry[];
  /** In build order. */
  readonly components: readonly RunningComponent[];
  readonly declarations: readonly LoadedDeclaration[];
}

/** A component site over an Inversify container; in the container it is bound as `IComponentSite`. */
export class ComponentSite implements IComponentSite {
  readonly container: Container;
  /** @internal */
  readonly clock: IClock;
  readonly #entries: EntryTable;
  readonly #running: RunningComponent[] = [];
  readonly #declarations: LoadedDeclaration[] = [];
  readonly #afterClose: (() => Promise<void>)[] = [];
  #closing: Promise<void> | undefined;

  /** @throws {ArgumentError} when the container has an `IComponentSite` already. */
  constructor(options: ComponentSiteOptions = {}) {
    // Taken apart here: what is internal must not stand in the declaration file, where it is stripped elsewhere.
    const { container = new Container(), clock = new SystemClock() } = options;
    this.container = container;
    this.clock = clock;
    this.#entries = new EntryTable(container);
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
    this.assertOpen();
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
    if (this.#entries.isForeign(description, name)) {
      throw new ArgumentError(
        `expected a free entry, got ${label}, which the application has bound in the container`,
      );
    }
    const clash = keySpaceClash(object, this.componentsBeside(description, name));
    if (clash !== undefined) {
      const issue = { source: label, ...NOWHERE, path: '', message: clash, hint: KEY_SPACE_HINT };
      throw new ConfigurationError('E_CONFIG_SCHEMA', [issue]);
    }
    this.#entries.set({ description, name, component: object });
    return component;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal The default logger of this site at this moment. */
  get logger(): ILogger {
    return guardedLogger(this.#loggerSite(), 'inversify-cache.component-site');
  }

  /** @internal @throws {DisposedError} */
  assertOpen(): void {
    if (this.#closing !== undefined) throw new DisposedError('the component site is closed');
  }

  /** @internal Who has which entries, for a load. */
  get existing(): ExistingEntries {
    return {
      ownerOf: (interfaceName, name) => {
        const description = describeInterface(interfaceName);
        if (description === undefined) return undefined;
        if (this.#entries.get(description, name) !== undefined) return 'site';
        return this.#entries.isForeign(description, name) ? 'application' : undefined;
      },
      namesOf: (interfaceName) =>
        [...this.#entries]
          .filter(({ description }) => description.name === interfaceName)
          .map(({ name }) => name),
    };
  }

  /** @internal Every component that has an entry, one entry left out. */
  componentsBeside(description?: InterfaceDescription, name?: string): ReadonlySet<object> {
    const others = [...this.#entries].filter(
      (entry) => entry.description !== description || entry.name !== name,
    );
    return new Set(others.map(({ component }) => component));
  }

  /** @internal Takes over what a load built and started, in one step. */
  commit({ entries, components, declarations }: Load): void {
    for (const entry of entries) this.#entries.set(entry);
    this.#running.push(...components);
    this.#declarations.push(...declarations);
  }

  /** @internal */
  get declarations(): readonly LoadedDeclaration[] {
    return this.#declarations;
  }

  /** @internal */
  get entries(): Iterable<BoundEntry> {
    return this.#entries;
  }

  /** @internal Has a task run when the components are closed, before the entries are unbound. */
  afterClose(task: () => Promise<void>): void {
    this.#afterClose.push(task);
  }

  async #close(): Promise<void> {
    const { logger } = this;
    await closeAll(this.#running, this.clock, logger);
    const entries = [...this.#entries].reverse();
    for (const task of [...this.#afterClose, ...entries.map((entry) => () => this.#entries.remove(entry))]) {
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
      return this.queryComponent(ILoggerSite) ?? new ProcessLoggerSite(this.clock);
    } catch {
      return new ProcessLoggerSite(this.clock);
    }
  }

  #notFound(token: InterfaceToken<unknown>, name: string): ComponentNotFoundError {
    const asked = nameOf(token);
    const closed = this.#closing === undefined ? '' : ' (the component site is closed)';
    const names = [...this.#entries]
      .filter(({ description }) => description.token === token)
      .map((entry) => entry.name);
    const hint = suggestion(name, names);
    const existing = [...this.#entries]
      .filter(({ component }) => component !== this)
      .map((entry) => entryLabel(entry.description.name, entry.name));
    const list = existing.length === 0 ? 'nothing' : existing.sort().join(', ');
    return new ComponentNotFoundError(
      `component not found: ${entryLabel(asked, name)}${closed}; there is ${list}${hint === undefined ? '' : ` (${hint})`}`,
    );
  }
}

function nameOf(token: InterfaceToken<unknown>): string {
  if (typeof token === 'function') return token.name;
  return describeInterface(token)?.name ?? String(token);
}
