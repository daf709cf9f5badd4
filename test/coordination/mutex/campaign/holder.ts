import { openSync, writeSync } from 'node:fs';
import { RedisMutexSite } from '../../../../src/implements/coordination/mutex/redis-mutex-site.js';
import { SystemClock } from '../../../../src/implements/foundation/clock/system-clock.js';
import { pause } from '../../../../src/implements/foundation/waiting/pause.js';
import { defineScript } from '../../../../src/implements/redis/commands/script.js';
import { RedisConnection } from '../../../../src/implements/redis/redis-connection.js';
import type { RedisConnectionOptions } from '../../../../src/implements/redis/redis-connection-options.js';
import type { MutexLock } from '../../../../src/interfaces/mutex.js';
import type { IRedisConnection } from '../../../../src/interfaces/redis-connection.js';

export interface HolderOptions {
  readonly node: string;
  /** Way to the locks, and to the storage that checks fences. */
  readonly locks: RedisConnectionOptions;
  readonly storage: RedisConnectionOptions;
  readonly prefix: string;
  readonly expireMs: number;
  readonly minReplicas: number;
  readonly commandTimeoutMs: number;
  readonly log: string;
}

/** Something that a process did with the lock; times are of the clock that all processes of a machine share. */
export type HolderRecord =
  /** The lock was held at this time, as its holder saw it. */
  | { readonly kind: 'held'; readonly node: string; readonly fence: number; readonly at: number }
  /** A write to the storage, which accepted or refused it. `isLate`: the lease had ended before it was sent. */
  | {
      readonly kind: 'write';
      readonly node: string;
      readonly fence: number;
      readonly accepted: boolean;
      readonly isLate: boolean;
    }
  | { readonly kind: 'failed'; readonly node: string; readonly code: string };

/** Refuses a smaller fence than the greatest that it has seen, and lists those that it accepts. */
const WRITE = defineScript(`
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
if tonumber(ARGV[1]) < last then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('RPUSH', KEYS[2], ARGV[1])
return 1`);

const LOOKS = 4;
const FAILED_MS = 20;
/** One of so many holders works on after the end of its lease, as one that was paused before its write. */
const CARELESS = 25;

const clock = new SystemClock();
const options = JSON.parse(process.argv[2] ?? '') as HolderOptions;
const { node, prefix, expireMs, minReplicas, commandTimeoutMs } = options;
const log = openSync(options.log, 'a');
const now = (): number => Number(process.hrtime.bigint()) / 1e6;
let runs = true;
let holds = 0;

/** Written at once: a process that is killed leaves a complete record. */
function note(record: HolderRecord): void {
  writeSync(log, `${JSON.stringify(record)}\n`);
}

async function open(to: RedisConnectionOptions): Promise<RedisConnection> {
  const connection = new RedisConnection({
    ...to,
    commandTimeout: commandTimeoutMs,
  } as RedisConnectionOptions);
  await connection.start();
  return connection;
}

/** Looks at the time first: it counts only if the lock is still held afterwards. */
function look(lock: MutexLock): boolean {
  const at = now();
  if (!lock.held) return false;
  note({ kind: 'held', node, fence: lock.fence, at });
  return true;
}

async function write(storage: IRedisConnection, lock: MutexLock): Promise<void> {
  const isLate = !lock.held;
  const keys = [`${prefix}{storage}fence`, `${prefix}{storage}all`];
  try {
    const reply = await storage.script(WRITE, keys, [String(lock.fence)], { timeout: '5s' });
    note({ kind: 'write', node, fence: lock.fence, accepted: reply === 1, isLate });
  } catch {
    // The storage is never disturbed; this process was, and its write may or may not have been made.
  }
}

async function hold(storage: IRedisConnection, lock: MutexLock): Promise<void> {
  holds++;
  for (let looks = 0; looks < LOOKS && look(lock); looks++) await pause(clock, 0);
  await write(storage, lock);
  if (holds % CARELESS === 0) {
    await pause(clock, 2 * expireMs);
    await write(storage, lock);
  }
  look(lock);
  await lock.release();
}

process.on('disconnect', () => process.exit());
process.on('message', (order) => {
  if (order === 'stop') runs = false;
  process.send?.(holds);
});
const storage = await open(options.storage);
const connection = await open(options.locks);
const mutex = new RedisMutexSite({ connection, prefix, minReplicas }).getMutex('one');
process.send?.('ready');
while (runs) {
  try {
    const lock = await mutex.acquire({ expire: expireMs, wait: 1000 });
    if (lock !== undefined) await hold(storage, lock);
  } catch (error) {
    note({ kind: 'failed', node, code: (error as { readonly code?: string }).code ?? String(error) });
    await pause(clock, FAILED_MS);
  }
}
