import { openSync, writeSync } from 'node:fs';
import { RedisCache } from '../../../../src/implements/cache/redis/redis-cache.js';
import { TieredCache } from '../../../../src/implements/cache/tiered/tiered-cache.js';
import { SystemClock } from '../../../../src/implements/foundation/clock/system-clock.js';
import { pause } from '../../../../src/implements/foundation/waiting/pause.js';
import { RedisConnection } from '../../../../src/implements/redis/redis-connection.js';

/** Orders to a process: to report its counts, to stop with changes or with everything, or to read all keys. */
export type NodeOrder = 'stats' | 'quiet' | 'final' | 'stop';

export interface NodeOptions {
  readonly node: string;
  readonly url: string;
  readonly prefix: string;
  readonly coherence: 'bus' | 'tracking' | 'none';
  readonly stalenessMs: number;
  readonly commandTimeoutMs: number;
  /** Keys of all processes, and those that this one writes. */
  readonly keys: readonly string[];
  readonly own: readonly string[];
  /** Version before the first one of this life. */
  readonly firstVersion: number;
  readonly log: string;
}

const PAUSE_MS = 10;
const READS_A_PAUSE = 10;
const PAUSES_A_CHANGE = 20;
const CHANGES_A_REMOVAL = 5;

const clock = new SystemClock();
const options = JSON.parse(process.argv[2] ?? '') as NodeOptions;
const { node, url, prefix, coherence, stalenessMs, commandTimeoutMs, keys, own } = options;
const log = openSync(options.log, 'a');
// The monotonic clock of the kernel is the same for all processes of a machine.
const now = (): number => Number(process.hrtime.bigint()) / 1e6;
const connection = new RedisConnection({ url, commandTimeout: commandTimeoutMs });
const store = new RedisCache({ connection, prefix, failureMode: 'throw' });
const cache = new TieredCache({ l2: store, coherence, stalenessBound: stalenessMs, failureMode: 'throw' });
let version = options.firstVersion;
let changes = true;
let runs = true;

/** Written at once: a process that is killed leaves a complete record. */
function note(call: object): void {
  writeSync(log, `${JSON.stringify({ node, ...call })}\n`);
}

function outcomeOf(error: unknown): string {
  const { outcome } = error as { outcome?: string };
  return outcome ?? 'unknown';
}

function versionOf(key: string, bytes: Uint8Array | null): number | undefined {
  if (bytes === null) return 0;
  const [space, name, text] = Buffer.from(bytes).toString().split(' ');
  return space === prefix && name === key ? Number(text) : undefined;
}

async function read(key: string): Promise<void> {
  const invokedAt = now();
  try {
    const read = versionOf(key, await cache.getValue(key));
    const outcome = read === undefined ? 'foreign' : 'ok';
    note({ kind: 'read', key, version: read ?? 0, invokedAt, completedAt: now(), outcome });
  } catch (error) {
    note({ kind: 'read', key, version: 0, invokedAt, completedAt: now(), outcome: outcomeOf(error) });
  }
}

async function change(key: string): Promise<void> {
  version++;
  const kind = version % CHANGES_A_REMOVAL === 0 ? 'delete' : 'write';
  const own = version;
  const invokedAt = now();
  // Recorded before it is made: others may read it even if this process is killed now.
  note({ kind, key, version: own, invokedAt, completedAt: invokedAt, outcome: 'unknown' });
  let outcome = 'ok';
  try {
    if (kind === 'delete') await cache.deleteValue(key);
    else await cache.setValue(key, Buffer.from(`${prefix} ${key} ${own}`), '10m');
  } catch (error) {
    outcome = outcomeOf(error);
  }
  note({ kind, key, version: own, invokedAt, completedAt: now(), outcome });
}

async function readOn(): Promise<void> {
  for (let at = 0; runs; at++) {
    for (let reads = 0; reads < READS_A_PAUSE; reads++)
      await read(keys[(at * READS_A_PAUSE + reads) % keys.length] ?? '');
    await pause(clock, PAUSE_MS);
  }
}

async function changeOn(): Promise<void> {
  for (let at = 0; runs; at++) {
    await pause(clock, PAUSE_MS * PAUSES_A_CHANGE);
    if (changes) await change(own[at % own.length] ?? '');
  }
}

async function contents(): Promise<readonly number[]> {
  return Promise.all(keys.map(async (key) => versionOf(key, await cache.getValue(key)) ?? -1));
}

process.on('disconnect', () => process.exit());
process.on('message', async (order: NodeOrder) => {
  if (order === 'quiet') changes = false;
  if (order === 'stop') runs = false;
  const answer = order === 'final' ? await contents().catch(() => []) : cache.stats();
  process.send?.(answer);
});
await connection.start();
await cache.start();
process.send?.('ready');
await Promise.all([readOn(), changeOn()]);
