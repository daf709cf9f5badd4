import { fork, type ChildProcess as NodeProcess, type Serializable } from 'node:child_process';
import { rememberProcess } from '../redis/server/process-ledger.js';
import { settlesWithin } from '../time/eventually.js';

const STUCK_MS = 60_000;
/** Part of what a process has complained about, for the error that tells its end. */
const COMPLAINT_CHARS = 2000;

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
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    this.#child = child;
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = (complaint + String(chunk)).slice(-COMPLAINT_CHARS);
    });
    if (child.pid !== undefined) rememberProcess(child.pid, folder);
    this.#gone = new Promise((resolve) => child.once('exit', () => resolve()));
    const ready = new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`a process ended with ${code}: ${complaint}`)));
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
