import { defineInterface, type InterfaceToken } from './interface-token.js';
import type { CallOptions } from './redis-command.js';
import type { RedisInfo } from './redis-health.js';

/** Memory of one server, as its INFO tells. */
export interface RedisMemory {
  /** Address of the server, such as `127.0.0.1:6379`. */
  readonly node: string;
  readonly usedBytes: number;
  readonly peakBytes: number;
  /** `maxmemory`; `null` when the server has no limit, or does not tell it. */
  readonly maxBytes: number | null;
  /** `maxmemory-policy`, such as `noeviction`; `null` where the server does not tell it. */
  readonly policy: string | null;
}

/** Last snapshot (RDB) of one server. */
export interface RedisLastSave {
  /** Address of the server, such as `127.0.0.1:6379`. */
  readonly node: string;
  /** Unix time in milliseconds, by the clock of the server; of its start when it has saved nothing since. */
  readonly savedAtMs: number;
  /** `false` when the last save in the background failed. */
  readonly succeeded: boolean;
  /** `true` while a save in the background is on its way. */
  readonly inProgress: boolean;
  /** Number of changes since the last save. */
  readonly changes: number;
}

/**
 * Looks at the servers behind a connection; on a cluster, at every master. Nothing is written and no key is read, so that
 * the order of eviction stays as it is, and no answer is longer than the INFO of a server.
 *
 * Every call ends within its timeout, and rejects as one of the connection does: a call that the access rules forbid is
 * `E_OPERATION_REFUSED` with the reason `NOPERM`, and names the user, the command and the rule to add; other calls go on.
 * On a cluster, a master that does not answer fails the call: an answer without it would pass for the whole. So does a
 * server whose INFO lacks a number: 0 would pass for its value.
 *
 * @example
 * ```ts
 * const [memory] = await monitor.memory(); // { node: '127.0.0.1:6379', usedBytes, peakBytes, maxBytes, policy }
 * const keys = await monitor.size();
 * const [saved] = await monitor.lastSave();
 * ```
 */
export interface IRedisMonitor {
  /**
   * Returns the INFO of each server.
   *
   * @param section  Section, such as `memory`. Default: the server's default sections. Without sections when unknown.
   */
  info(section?: string, options?: CallOptions): Promise<readonly RedisInfo[]>;

  /** Returns the memory, its limit and the eviction policy of each server. */
  memory(options?: CallOptions): Promise<readonly RedisMemory[]>;

  /** Returns the number of keys in the database; on a cluster, of all masters together. */
  size(options?: CallOptions): Promise<number>;

  /** Returns the last snapshot of each server. */
  lastSave(options?: CallOptions): Promise<readonly RedisLastSave[]>;
}

export const IRedisMonitor: InterfaceToken<IRedisMonitor> = defineInterface<IRedisMonitor>('IRedisMonitor', [
  'info',
  'memory',
  'size',
  'lastSave',
]);
