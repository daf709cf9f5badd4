import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Ledger of the processes that the tests have started, on disk, so that the run that follows a killed worker can end
 * them: one folder per run, named by its leading process, with one file per process.
 */
const LEDGERS = join(tmpdir(), 'inversify-cache-tests');
const VARIABLE = 'TEST_PROCESS_LEDGER';
/** Folder in a ledger for what the workers of a run make together. */
const SHARED = 'shared';

/** Opens the ledger of this run, and sweeps those of runs whose leader is gone. */
export function openLedger(): string {
  mkdirSync(LEDGERS, { recursive: true });
  for (const leader of readdirSync(LEDGERS)) {
    if (!isAlive(Number(leader))) sweep(join(LEDGERS, leader));
  }
  const ledger = join(LEDGERS, String(process.pid));
  mkdirSync(ledger, { recursive: true });
  process.env[VARIABLE] = ledger;
  return ledger;
}

/**
 * Notes a process.
 *
 * @param folder  Temporary folder that only this process works in.
 */
export function rememberProcess(pid: number, folder: string): void {
  const ledger = process.env[VARIABLE];
  if (ledger !== undefined) writeFileSync(join(ledger, String(pid)), folder);
}

/** Folder of this run for what its workers make together, removed with the ledger; `undefined` outside of a run. */
export function sharedFolder(): string | undefined {
  const ledger = process.env[VARIABLE];
  return ledger === undefined ? undefined : join(ledger, SHARED);
}

/**
 * Ends every process of a ledger that still runs, and removes the folders that it worked in.
 *
 * @returns How many still ran.
 */
export function sweep(ledger: string): number {
  let ended = 0;
  for (const name of readdirSync(ledger)) {
    if (name === SHARED) continue;
    const pid = Number(name);
    const folder = readFileSync(join(ledger, name), 'utf8');
    // The pid may belong to another process by now; its working directory tells.
    if (workingFolder(pid) === folder) {
      process.kill(pid, 'SIGKILL');
      ended += 1;
    }
    if (folder.startsWith(join(tmpdir(), 'inversify-cache-')))
      rmSync(folder, { recursive: true, force: true });
  }
  rmSync(ledger, { recursive: true, force: true });
  return ended;
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // The process has ended, or this is not Linux: servers of a killed worker are left to its owner.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
