import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { epochMs, type OutageReport, type Part, type Stall, type Turn } from './outage-load.js';
import type { WayName } from './redis-ways.js';
import { table, within } from './rounds.js';

const BEFORE_MS = 5000;
const AFTER_MS = 10_000;
const OUTCOMES = ['answered', 'not-sent', 'unknown', 'refused'];

/** Way to make a server unreachable, and reachable again. */
interface Outage {
  readonly title: string;
  readonly begin: (server: RedisServer) => unknown;
  readonly end: (server: RedisServer) => unknown;
}

const FROZEN: Outage = {
  title: 'frozen',
  begin: (server) => server.freeze(),
  end: (server) => server.thaw(),
};
const KILLED: Outage = {
  title: 'killed',
  begin: (server) => server.kill(),
  end: (server) => server.restart(),
};
/** No outage: a baseline for the machine. */
const NONE: Outage = { title: 'no outage', begin: () => undefined, end: () => undefined };

/**
 * Measures the cost of an outage for the application: 5 000 calls per second (GET and SETEX of 1 KiB in turn) to a
 * server that is frozen, and to a server that is killed and restarted. Each line is measured in a separate process, one
 * after the other.
 */
export async function outage(seconds: number): Promise<void> {
  const rows: (string | number)[][] = [
    [
      '',
      ...OUTCOMES,
      'others',
      'waiting',
      'RSS MiB',
      'stall ms',
      'own',
      'before',
      'own',
      'refused in us',
      'p99',
      'back in s',
    ],
  ];
  const verdicts: string[] = [];
  const ways: readonly WayName[] = ['ours', 'node-redis', 'ioredis'];
  const runs = [FROZEN, KILLED].flatMap((kind) => ways.map((way) => ({ kind, way })));
  for (const { kind, way } of [{ kind: NONE, way: 'ours' as const }, ...runs]) {
    const title = `${way}, ${kind.title}`;
    const report = await endure(way, kind, seconds * 1000);
    rows.push(row(title, report));
    if (way !== 'ours' || kind === NONE) continue;
    const { rssGrowthMiB, stall, recoveredMs } = report;
    verdicts.push(`${title}, growth of RSS in MiB: ${within(rssGrowthMiB, 64)}`);
    verdicts.push(`${title}, longest stall of our making in ms: ${within(stall.ownMs, 50)}`);
    verdicts.push(`${title}, seconds until every call is answered again: ${within(recoveredMs / 1000, 2)}`);
  }
  console.log(`calls of ${seconds} s, 5 000 offered a second; by what became of them`);
  table(rows);
  console.log(
    `waiting: had not ended when the server came back; own: what of a stall the process itself was running for;
before: the same in ${BEFORE_MS / 1000} s before the outage; refused: not sent, or where no error says so, failed`,
  );
  for (const verdict of verdicts) console.log(verdict);
}

async function endure(way: WayName, { begin, end }: Outage, outageMs: number): Promise<OutageReport> {
  const server = await RedisServer.start();
  const main = fileURLToPath(new URL('main.js', import.meta.url));
  const child = fork(main, ['outage-load', way, String(server.port)], {
    serialization: 'advanced', // JSON cannot represent Infinity.
    env: { ...process.env, NODE_NO_WARNINGS: '1' }, // Warnings about the outage are expected.
  });
  const over = async (part: Part, lastsMs: number): Promise<void> => {
    const message = once(child, 'message');
    child.send({ part, at: epochMs(), lastsMs } satisfies Turn);
    await message;
  };
  try {
    await once(child, 'message');
    await over('before', BEFORE_MS);
    const isOver = over('outage', outageMs);
    await begin(server);
    await isOver;
    // Starts before the restart of the server: callers wait for its start too.
    const report = once(child, 'message');
    child.send({ part: 'after', at: epochMs(), lastsMs: AFTER_MS } satisfies Turn);
    await end(server);
    return ((await report) as [OutageReport])[0];
  } finally {
    child.disconnect();
    await server.stop();
  }
}

function row(title: string, report: OutageReport): (string | number)[] {
  const { ends, waiting, rssGrowthMiB, stall, stallBefore, refusedP50Us, refusedP99Us, recoveredMs } = report;
  const others = Object.entries(ends).filter(([end]) => !OUTCOMES.includes(end));
  const stallCells = ({ wallMs, ownMs }: Stall) => [wallMs.toFixed(0), ownMs.toFixed(0)];
  return [
    title,
    ...OUTCOMES.map((end) => ends[end] ?? 0),
    others.map(([end, count]) => `${count} ${end}`).join(', ') || '0',
    waiting,
    rssGrowthMiB.toFixed(1),
    ...stallCells(stall),
    ...stallCells(stallBefore),
    ...[refusedP50Us, refusedP99Us].map((us) => (Number.isNaN(us) ? '-' : us.toFixed(0))),
    recoveredMs <= AFTER_MS ? (recoveredMs / 1000).toFixed(2) : `over ${AFTER_MS / 1000}`,
  ];
}
