import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { mustRun } from '../house/command.js';
import { ROOT } from '../house/source-tree.js';
import { once } from '../support/processes/once.js';

const FOLDER = join(ROOT, 'test/ecosystem');

/** Loads a package of other people, installed from the lock file of this folder on first use. */
export async function otherPackage<T>(name: string): Promise<T> {
  await once('ecosystem', async () => {
    if (!existsSync(join(FOLDER, 'node_modules/.package-lock.json')))
      await mustRun('npm', ['ci', '--silent', '--ignore-scripts'], { cwd: FOLDER });
  });
  return createRequire(join(FOLDER, 'package.json'))(name) as T;
}
