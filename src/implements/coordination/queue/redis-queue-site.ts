import type { ICodec } from '../../../interfaces/codec.js';
import type {
  ComponentDefinition,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
} from '../../../interfaces/component.js';
import type { HealthQuery } from '../../../interfaces/health.js';
import type { IQueueAdmin, IQueueConsumer, IQueueProducer, IQueueSite } from '../../../interfaces/queue.js';
import type { RedisHealth } from '../../../interfaces/redis-health.js';
import { codecOf, declaredCodec } from '../../foundation/codecs/codec-option.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { defaultsOf } from '../../foundation/options/defaults.js';
import { connected, declaredComponent } from '../../redis/component-connection.js';
import type { ConnectionHandle } from '../../redis/connection-handle.js';
import { QueueSpace } from './queue-space.js';
import {
  type RedisQueueSiteOptions,
  redisQueueSiteSchema,
  type UncheckedQueueSiteOptions,
} from './redis-queue-site-options.js';
import { RedisQueueStore } from './store/redis/redis-queue-store.js';

const DEFAULTS = defaultsOf(redisQueueSiteSchema, ['commandTimeout']);

/**
 * Queues in Redis, shared by all processes with the same prefix. Producing is one round trip, and so is each end of a
 * delivery; calls of one turn share it. An idle consumer is woken by a message, and looks by itself once a second.
 *
 * A site with a connection of its own is started with `start` and closed with `close`; the component site does both.
 *
 * @example
 * ```ts
 * const shared = new RedisQueueSite({ connection, prefix: 'shop:jobs:', codec: 'json' });
 * ```
 */
export class RedisQueueSite implements IQueueSite, IComponent, IKeySpaceOwner {
  static readonly component: ComponentDefinition<typeof redisQueueSiteSchema, RedisQueueSite> = {
    options: redisQueueSiteSchema,
    create: (site, { codec, ...options }, context) => {
      const checked: UncheckedQueueSiteOptions = {
        ...declaredComponent(site, options, context),
        codec: declaredCodec(site, codec),
      };
      return new RedisQueueSite(checked as RedisQueueSiteOptions);
    },
  };

  readonly keySpace: KeySpaceClaim;
  readonly #space: QueueSpace;
  readonly #handle: ConnectionHandle;

  constructor(options: RedisQueueSiteOptions = {}) {
    const { codec, ...given }: UncheckedQueueSiteOptions = options;
    const byName = typeof codec === 'string' ? { codec } : undefined;
    const { connection, handle, timeoutMs, clock, loggerSite, ...parsed } = connected(
      redisQueueSiteSchema,
      'RedisQueueSite',
      { ...given, ...byName },
      { codec: byName === undefined ? codec : undefined },
    );
    const { prefix, codec: chosen, ...rules } = parsed.options;
    const logger = guardedLogger(loggerSite, 'inversify-cache.redis-queue-site');
    const patienceMs = timeoutMs ?? connection.commandTimeoutMs ?? DEFAULTS.commandTimeout;
    const store = new RedisQueueStore({ connection, prefix, clock, logger, rules, timeoutMs, patienceMs });
    this.#space = new QueueSpace({
      ...{ store, clock, logger, rules },
      codec: codecOf(chosen as string | ICodec, 'RedisQueueSite'),
    });
    this.#handle = handle;
    const harm = 'it evicts queues, and the messages that they hold are lost';
    handle.warnOfEviction(logger, harm);
    this.keySpace = handle.claim(prefix);
  }

  getProducer<T = Uint8Array>(queue: string): IQueueProducer<T> {
    return this.#space.getProducer<T>(queue);
  }

  getConsumer<T = Uint8Array>(queue: string): IQueueConsumer<T> {
    return this.#space.getConsumer<T>(queue);
  }

  getAdmin(queue: string): IQueueAdmin {
    return this.#space.getAdmin(queue);
  }

  /** Reports the state of the connection, within 100 ms. Never rejects. */
  health(query?: HealthQuery): Promise<RedisHealth> {
    return this.#handle.health(query);
  }

  async start(): Promise<void> {
    await this.#handle.start();
  }

  /** Ends every consumer, within a second; running handlers have half of it. */
  async close(): Promise<void> {
    await this.#space.close();
    await this.#handle.close();
  }
}
