import type { ILogger } from '../../../interfaces/logger.js';
import type { IRedisConnection } from '../../../interfaces/redis-connection.js';
import type { RedisInfo } from '../../../interfaces/redis-health.js';

export interface EvictionWarningPorts {
  readonly connection: IRedisConnection;
  readonly logger: ILogger;
  /** Harm of a key that is evicted; ends the sentence "its maxmemory-policy is …: when full, ". */
  readonly harm: string;
}

/**
 * Warns a component that keeps more than copies once, when its server may evict keys: as soon as the server answers after
 * the start. A server that does not tell its policy, and one without `maxmemory`, are taken for sound.
 */
export class EvictionWarning {
  readonly #ports: EvictionWarningPorts;
  #forget: (() => void) | undefined;
  #hasAsked = false;

  constructor(ports: EvictionWarningPorts) {
    this.#ports = ports;
  }

  /** Asks when the connection is ready. */
  start(): void {
    const { connection } = this.#ports;
    if (connection.status === 'ready') void this.#ask();
    else
      this.#forget ??= connection.on('status', (status) => {
        if (status === 'ready') void this.#ask();
      });
  }

  close(): void {
    this.#hasAsked = true;
    this.#forget?.();
  }

  async #ask(): Promise<void> {
    if (this.#hasAsked) return;
    this.close();
    const { connection, logger, harm } = this.#ports;
    try {
      const policy = (await connection.info('memory')).map(evictingPolicy).find((each) => each !== undefined);
      if (policy === undefined) return;
      const remedy = 'choose noeviction, or a server of its own';
      logger.warning(
        `${connection.database}: its maxmemory-policy is ${policy}: when full, ${harm}; ${remedy}`,
        {},
      );
    } catch {
      // The access rules may forbid the question.
    }
  }
}

function evictingPolicy({ sections }: RedisInfo): string | undefined {
  const { maxmemory, maxmemory_policy: policy } = sections.memory ?? {};
  return maxmemory === 0 || policy === undefined || policy === 'noeviction' ? undefined : String(policy);
}
