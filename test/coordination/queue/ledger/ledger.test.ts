import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it, onTestFinished } from 'vitest';
import { RedisQueueSite } from '../../../../src/implements/coordination/queue/redis-queue-site.js';
import { RedisServer } from '../../../support/redis/server/redis-server.js';
import { CAMPAIGN_TIMEOUT_MS, times } from '../../../support/redis/stage/runs.js';
import { eventually } from '../../../support/time/eventually.js';
import { type LedgerMember, LedgerProgram } from './program.js';

const WORKERS = times(2, 8);
const PRODUCERS = times(2, 4);
const MESSAGES = times(200, 25_000);
const FAULTS = times(4, 300);
const RESUMED_MS = 15_000;

/** A fault, and its end. */
type Fault = (workers: LedgerMember[], program: LedgerProgram, server: RedisServer) => Promise<void>;

async function passed(ms: number): Promise<void> {
  const since = performance.now();
  await eventually(`${ms} ms have passed`, () => performance.now() - since >= ms, { withinMs: ms + 5000 });
}

const faults: readonly Fault[] = [
  async (workers, program) => {
    const [victim] = workers.splice(randomInt(workers.length), 1);
    await victim?.kill();
    workers.push(await program.start({ handle: 4 }));
  },
  async (_workers, _program, server) => {
    server.freeze();
    await passed(700);
    server.thaw();
  },
  async (workers) => {
    const victim = workers[randomInt(workers.length)];
    victim?.suspend();
    await passed(1300);
    victim?.resume();
  },
  async (_workers, _program, server) => {
    await server.kill();
    await server.restart({ keepsData: true });
  },
];

describe('ledger of a queue among processes', () => {
  it('every message that was produced is handled, and consumption resumes after every kill and freeze', {
    timeout: 2 * CAMPAIGN_TIMEOUT_MS,
  }, async () => {
    // A process that is killed loses nothing that it has written, whether it is on the disk yet or not.
    const server = await RedisServer.start({ args: ['--appendonly', 'yes', '--appendfsync', 'no'] });
    const program = new LedgerProgram(server.url);
    onTestFinished(async () => {
      await program.remove();
      await server.stop();
    });
    const workers = await Promise.all(Array.from({ length: WORKERS }, () => program.start({ handle: 4 })));
    const work = { produce: MESSAGES / PRODUCERS, pauseMs: times(10, 5) };
    const producers = await Promise.all(
      Array.from({ length: PRODUCERS }, (_, index) => program.start({ ...work, name: `p${index}` })),
    );
    const probe = await program.start({ produce: 1_000_000, pauseMs: 50, name: 'probe' });
    for (let round = 0; round < FAULTS; round++) {
      await faults[round % faults.length]?.(workers, program, server);
      const before = program.read().handled.size;
      await eventually(
        `messages are handled after fault ${round}`,
        () => program.read().handled.size > before,
        { withinMs: RESUMED_MS, everyMs: 50 },
      );
    }
    await Promise.all(producers.map(({ gone }) => gone));
    await probe.kill();
    const lost = (): string[] => {
      const { produced, handled } = program.read();
      return [...produced].filter((id) => !handled.has(id));
    };
    await eventually('all were handled', () => lost().length === 0, {
      withinMs: RESUMED_MS,
      everyMs: 100,
    });
    assert.ok(program.read().produced.size >= MESSAGES);
    const { host, port } = server;
    const site = new RedisQueueSite({ host, port, prefix: 'q:', commandTimeout: '5s' });
    await site.start();
    const admin = site.getAdmin('ledger');
    const isEmpty = async (): Promise<boolean> => {
      const { ready, delayed, inFlight, dead } = await admin.stats();
      return ready + delayed + inFlight + dead === 0;
    };
    await eventually('nothing is left', isEmpty).finally(() => site.close());
  });
});
