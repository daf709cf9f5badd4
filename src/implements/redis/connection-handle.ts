import type { KeySpaceClaim } from '../../interfaces/component.js';
import type { HealthQuery } from '../../interfaces/health.js';
import type { ILogger } from '../../interfaces/logger.js';
import type { IRedisConnection } from '../../interfaces/redis-connection.js';
import type { RedisHealth } from '../../interfaces/redis-health.js';
import { EvictionWarning } from './health/eviction-warning.js';

/**
 * Tie of a component to its connection, apart from its calls: it starts and closes one of its own, leaves a
 * shared one to its owner, and passes on the health of both.
 */
export class ConnectionHandle {
  /** The component made the connection, and nobody else uses it. */
  readonly isOwner: boolean;
  readonly #connection: IRedisConnection;
  #eviction: EvictionWarning | undefined;

  constructor(connection: IRedisConnection, isOwner: boolean) {
    this.#connection = connection;
    this.isOwner = isOwner;
  }

  /** Keys that a component with this prefix takes as its own. */
  claim(prefix: string): KeySpaceClaim {
    return Object.freeze({ database: this.#connection.database, prefix });
  }

  /**
   * Warns once, after the start, when the server may evict keys.
   *
   * @param harm  Ends the sentence "its maxmemory-policy is …: when full, ".
   */
  warnOfEviction(logger: ILogger, harm: string): void {
    this.#eviction = new EvictionWarning({ connection: this.#connection, logger, harm });
  }

  health(query?: HealthQuery): Promise<RedisHealth> {
    return this.#connection.health(query);
  }

  async start(): Promise<void> {
    if (this.isOwner) await this.#connection.start();
    this.#eviction?.start();
  }

  async close(): Promise<void> {
    this.#eviction?.close();
    if (this.isOwner) await this.#connection.close();
  }
}
