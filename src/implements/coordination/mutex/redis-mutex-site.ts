import type {
  ComponentDefinition,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
} from '../../../interfaces/component.js';
import type { HealthQuery } from '../../../interfaces/health.js';
import type { IMutex, IMutexSite } from '../../../interfaces/mutex.js';
import type { RedisHealth } from '../../../interfaces/redis-health.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { defaultsOf } from '../../foundation/options/defaults.js';
import { connected, declaredComponent } from '../../redis/component-connection.js';
import type { ConnectionHandle } from '../../redis/connection-handle.js';
import { MutexSpace } from './mutex-space.js';
import {
  type RedisMutexSiteOptions,
  redisMutexSiteSchema,
  type UncheckedMutexSiteOptions,
} from './redis-mutex-site-options.js';
import { RedisLockStore } from './store/redis-lock-store.js';

const DEFAULTS = defaultsOf(redisMutexSiteSchema, ['commandTimeout']);

/**
 * Locks in Redis, shared by all processes with the same prefix. An uncontended lock costs one round trip, and another to
 * release it; a waiter is woken by a message, and looks by itself two to three times a second.
 *
 * A site with a connection of its own is started with `start` and closed with `close`; the component site does both.
 *
 * @example
 * ```ts
 * const shared = new RedisMutexSite({ connection, prefix: 'shop:locks:', expire: '10s' });
 * ```
 */
export class RedisMutexSite implements IMutexSite, IComponent, IKeySpaceOwner {
  static readonly component: ComponentDefinition<typeof redisMutexSiteSchema, RedisMutexSite> = {
    options: redisMutexSiteSchema,
    create: (site, options, context) => {
      const checked: UncheckedMutexSiteOptions = declaredComponent(site, options, context);
      return new RedisMutexSite(checked as RedisMutexSiteOptions);
    },
  };

  readonly keySpace: KeySpaceClaim;
  readonly #space: MutexSpace;
  readonly #store: RedisLockStore;
  readonly #handle: ConnectionHandle;

  constructor(options: RedisMutexSiteOptions = {}) {
    const { connection, handle, timeoutMs, clock, loggerSite, ...parsed } = connected(
      redisMutexSiteSchema,
      'RedisMutexSite',
      options,
    );
    const { prefix, expire, wait, autoExtend, minReplicas } = parsed.options;
    const logger = guardedLogger(loggerSite, 'inversify-cache.redis-mutex-site');
    const patienceMs = timeoutMs ?? connection.commandTimeoutMs ?? DEFAULTS.commandTimeout;
    const store = new RedisLockStore({ connection, prefix, logger, timeoutMs, patienceMs });
    this.#store = store;
    this.#space = new MutexSpace(store, clock, logger, { expire, wait, autoExtend, minReplicas });
    this.#handle = handle;
    const harm = 'it evicts locks, and a second holder gets one that is still held';
    handle.warnOfEviction(logger, harm);
    this.keySpace = handle.claim(prefix);
  }

  getMutex(name: string): IMutex {
    return this.#space.getMutex(name);
  }

  /** Reports the state of the connection, within 100 ms. Never rejects. */
  health(query?: HealthQuery): Promise<RedisHealth> {
    return this.#handle.health(query);
  }

  async start(): Promise<void> {
    await this.#handle.start();
  }

  /** Ends every wait with a `DisposedError`. Locks that are held are free when they are released or their leases end. */
  async close(): Promise<void> {
    await this.#space.close();
    this.#store.close();
    await this.#handle.close();
  }
}
