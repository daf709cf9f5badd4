import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '../house/command.js';
import { ROOT } from '../house/source-tree.js';
import { once } from '../support/processes/once.js';

const FOLDER = join(ROOT, 'test/packed');

/** Folder of the other people's tools, installed from their lock file on first use. */
export async function tools(): Promise<string> {
  const modules = join(FOLDER, 'node_modules');
  await once('tools', async () => {
    if (!existsSync(join(modules, '.package-lock.json')))
      await mustRun('npm', ['ci', '--silent'], { cwd: FOLDER });
  });
  return modules;
}
