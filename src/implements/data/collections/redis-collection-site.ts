import type { ICodec } from '../../../interfaces/codec.js';
import type { ICollectionSite } from '../../../interfaces/collection-site.js';
import type {
  ComponentDefinition,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
} from '../../../interfaces/component.js';
import type { ICounter } from '../../../interfaces/counter.js';
import type { IHash } from '../../../interfaces/hash.js';
import type { HealthQuery } from '../../../interfaces/health.js';
import type { IList } from '../../../interfaces/list.js';
import type { RedisHealth } from '../../../interfaces/redis-health.js';
import type { ISet } from '../../../interfaces/set.js';
import type { ISortedSet } from '../../../interfaces/sorted-set.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { codecOf, declaredCodec } from '../../foundation/codecs/codec-option.js';
import { connected, declaredComponent } from '../../redis/component-connection.js';
import type { ConnectionHandle } from '../../redis/connection-handle.js';
import { CollectionSpace } from './handles/collection-space.js';
import { RedisCollections } from './redis/redis-collections.js';
import {
  type RedisCollectionSiteOptions,
  redisCollectionSiteSchema,
  type UncheckedCollectionSiteOptions,
} from './redis-collection-site-options.js';

/**
 * Collections in Redis, as other programs know them: a counter is a string of digits, and every other collection the
 * type of its name. Each call is one command or one script; a pop that waits has a connection to itself meanwhile.
 *
 * @example
 * ```ts
 * const shared = new RedisCollectionSite({ connection, prefix: 'shop:', codec: 'text' });
 * ```
 */
export class RedisCollectionSite implements ICollectionSite, IComponent, IKeySpaceOwner {
  static readonly component: ComponentDefinition<typeof redisCollectionSiteSchema, RedisCollectionSite> = {
    options: redisCollectionSiteSchema,
    create: (site, { codec, ...options }, context) => {
      const checked: UncheckedCollectionSiteOptions = {
        ...declaredComponent(site, options, context),
        codec: declaredCodec(site, codec),
      };
      return new RedisCollectionSite(checked as RedisCollectionSiteOptions);
    },
  };

  readonly keySpace: KeySpaceClaim;
  readonly #handle: ConnectionHandle;
  readonly #store: RedisCollections;
  readonly #space: CollectionSpace;

  constructor({ codec, ...given }: RedisCollectionSiteOptions = {}) {
    const named = typeof codec === 'string';
    const { connection, handle, timeoutMs, clock, loggerSite, ...parsed } = connected(
      redisCollectionSiteSchema,
      'RedisCollectionSite',
      (named ? { ...given, codec } : given) as UncheckedCollectionSiteOptions,
      { codec: named ? undefined : codec },
    );
    const { prefix, maxItems, maxValueBytes, wait } = parsed.options;
    this.#store = new RedisCollections({ connection, prefix, timeoutMs }, clock);
    const ofItems = codecOf(parsed.options.codec as string | ICodec, 'RedisCollectionSite');
    this.#space = new CollectionSpace(this.#store, { codec: ofItems, maxItems, maxValueBytes, wait });
    this.#handle = handle;
    const logger = guardedLogger(loggerSite, 'inversify-cache.redis-collection-site');
    handle.warnOfEviction(logger, 'it evicts collections, and the data that they hold are lost');
    this.keySpace = handle.claim(prefix);
  }

  getCounter(name: string): ICounter {
    return this.#space.getCounter(name);
  }

  getHash<T = Uint8Array>(name: string): IHash<T> {
    return this.#space.getHash(name);
  }

  getList<T = Uint8Array>(name: string): IList<T> {
    return this.#space.getList(name);
  }

  getSet<T = Uint8Array>(name: string): ISet<T> {
    return this.#space.getSet(name);
  }

  getSortedSet<T = Uint8Array>(name: string): ISortedSet<T> {
    return this.#space.getSortedSet(name);
  }

  /** Reports the state of the connection, within 100 ms. Never rejects. */
  health(query?: HealthQuery): Promise<RedisHealth> {
    return this.#handle.health(query);
  }

  async start(): Promise<void> {
    await this.#handle.start();
  }

  /** Ends every wait with a `DisposedError`. */
  async close(): Promise<void> {
    this.#space.close();
    await this.#store.close();
    await this.#handle.close();
  }
}
