import { z } from 'zod';
import { IClock } from '../../../interfaces/clock.js';
import type { ComponentDefinition, IComponent } from '../../../interfaces/component.js';
import { ILoggerSite } from '../../../interfaces/logger.js';
import type { IMutex, IMutexSite } from '../../../interfaces/mutex.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../../foundation/logger/process-logger-site.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { MemoryLockStore } from './store/memory-lock-store.js';
import { mutexShape } from './mutex-options.js';
import { MutexSpace } from './mutex-space.js';

const declared = z.strictObject(mutexShape).describe('Locks by name, in the memory of this process.');

/** Options of a `MemoryMutexSite` that is constructed in code. */
export interface MemoryMutexSiteOptions extends z.input<typeof declared> {
  /** Default: the machine's monotonic clock. */
  readonly clock?: IClock | undefined;
  /** Default: process warnings. */
  readonly loggerSite?: ILoggerSite | undefined;
}

/**
 * Locks in the memory of this process: for tests, and for applications of one process. They keep the promises of locks in
 * Redis, leases included.
 *
 * @example
 * ```ts
 * const local = new MemoryMutexSite({ expire: '10s', wait: '5s' });
 * ```
 */
export class MemoryMutexSite implements IMutexSite, IComponent {
  static readonly component: ComponentDefinition<typeof declared, MemoryMutexSite> = {
    options: declared,
    create: (site, options) =>
      new MemoryMutexSite({
        ...options,
        clock: site.queryComponent(IClock),
        loggerSite: site.queryComponent(ILoggerSite),
      }),
  };

  readonly #store: MemoryLockStore;
  readonly #space: MutexSpace;

  constructor({ clock = new SystemClock(), loggerSite, ...options }: MemoryMutexSiteOptions = {}) {
    const parsed = parseOptions(declared, 'MemoryMutexSite', options);
    const logger = guardedLogger(
      loggerSite ?? new ProcessLoggerSite(clock),
      'inversify-cache.memory-mutex-site',
    );
    this.#store = new MemoryLockStore(clock);
    this.#space = new MutexSpace(this.#store, clock, logger, { ...parsed, minReplicas: 0 });
  }

  getMutex(name: string): IMutex {
    return this.#space.getMutex(name);
  }

  /** Ends every wait with a `DisposedError`, and forgets every lock. */
  async close(): Promise<void> {
    this.#space.close();
    this.#store.close();
  }
}
