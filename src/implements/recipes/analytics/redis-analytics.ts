import { z } from 'zod';
import type {
  ComponentDefinition,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
} from '../../../interfaces/component.js';
import type { HealthQuery } from '../../../interfaces/health.js';
import type { IRedisConnection, RedisHealth } from '../../../interfaces/redis-connection.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import {
  type ComponentConnection,
  type ComponentConnectionOption,
  checkComponentConnection,
  componentConnectionShape,
  connected,
  declaredComponent,
  prefixOption,
  type UncheckedComponentConnection,
} from '../../redis/component-connection.js';
import { EvictionWarning } from '../../redis/health/eviction-warning.js';
import { analyticsLimits, analyticsShape } from './analytics-options.js';
import { CheckedAnalytics } from './checked-analytics.js';
import { RedisEvents } from './redis/redis-events.js';

const declared = z
  .strictObject({
    ...componentConnectionShape,
    prefix: prefixOption()
      .default('analytics:')
      .describe('Prefix of every key. Components with the same prefix share their counts.'),
    ...analyticsShape,
  })
  .superRefine(checkComponentConnection)
  .describe('Counts of events in Redis, shared by all processes with the same prefix.');

type Written = Omit<z.input<typeof declared>, ComponentConnectionOption>;

/** Options of a `RedisAnalytics` that is constructed in code: over a `connection`, or with one of its own. */
export type RedisAnalyticsOptions = ComponentConnection & Written;

type UncheckedOptions = UncheckedComponentConnection & Written;

/**
 * Counts of events in Redis, shared by all processes: `analytics:{page-view}:2026-11-28` is the count of a day. Every call is
 * one round trip; the clock of the server tells to which minute an event belongs.
 *
 * @example
 * ```ts
 * const shared = new RedisAnalytics({ connection, prefix: 'app:views:', keepDays: '2000d' });
 * ```
 */
export class RedisAnalytics extends CheckedAnalytics implements IComponent, IKeySpaceOwner {
  static readonly component: ComponentDefinition<typeof declared, RedisAnalytics> = {
    options: declared,
    create: (site, options, context) => {
      const checked: UncheckedOptions = declaredComponent(site, options, context);
      return new RedisAnalytics(checked as RedisAnalyticsOptions);
    },
  };

  readonly keySpace: KeySpaceClaim;
  readonly #connection: IRedisConnection;
  /** `undefined` when the connection is shared. */
  readonly #ownConnection: IRedisConnection | undefined;
  readonly #warning: EvictionWarning;

  constructor(options: RedisAnalyticsOptions = {}) {
    const parsed = connected(declared, 'RedisAnalytics', options);
    const { connection, ownConnection, timeoutMs, clock, loggerSite } = parsed;
    const { prefix, ...limits } = parsed.options;
    super(
      new RedisEvents({ connection, prefix, timeoutMs, clock, limits: analyticsLimits(limits) }),
      'RedisAnalytics',
    );
    this.#connection = connection;
    this.#ownConnection = ownConnection;
    const logger = guardedLogger(loggerSite, 'inversify-cache.redis-analytics');
    this.#warning = new EvictionWarning({
      connection,
      logger,
      harm: 'it evicts counts, and they begin at 0 again',
    });
    this.keySpace = Object.freeze({ database: connection.database, prefix });
  }

  /** Reports the state of the connection, within 100 ms. Never rejects. */
  health(query?: HealthQuery): Promise<RedisHealth> {
    return this.#connection.health(query);
  }

  async start(): Promise<void> {
    await this.#ownConnection?.start();
    this.#warning.start();
  }

  override async close(): Promise<void> {
    await super.close();
    this.#warning.close();
    await this.#ownConnection?.close();
  }
}
