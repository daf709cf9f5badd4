import { describe, expect, it, onTestFinished } from 'vitest';
import { SystemClock } from '../../../../src/implements/foundation/clock/system-clock.js';
import { pause } from '../../../../src/implements/foundation/waiting/pause.js';
import type { RedisConnectionOptions } from '../../../../src/implements/redis/redis-connection-options.js';
import { ProcessGroup } from '../../../support/processes/process-group.js';
import { keySpace } from '../../../support/redis/server/redis-for-tests.js';
import { RedisServer } from '../../../support/redis/server/redis-server.js';
import { CAMPAIGN_TIMEOUT_MS, times } from '../../../support/redis/stage/runs.js';
import { RedisSentinelRig } from '../../../support/redis/topology/redis-sentinel.js';
import { eventually } from '../../../support/time/eventually.js';
import type { HolderOptions, HolderRecord } from './holder.js';
import { checkLedger, type LedgerFindings } from './ledger.js';

const SCRIPT = 'test/coordination/mutex/campaign/holder.ts';
const SEED = Number(process.env.TEST_CAMPAIGN_SEED ?? 1);
/** Every write is on disk before it is answered. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always'];
const clock = new SystemClock();

interface Plan {
  readonly locks: RedisConnectionOptions;
  readonly processes: number;
  readonly expireMs: number;
  readonly minReplicas?: number;
  /** Faults, which are made in an order of the seed. */
  readonly faults: (group: ProcessGroup) => Readonly<Record<string, () => Promise<unknown>>>;
  /** Brings the servers back after a fault that took too long. */
  readonly repair: () => Promise<boolean>;
  /** Least number of holds, and of faults. */
  readonly holds: number;
  readonly rounds: number;
}

/** Lets processes contend for one lock while faults are made, and checks what they have recorded. */
async function contend(
  plan: Plan,
): Promise<LedgerFindings & { readonly faults: Readonly<Record<string, number>> }> {
  const storage = await RedisServer.start();
  onTestFinished(() => storage.stop());
  const prefix = keySpace();
  const { locks, expireMs, minReplicas = 0 } = plan;
  const where = { host: storage.host, port: storage.port };
  const group = new ProcessGroup(
    SCRIPT,
    (node, log): HolderOptions => ({
      ...{ node, log, locks, storage: where, prefix, expireMs, minReplicas },
      commandTimeoutMs: 1000,
    }),
    SEED,
  );
  onTestFinished(() => group.remove());
  await group.start(plan.processes);
  const faults = Object.entries(plan.faults(group));
  const made: Record<string, number> = {};
  const holds = (): number =>
    new Set((group.records() as HolderRecord[]).map((each) => (each.kind === 'held' ? each.fence : 0))).size;
  for (let round = 0; round < plan.rounds || holds() < plan.holds; round++) {
    const [kind, fault] = faults[round % faults.length] as (typeof faults)[number];
    await pause(clock, group.between(0, times(expireMs, 1500)));
    // Servers that a busy machine does not bring back in time are no breach; the next fault follows when they are back.
    const isMade = await fault().then(
      () => true,
      () => false,
    );
    const name = isMade ? kind : `${kind}, and slow to come back`;
    made[name] = (made[name] ?? 0) + 1;
    if (!isMade) await eventually('the servers are back', plan.repair, { withinMs: 120_000, everyMs: 500 });
  }
  const before = holds();
  await eventually('the lock is handed on after the last fault', () => holds() > before + 3, {
    withinMs: 20_000,
    everyMs: 50,
  });
  await group.order('stop');
  const written = (await storage.cli('LRANGE', `${prefix}{storage}all`, 0, -1)) as Buffer[];
  const findings = checkLedger(
    group.records() as HolderRecord[],
    written.map((fence) => Number(String(fence))),
  );
  if (process.env.TEST_CAMPAIGN !== undefined) {
    process.stdout.write(`seed ${SEED}: ${JSON.stringify({ ...findings, faults: made })}\n`);
  }
  return { ...findings, faults: made };
}

describe('locks of several processes', { timeout: Math.max(CAMPAIGN_TIMEOUT_MS, 60_000) }, () => {
  it('no two processes hold a lock at once, and the storage refuses late writes, whatever is killed and frozen', async () => {
    const server = await RedisServer.start({ args: DURABLE });
    onTestFinished(() => server.stop());
    const expireMs = 250;
    const { breaches, holds } = await contend({
      locks: { host: server.host, port: server.port },
      processes: times(4, 8),
      expireMs,
      holds: times(50, 10_000),
      rounds: times(8, 200),
      repair: async () => {
        await server.restart({ keepsData: true });
        return true;
      },
      faults: (group) => ({
        'holder suspended': () => group.suspendOne(1.5 * expireMs),
        'server frozen': async () => {
          server.freeze();
          await pause(clock, group.between(50, 2 * expireMs));
          server.thaw();
        },
        'holder killed': () => group.killOne(),
        'server killed': () => server.restart({ keepsData: true }),
      }),
    });
    expect(breaches).toEqual([]);
    expect(holds).toBeGreaterThan(50);
  });

  it('no two processes hold a lock that a replica has confirmed, over failovers', async () => {
    const rig = await RedisSentinelRig.start({ replicas: 1 });
    onTestFinished(() => rig.stop());
    const { breaches, holds } = await contend({
      locks: { sentinels: rig.addresses, name: rig.name } as RedisConnectionOptions,
      processes: 4,
      expireMs: 2000,
      minReplicas: 1,
      holds: 10,
      rounds: times(1, 200),
      repair: async () => {
        for (const node of rig.nodes) if (!node.isAlive) await rig.restart(node);
        await rig.settled();
        return true;
      },
      faults: (group) => ({
        'master killed': async () => {
          const former = await rig.master();
          await former.kill();
          await rig.masterAfter(former);
          await rig.restart(former);
          await rig.settled();
        },
        'master demoted': async () => {
          await rig.failover();
        },
        'holder killed and master demoted': async () => {
          await Promise.all([rig.failover(), group.killOne()]);
        },
      }),
    });
    expect(breaches).toEqual([]);
    expect(holds).toBeGreaterThan(10);
  });
});

const held = (node: string, fence: number, at: number): HolderRecord => ({ kind: 'held', node, fence, at });
const write = (fence: number, accepted: boolean): HolderRecord => ({
  kind: 'write',
  node: 'a',
  fence,
  accepted,
  isLate: false,
});
const SOUND = [held('a', 1, 10), held('a', 1, 20), held('b', 2, 21), held('b', 2, 30), held('a', 5, 40)];

describe('ledger of locks', () => {
  it('the ledger of locks accepts holds that follow each other', () => {
    const found = checkLedger([...SOUND, write(1, true), write(1, false)], [1, 1, 2, 5]);
    expect(found).toMatchObject({ breaches: [], holds: 3, accepted: 1, refused: 1 });
  });

  it.each([
    ['two holders at once', [...SOUND, held('b', 4, 39), held('b', 4, 41)], [1, 2]],
    ['a fence that two holders have', [...SOUND, held('b', 5, 50)], [1, 2]],
    ['a fence that does not grow', [...SOUND, held('b', 3, 50)], [1, 2]],
    ['a late write that was accepted', SOUND, [1, 5, 2]],
    ['a write that was refused without a reason', [...SOUND, write(5, false)], [1, 2, 5]],
  ] as const)('the ledger of locks finds %s', (_, records, written) => {
    expect(checkLedger(records, written).breaches).not.toEqual([]);
  });
});
