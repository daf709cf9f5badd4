import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Measured, measured } from '../redis-load.js';
import { type Operation, operationOf, type Task, type WayName } from './coordination-ways.js';

export interface CoordinationLoad {
  readonly task: Task;
  readonly callers: number;
  readonly calls: number;
}

/** One way to coordinate, in a separate process. */
export class CoordinationProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(name: WayName, port: number): Promise<CoordinationProcess> {
    const main = fileURLToPath(new URL('../main.js', import.meta.url));
    const child = fork(main, ['coordination-load', name, String(port)]);
    child.once('exit', (code) => code && process.exit(code));
    await once(child, 'message');
    return new CoordinationProcess(child);
  }

  async run(load: CoordinationLoad): Promise<Measured> {
    const answer = once(this.#child, 'message');
    this.#child.send(load);
    const [found] = (await answer) as [Measured];
    return found;
  }

  end(): void {
    this.#child.disconnect();
  }
}

/** Runs in a child process, until its parent disconnects. */
export async function coordinationLoad([name = '', port = '']: readonly string[]): Promise<void> {
  const operations = new Map<string, Operation>();
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ task, callers, calls }: CoordinationLoad) => {
    const key = JSON.stringify(task);
    const known = operations.get(key);
    const operation = known ?? (await operationOf(name as WayName, Number(port), task, `${name}:${key}:`));
    operations.set(key, operation);
    // Limits that deny are reached, and scripts are loaded, before anything is measured.
    if (known === undefined) {
      await operation.prepare?.(2 * task.subjects);
      for (let index = 0; index < 2 * task.subjects; index++) await operation(index, 0);
    }
    await operation.prepare?.(calls);
    process.send?.(await measured(operation, callers, calls));
  });
  process.send?.('ready');
}
