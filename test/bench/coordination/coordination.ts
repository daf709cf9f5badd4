import { connect } from 'node:net';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import type { Measured } from '../redis-load.js';
import { against, interleaved, median, table } from '../rounds.js';
import { CoordinationProcess } from './coordination-load.js';
import { PEERS, type Task, type WayName } from './coordination-ways.js';

const ROUNDS = 9;
const NAMES: readonly WayName[] = ['ours', 'peer', 'floor'];
const SAMPLE = 50;
/** Ratios to the peer that are wanted of many callers; of one, it is 1. */
const WANTED = { mutex: 2, limiter: 2, produce: 1.5, handle: 1.5, drain: 1.5 };

const TASKS: Readonly<Record<string, Task>> = {
  'acquire and release': { kind: 'mutex', subjects: 1, isDenied: false },
  'consume, 1 subject, allowed': { kind: 'limiter', subjects: 1, isDenied: false },
  'consume, 1 subject, denied': { kind: 'limiter', subjects: 1, isDenied: true },
  'consume, 10 000 subjects, allowed': { kind: 'limiter', subjects: 10_000, isDenied: false },
  'consume, 10 000 subjects, denied': { kind: 'limiter', subjects: 10_000, isDenied: true },
};

const QUEUE_TASKS: Readonly<Record<string, Task>> = {
  produce: { kind: 'produce', subjects: 1, isDenied: false },
  'produce until handled': { kind: 'handle', subjects: 1, isDenied: false },
  'drain a backlog, 64 handlers at once': { kind: 'drain', subjects: 1, isDenied: false },
};

/** Measurements of a load, and the CPU of the server for each call. */
interface Weighed extends Measured {
  readonly serverUs: number;
}

/** Mutex and rate limiter against the best library for each. */
export function coordination(): Promise<void> {
  return compare(TASKS);
}

/** Queues against the best library; with one caller, p50 of a message that is handled is the latency of an idle queue. */
export function queues(): Promise<void> {
  return compare(QUEUE_TASKS);
}

/**
 * Compares with a library, and with bare commands of node-redis that do no more than the task: each in a separate
 * process, one after the other, on one server.
 */
async function compare(tasks: Readonly<Record<string, Task>>): Promise<void> {
  const server = await RedisServer.start();
  const processes = {} as Record<WayName, CoordinationProcess>;
  for (const name of NAMES) processes[name] = await CoordinationProcess.start(name, server.port);
  for (const [title, task] of Object.entries(tasks)) {
    for (const callers of [1, 64]) {
      const load = { task, callers, calls: callers === 1 ? 1000 : 6400 };
      const ways = Object.fromEntries(
        NAMES.map((name) => [name, () => weighed(server, load.calls, () => processes[name].run(load))]),
      );
      const rounds = (await interleaved(ways, ROUNDS)) as Record<WayName, Weighed[]>;
      const rows = [];
      for (const name of NAMES) {
        const sample = () => processes[name].run({ task, callers: 1, calls: SAMPLE });
        rows.push(row(name, task, rounds, (await commandsOf(server.port, sample)) / SAMPLE));
      }
      const heading = [
        `${title}, ${callers} callers`,
        'thousand/s',
        'p50 us',
        'p99 us',
        'CPU us',
        'server us',
        'commands',
      ];
      table([heading, ...rows]);
      const ratio = median(rounds.ours.map(({ speed }, at) => speed / (rounds.peer[at] as Weighed).speed));
      console.log(`ours / ${PEERS[task.kind]}: ${against(ratio, callers === 1 ? 1 : WANTED[task.kind])}\n`);
    }
  }
  for (const one of Object.values(processes)) one.end();
  await server.stop();
}

function row(
  name: WayName,
  { kind }: Task,
  rounds: Readonly<Record<WayName, Weighed[]>>,
  commands: number,
): (string | number)[] {
  const of = (figure: keyof Weighed): number => median(rounds[name].map((each) => each[figure]));
  const label = { ours: 'ours', peer: PEERS[kind], floor: 'bare commands' }[name];
  const figures = [
    of('p50Us').toFixed(0),
    of('p99Us').toFixed(0),
    of('cpuUs').toFixed(1),
    of('serverUs').toFixed(1),
  ];
  return [label, of('speed').toFixed(1), ...figures, commands.toFixed(1)];
}

/** Adds the CPU that the server has used meanwhile: where the machine is shared, it says more than speed. */
async function weighed(server: RedisServer, calls: number, run: () => Promise<Measured>): Promise<Weighed> {
  const usedUs = async (): Promise<number> => {
    const info = await server.text('INFO', 'cpu');
    const seconds = (name: string) => Number(new RegExp(`used_cpu_${name}:([\\d.]+)`).exec(info)?.[1]);
    return (seconds('user') + seconds('sys')) * 1e6;
  };
  const before = await usedUs();
  const found = await run();
  return { ...found, serverUs: ((await usedUs()) - before) / calls };
}

/** Number of commands that clients send meanwhile; MONITOR marks those of scripts. */
async function commandsOf(port: number, work: () => Promise<unknown>): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1');
  });
  await new Promise<void>((resolve) => {
    socket.once('data', () => resolve());
    socket.write('MONITOR\r\n');
  });
  await work();
  socket.destroy();
  const lines = heard.split('\r\n').filter((line) => /^\+\d/.test(line));
  return lines.filter((line) => !/^\S+ \[\d+ lua\]/.test(line) && !line.includes('"PING"')).length;
}
