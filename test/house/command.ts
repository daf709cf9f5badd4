import { type ChildProcess, spawn } from 'node:child_process';
import { rememberProcess } from '../support/redis/server/process-ledger.js';

/** Result of a process. */
export interface Ended {
  /** Exit code; `null` when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd: string;
  /** On top of a clean environment: no variable of the test run except `PATH` and `HOME`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A running process, and its output so far. */
export interface Running {
  readonly child: ChildProcess;
  readonly stdout: string;
  /** Settles when the process has ended and all that it wrote was read. */
  readonly ended: Promise<Ended>;
}

/** Starts a program, as a user would from a shell. */
export function start(command: string, args: readonly string[], { cwd, env }: CommandOptions): Running {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(command, args, { cwd, env: { PATH, HOME, NO_COLOR: '1', ...env } });
  if (child.pid !== undefined) rememberProcess(child.pid, cwd);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    child,
    ended,
    get stdout() {
      return stdout;
    },
  };
}

/** Runs a program to its end. */
export function run(command: string, args: readonly string[], options: CommandOptions): Promise<Ended> {
  return start(command, args, options).ended;
}

/** Runs a program that must succeed. @returns What it wrote to its standard output. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}
