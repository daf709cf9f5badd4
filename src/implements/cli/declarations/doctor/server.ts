import type { RedisInfo } from '../../../../interfaces/redis-health.js';
import { wallTimeMs } from '../../../foundation/clock/wall-time.js';
import { type Finding, keepersOf, type Patient } from './finding.js';

const FAR_OFF_MS = 1000;

/** Version, role, memory, persistence and clock of every server. */
export async function serverChecks(patient: Patient): Promise<Finding[]> {
  const { connection, signal } = patient;
  const all = await connection.info(undefined, { signal });
  return all.flatMap((info) => [
    versionOf(info),
    roleOf(info),
    modeOf(info, connection.sharded),
    ...memoryOf(info, patient),
    ...persistenceOf(info, patient),
  ]);
}

/** Distance of the clocks, by which TTLs and leases are judged. */
export async function clockCheck({ connection, signal }: Patient): Promise<Finding> {
  const [seconds, micros] = (await connection.execute(['TIME'], { reply: 'text', signal })) as string[];
  const offMs = Math.abs(Number(seconds) * 1000 + Number(micros) / 1000 - wallTimeMs());
  const check = 'clock';
  if (offMs <= FAR_OFF_MS) return { check, status: 'ok', message: 'the clocks agree to a second' };
  const message = `the clock of the server and ours differ by ${Math.round(offMs / 1000)} s`;
  return { check, status: 'warn', cause: 'clock', message, remedy: 'synchronise both clocks by NTP' };
}

/** State of the slots of a cluster. */
export async function clusterCheck({ connection, signal }: Patient): Promise<Finding[]> {
  if (!connection.sharded) return [];
  const text = String(await connection.execute(['CLUSTER', 'INFO'], { reply: 'text', signal }));
  const check = 'cluster';
  const slots = /cluster_slots_ok:(\d+)/.exec(text)?.[1] ?? '0';
  if (/cluster_state:ok/.test(text)) return [{ check, status: 'ok', message: `${slots} slots are served` }];
  const message = `the cluster is down: ${slots} of 16384 slots are served`;
  const remedy = 'bring back the masters of the other slots';
  return [{ check, status: 'fail', cause: 'cluster-down', message, remedy }];
}

function versionOf({ node, sections: { server = {} } }: RedisInfo): Finding {
  const { server_name: name, valkey_version: valkey, redis_version: redis } = server;
  const message =
    valkey === undefined
      ? `${node} runs Redis ${redis ?? '?'}`
      : `${node} runs ${name ?? 'Valkey'} ${valkey}`;
  return { check: 'version', status: 'ok', message };
}

function roleOf({ node, sections: { replication = {} } }: RedisInfo): Finding {
  const check = 'role';
  if (replication.role !== 'slave') return { check, status: 'ok', message: `${node} is a master` };
  const message = `${node} is a replica, which refuses writes`;
  return {
    check,
    status: 'fail',
    cause: 'read-only',
    message,
    remedy: 'name the master, or the Sentinels that know it',
  };
}

function modeOf({ node, sections: { cluster = {} } }: RedisInfo, sharded: boolean): Finding {
  const check = 'mode';
  if (cluster.cluster_enabled !== 1 || sharded) return { check, status: 'ok', message: 'as declared' };
  const message = `${node} is a node of a cluster, and declared as a single server`;
  return { check, status: 'fail', cause: 'mode', message, remedy: 'declare nodes in place of host or url' };
}

function memoryOf({ node, sections: { memory = {} } }: RedisInfo, { users }: Patient): Finding[] {
  const check = 'memory';
  const { maxmemory, maxmemory_policy: policy = 'noeviction', used_memory: used = 0 } = memory;
  if (typeof maxmemory !== 'number') return [];
  if (maxmemory === 0) {
    const remedy = 'set maxmemory below the memory of its machine';
    return [{ check, status: 'warn', cause: 'no-maxmemory', message: `${node} has no maxmemory`, remedy }];
  }
  const keepers = keepersOf(users);
  if (policy !== 'noeviction' && keepers.length > 0) {
    const message = `maxmemory-policy of ${node} is ${policy}: when full, it evicts keys of ${keepers.join(', ')}`;
    const remedy = 'choose noeviction, or a server of their own';
    return [{ check, status: 'fail', cause: 'evicting', message, remedy }];
  }
  if (policy === 'noeviction' && Number(used) >= maxmemory) {
    const remedy = 'raise maxmemory, or choose an evicting policy for a server of caches';
    const message = `${node} is full, and refuses writes (OOM)`;
    return [{ check, status: 'fail', cause: 'memory-full', message, remedy }];
  }
  if (policy === 'noeviction' && keepers.length === 0) {
    const message = `maxmemory-policy of ${node} is noeviction: when full, caches fail to store`;
    return [
      { check, status: 'warn', cause: 'noeviction', message, remedy: 'choose allkeys-lru or allkeys-lfu' },
    ];
  }
  return [{ check, status: 'ok', message: `maxmemory is set, and its policy ${policy} fits` }];
}

function persistenceOf({ node, sections: { persistence = {} } }: RedisInfo, { users }: Patient): Finding[] {
  const check = 'persistence';
  if (persistence.rdb_last_bgsave_status === 'err') {
    const message = `the last snapshot of ${node} failed: it may refuse writes (MISCONF)`;
    return [
      { check, status: 'fail', cause: 'snapshot', message, remedy: 'see disk space and rights of its dir' },
    ];
  }
  const keepers = keepersOf(users);
  if (keepers.length === 0 || persistence.aof_enabled !== 0) {
    return [{ check, status: 'ok', message: 'as its components need' }];
  }
  const message = `${node} has no append-only file: a crash loses the newest keys of ${keepers.join(', ')}`;
  return [{ check, status: 'warn', cause: 'no-aof', message, remedy: 'set appendonly yes' }];
}
