import { type ChildProcess as NodeProcess, fork, type Serializable } from 'node:child_process';
import { rememberProcess } from '../redis/server/process-ledger.js';
import { settlesWithin } from '../time/eventually.js';

const STUCK_MS = 30_000;

/** A process of Node that a test has started, and may suspend or kill. */
export class ChildProcess {
  /** Settles with its first message. */
  readonly ready: Promise<void>;
  readonly #child: NodeProcess;
  readonly #gone: Promise<void>;

  constructor(script: string, folder: string, argument: string) {
    const child = fork(script, [argument], {
      cwd: folder,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    if (child.pid !== undefined) rememberProcess(child.pid, folder);
    this.#gone = new Promise((resolve) => child.once('exit', () => resolve()));
    const ready = new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`a process ended with ${code}`)));
      child.once('message', () => resolve());
    });
    this.ready = settlesWithin(STUCK_MS, 'the start of a process', ready);
  }

  send(message: Serializable): void {
    this.#child.send(message);
  }

  /** Calls a listener with every message. */
  onMessage(listener: (message: unknown) => void): void {
    this.#child.on('message', listener);
  }

  /** Gives an order, and returns the answer; one at a time. */
  async order(order: Serializable): Promise<unknown> {
    const answer = new Promise<unknown>((resolve) => this.#child.once('message', resolve));
    this.#child.send(order);
    return settlesWithin(STUCK_MS, 'the answer of a process', answer);
  }

  suspend(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** As `kill -9` does. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#gone;
  }
}
