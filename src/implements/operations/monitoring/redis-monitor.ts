import { z } from 'zod';
import type { ComponentDefinition, IComponent } from '../../../interfaces/component.js';
import type { HealthQuery } from '../../../interfaces/health.js';
import type { CallOptions } from '../../../interfaces/redis-command.js';
import type { IRedisConnection } from '../../../interfaces/redis-connection.js';
import type { RedisHealth, RedisInfo } from '../../../interfaces/redis-health.js';
import type { IRedisMonitor, RedisLastSave, RedisMemory } from '../../../interfaces/redis-monitor.js';
import {
  type ComponentConnection,
  checkComponentConnection,
  componentConnectionShape,
  connected,
  declaredComponent,
  type UncheckedComponentConnection,
} from '../../redis/component-connection.js';
import type { ConnectionHandle } from '../../redis/connection-handle.js';
import { keysIn, lastSaveIn, memoryIn } from './info-fields.js';

const declared = z
  .strictObject(componentConnectionShape)
  .superRefine(checkComponentConnection)
  .describe('Looks at the servers behind a connection: memory, number of keys, last snapshot, INFO.');

/** Options of a `RedisMonitor` that is constructed in code: over a `connection`, or with one of its own. */
export type RedisMonitorOptions = ComponentConnection;

/**
 * Looks at the servers behind a connection; on a cluster, at every master.
 *
 * @example
 * ```ts
 * const monitor = new RedisMonitor({ connection });
 * ```
 */
export class RedisMonitor implements IRedisMonitor, IComponent {
  static readonly component: ComponentDefinition<typeof declared, RedisMonitor> = {
    options: declared,
    create: (site, options, context) => {
      const checked: UncheckedComponentConnection = declaredComponent(site, options, context);
      return new RedisMonitor(checked as RedisMonitorOptions);
    },
  };

  readonly #connection: IRedisConnection;
  readonly #handle: ConnectionHandle;
  readonly #timeoutMs: number | undefined;

  constructor(options: RedisMonitorOptions = {}) {
    const { connection, handle, timeoutMs } = connected(declared, 'RedisMonitor', options);
    this.#connection = connection;
    this.#handle = handle;
    this.#timeoutMs = timeoutMs;
  }

  info(section?: string, options?: CallOptions): Promise<readonly RedisInfo[]> {
    return this.#connection.info(section, this.#bounded(options));
  }

  async memory(options?: CallOptions): Promise<readonly RedisMemory[]> {
    return (await this.info('memory', options)).map(memoryIn);
  }

  async size(options?: CallOptions): Promise<number> {
    if (!this.#connection.sharded) {
      return Number(await this.#connection.execute(['DBSIZE'], this.#bounded(options)));
    }
    const counts = (await this.info('keyspace', options)).map(keysIn);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async lastSave(options?: CallOptions): Promise<readonly RedisLastSave[]> {
    return (await this.info('persistence', options)).map(lastSaveIn);
  }

  /** Reports the state of the connection, within 100 ms. Never rejects. */
  health(query?: HealthQuery): Promise<RedisHealth> {
    return this.#connection.health(query);
  }

  async start(): Promise<void> {
    await this.#handle.start();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #bounded(options: CallOptions = {}): CallOptions {
    return { timeout: this.#timeoutMs, ...options };
  }
}
