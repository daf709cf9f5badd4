import { RedisServer } from '../support/redis/server/redis-server.js';
import { type Load, LoadProcess, type Measured } from './redis-load.js';
import { WAYS, type WayName } from './redis-ways.js';
import { against, geometricMean, interleaved, median, table } from './rounds.js';

const ROUNDS = 15;
const SIZES = { '100 B': 100, '10 KiB': 10_240 };
const CALLERS = [1, 16, 64, 256];
const NAMES = Object.keys(WAYS) as WayName[];
/** Baseline of the comparison: the fastest configuration of node-redis for single commands. */
const REFERENCE = 'node-redis, timeout 0';

/** Measurements of all clients under one load. */
interface Cell {
  readonly title: string;
  readonly load: Load;
  readonly rounds: Readonly<Record<WayName, Measured[]>>;
}

/**
 * `RedisCache` against clients of Redis, and against a socket without a client: each in a separate process.
 *
 * In one process they would pay for each other's garbage. Reads of 10 KiB allocate few objects besides their bytes, so
 * V8 rarely collects the young generation; the memory outside its heap makes it mark the whole heap instead.
 * node-redis, which allocates the fewest objects, triggers most of that marking, which includes the garbage of the
 * others; compared with it, ioredis looks much faster than it is. `--max-semi-space-size=1` shows that: the marking
 * ends, and with it most of the difference.
 */
export async function redisCache(): Promise<void> {
  const server = await RedisServer.start();
  const processes = {} as Record<WayName, LoadProcess>;
  for (const name of NAMES) processes[name] = await LoadProcess.start(name, server.port);
  const cells: Cell[] = [];
  for (const [size, bytes] of Object.entries(SIZES)) {
    await processes[REFERENCE].run({ verb: 'set', bytes, callers: 16, calls: 1000 });
    for (const verb of ['get', 'set'] as const) {
      const some: Cell[] = [];
      for (const callers of CALLERS) {
        const load = { verb, bytes, callers, calls: callers === 1 ? 2000 : bytes > 1000 ? 6000 : 15_000 };
        const ways = Object.fromEntries(NAMES.map((name) => [name, () => processes[name].run(load)]));
        const rounds = (await interleaved(ways, ROUNDS)) as Record<WayName, Measured[]>;
        some.push({ title: `${verb} ${size}, ${callers} callers`, load, rounds });
      }
      report(`${verb} ${size}`, some);
      cells.push(...some);
    }
  }
  judge(cells);
  for (const one of Object.values(processes)) one.end();
  await server.stop();
}

function report(title: string, cells: readonly Cell[]): void {
  const heading = [
    title,
    'callers',
    'thousand calls/s',
    'p50 us',
    'p99 us',
    'CPU us a call',
    'speed over *',
    'CPU over *',
  ];
  const rows = cells.flatMap((cell) =>
    NAMES.map((name) => {
      const figure = (what: keyof Measured) => median(cell.rounds[name].map((round) => round[what]));
      return [
        name === REFERENCE ? `${name} *` : name,
        cell.load.callers,
        figure('speed').toFixed(1),
        figure('p50Us').toFixed(0),
        figure('p99Us').toFixed(0),
        figure('cpuUs').toFixed(1),
        ratio(cell, name, REFERENCE).toFixed(2),
        ratio(cell, name, REFERENCE, 'cpuUs').toFixed(2),
      ];
    }),
  );
  table([heading, ...rows]);
  console.log();
}

/** Median over the rounds: a machine that slows down for some seconds slows both sides of a round. */
function ratio({ rounds }: Cell, name: WayName, other: WayName, what: 'speed' | 'cpuUs' = 'speed'): number {
  return median(rounds[name].map((one, round) => one[what] / (rounds[other][round] as Measured)[what]));
}

function judge(cells: readonly Cell[]): void {
  const ratios = (name: WayName, other: WayName) => cells.map((cell) => ratio(cell, name, other));
  const range = (figures: readonly number[]) =>
    `geometric mean ${geometricMean(figures).toFixed(2)}, ${Math.min(...figures).toFixed(2)} to ${Math.max(...figures).toFixed(2)}`;
  const ours = ratios('ours', REFERENCE);
  const worst = Math.min(...ours);
  const crowd = (callers: number) =>
    ours[
      cells.findIndex(({ load }) => load.verb === 'get' && load.bytes === 100 && load.callers === callers)
    ];
  console.log(`speed of ours over ${REFERENCE}, geometric mean: ${against(geometricMean(ours), 0.95)}`);
  console.log(`worst cell (${cells[ours.indexOf(worst)]?.title}): ${against(worst, 0.85)}`);
  console.log(`get 100 B, 64 callers: ${against(crowd(64) ?? Number.NaN, 1.3)}`);
  console.log(`get 100 B, 256 callers: ${against(crowd(256) ?? Number.NaN, 2)}`);
  console.log(`${REFERENCE} over itself (the noise): ${range(ratios('the same again', REFERENCE))}`);
  const byHand = ratios('ours', 'MGET by hand');
  const least = Math.min(...byHand);
  console.log(`ours over MGET by hand, ${cells[byHand.indexOf(least)]?.title}: ${against(least, 0.95)}`);
  for (const other of ['node-redis', 'MGET by hand', 'ioredis', 'bare socket'] as const) {
    console.log(`speed of ours over ${other}: ${range(ratios('ours', other))}`);
  }
  // On a machine that others use too, what a call costs is steadier than how soon it ends.
  for (const other of NAMES.slice(1)) {
    console.log(
      `CPU of ours over ${other}: ${range(cells.map((cell) => ratio(cell, 'ours', other, 'cpuUs')))}`,
    );
  }
}
