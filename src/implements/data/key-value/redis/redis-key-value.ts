import { z } from 'zod';
import type {
  ComponentDefinition,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
} from '../../../../interfaces/component.js';
import type { HealthQuery } from '../../../../interfaces/health.js';
import type { RedisHealth } from '../../../../interfaces/redis-health.js';
import { guardedLogger } from '../../../foundation/logger/guarded-logger.js';
import { maxValueBytesOption, sizeOption } from '../../../foundation/options/size.js';
import {
  type ComponentConnection,
  type ComponentConnectionOption,
  checkComponentConnection,
  componentConnectionShape,
  connected,
  declaredComponent,
  prefixOption,
  type UncheckedComponentConnection,
} from '../../../redis/component-connection.js';
import type { ConnectionHandle } from '../../../redis/connection-handle.js';
import { KeySpace } from '../../../redis/keys/key-space.js';
import { CheckedKeyValue } from '../checked-key-value.js';
import { RedisValueStore } from './redis-value-store.js';

const declared = z
  .strictObject({
    ...componentConnectionShape,
    prefix: prefixOption()
      .default('')
      .describe(
        'Prefix of every key, used as it is. `clear()`, and `keys()` without a pattern, require one.',
      ),
    maxValueBytes: maxValueBytesOption(),
    chunk: sizeOption()
      .optional()
      .describe(
        'Size above which a value is stored in parts of that size, in a hash: other programs read it field by field. Default: never.',
      ),
  })
  .superRefine(checkComponentConnection)
  .describe('Values by key in Redis, as other programs read and write them.');

type Written = Omit<z.input<typeof declared>, ComponentConnectionOption>;

/** Options of a `RedisKeyValue` that is constructed in code: over a `connection`, or with one of its own. */
export type RedisKeyValueOptions = ComponentConnection & Written;

type UncheckedOptions = UncheckedComponentConnection & Written;

/**
 * Values by key in Redis, shared by all processes, and by other programs: a value is a string of Redis under `prefix` and
 * key. Every call is one round trip (`getMany` another for keys that are absent; `keys`, `count`, `clear` and `deleteMatching`
 * one for each page; on a cluster one for each slot, at once); reads ask the master.
 *
 * @example
 * ```ts
 * const shared = new RedisKeyValue({ connection, prefix: 'shop:', chunk: '1MiB' });
 * ```
 */
export class RedisKeyValue extends CheckedKeyValue implements IComponent, IKeySpaceOwner {
  static readonly component: ComponentDefinition<typeof declared, RedisKeyValue> = {
    options: declared,
    create: (site, options, context) => {
      const checked: UncheckedOptions = declaredComponent(site, options, context);
      return new RedisKeyValue(checked as RedisKeyValueOptions);
    },
  };

  readonly keySpace: KeySpaceClaim;
  readonly #handle: ConnectionHandle;

  constructor(options: RedisKeyValueOptions = {}) {
    const parsed = connected(declared, 'RedisKeyValue', options);
    const { connection, handle, timeoutMs, loggerSite } = parsed;
    const { prefix, maxValueBytes, chunk: chunkBytes = Number.POSITIVE_INFINITY } = parsed.options;
    const keySpace = new KeySpace(prefix);
    const store = new RedisValueStore({ connection, keySpace, timeoutMs, chunkBytes });
    super(store, 'RedisKeyValue', maxValueBytes);
    this.#handle = handle;
    const logger = guardedLogger(loggerSite, 'inversify-cache.redis-key-value');
    handle.warnOfEviction(logger, 'it evicts values that are no copies');
    this.keySpace = handle.claim(prefix);
  }

  /** Reports the state of the connection, within 100 ms. Never rejects. */
  health(query?: HealthQuery): Promise<RedisHealth> {
    return this.#handle.health(query);
  }

  async start(): Promise<void> {
    await this.#handle.start();
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#handle.close();
  }
}
