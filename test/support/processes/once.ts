import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder } from '../redis/server/process-ledger.js';
import { eventually } from '../time/eventually.js';

/** Bound of a wait for another worker, on a busy machine too. */
const WITHIN_MS = 110_000;

/**
 * Lets one worker of this run do a piece of work, for which the others wait.
 *
 * @param work  Gets a new folder, which lives as long as the run.
 * @returns That folder.
 * @throws when the work has failed, in whichever worker.
 */
export async function once(name: string, work: (folder: string) => Promise<void>): Promise<string> {
  const shared = sharedFolder();
  if (shared === undefined) throw new Error('expected a run of the tests (test/support/global-setup.ts)');
  const folder = join(shared, name);
  const report = join(shared, `${name}.ended`);
  mkdirSync(shared, { recursive: true });
  if (isFirst(folder)) {
    let failure = '';
    try {
      await work(folder);
    } catch (error) {
      failure = String(error) || 'no reason given';
    }
    writeFileSync(report, failure);
  }
  await eventually(`${name} is done`, () => existsSync(report), { withinMs: WITHIN_MS, everyMs: 50 });
  const failure = readFileSync(report, 'utf8');
  if (failure !== '') throw new Error(`${name}: ${failure}`);
  return folder;
}

/** Makes a folder, unless another worker has. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
