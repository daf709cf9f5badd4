import { OperationError } from '../../../interfaces/errors.js';
import type { RedisInfo, RedisInfoSection } from '../../../interfaces/redis-health.js';
import type { RedisLastSave, RedisMemory } from '../../../interfaces/redis-monitor.js';

/** Reads the memory of a server from its INFO. */
export function memoryIn(info: RedisInfo): RedisMemory {
  const memory = sectionOf(info, 'memory');
  const maxBytes = memory.maxmemory;
  const policy = memory.maxmemory_policy;
  return {
    node: info.node,
    usedBytes: numberOf(info, 'memory', 'used_memory'),
    peakBytes: numberOf(info, 'memory', 'used_memory_peak'),
    maxBytes: maxBytes === undefined || maxBytes === 0 ? null : Number(maxBytes),
    policy: policy === undefined ? null : String(policy),
  };
}

/** Reads the number of keys in database 0, the only one of a cluster; a database without keys is not listed. */
export function keysIn(info: RedisInfo): number {
  return Number(/^keys=(\d+)/.exec(String(sectionOf(info, 'keyspace').db0))?.[1] ?? 0);
}

/** Reads the last snapshot of a server, whose times are in seconds. */
export function lastSaveIn(info: RedisInfo): RedisLastSave {
  return {
    node: info.node,
    savedAtMs: numberOf(info, 'persistence', 'rdb_last_save_time') * 1000,
    succeeded: sectionOf(info, 'persistence').rdb_last_bgsave_status === 'ok',
    inProgress: numberOf(info, 'persistence', 'rdb_bgsave_in_progress') === 1,
    changes: numberOf(info, 'persistence', 'rdb_changes_since_last_save'),
  };
}

function sectionOf({ sections }: RedisInfo, name: string): RedisInfoSection {
  return sections[name] ?? {};
}

/** Refuses an INFO without the field, which some services leave out: 0 would pass for its value. */
function numberOf(info: RedisInfo, name: string, field: string): number {
  const value = sectionOf(info, name)[field];
  if (value !== undefined) return Number(value);
  const text = `expected ${field} in the INFO of ${info.node}, got none: this server does not tell it; see what it tells by info()`;
  throw new OperationError('E_OPERATION_REFUSED', text, 'refused');
}
