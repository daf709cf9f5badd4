import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WAYS, type Way, type WayName } from './redis-ways.js';

const KEYS = 1000;

/** Load of one process: number of calls, by callers that each wait for a reply before the next call. */
export interface Load {
  readonly verb: 'get' | 'set';
  readonly bytes: number;
  readonly callers: number;
  readonly calls: number;
}

/** Measurements of one load. */
export interface Measured {
  /** Thousands of calls a second. */
  readonly speed: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** CPU of the whole process, collecting garbage included. */
  readonly cpuUs: number;
}

/** One client of Redis in a separate process, with its own garbage and its own JIT profile. */
export class LoadProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(name: WayName, port: number): Promise<LoadProcess> {
    const main = fileURLToPath(new URL('main.js', import.meta.url));
    const child = fork(main, ['redis-load', name, String(port)]);
    await once(child, 'message');
    return new LoadProcess(child);
  }

  async run(load: Load): Promise<Measured> {
    const answer = once(this.#child, 'message');
    this.#child.send(load);
    const [measured] = (await answer) as [Measured];
    return measured;
  }

  end(): void {
    this.#child.disconnect();
  }
}

/** Runs in a child process, until its parent disconnects. */
export async function redisLoad([name = '', port]: readonly string[]): Promise<void> {
  const way = await WAYS[name as WayName](Number(port));
  process.on('disconnect', () => process.exit());
  process.on('message', async (load: Load) => process.send?.(await measure(way, load)));
  process.send?.('ready');
}

async function measure(way: Way, { verb, bytes, callers, calls }: Load): Promise<Measured> {
  const keys = Array.from({ length: KEYS }, (_, index) => `key:${index}`);
  const value = Buffer.alloc(bytes, 7);
  const call = (index: number): Promise<unknown> => {
    const key = keys[index % KEYS] as string;
    return verb === 'get' ? way.get(key) : way.set(key, value);
  };
  return measured(call, callers, calls);
}

/** Measures calls by callers that each wait for a reply before the next call. */
export async function measured(
  call: (index: number, caller: number) => Promise<unknown>,
  callers: number,
  calls: number,
): Promise<Measured> {
  const waitedMs = new Float64Array(calls);
  let next = 0;
  const run = async (_: unknown, caller: number): Promise<void> => {
    while (next < calls) {
      const index = next++;
      const asked = performance.now();
      await call(index, caller);
      waitedMs[index] = performance.now() - asked;
    }
  };
  globalThis.gc?.(); // The garbage of the last load does not count for this one.
  const before = process.cpuUsage();
  const began = performance.now();
  await Promise.all(Array.from({ length: callers }, run));
  const tookMs = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  waitedMs.sort();
  const percentileUs = (share: number) => 1000 * (waitedMs[Math.floor(share * (calls - 1))] as number);
  return {
    speed: calls / tookMs,
    p50Us: percentileUs(0.5),
    p99Us: percentileUs(0.99),
    cpuUs: (user + system) / calls,
  };
}
