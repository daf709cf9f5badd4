import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FOLDERS } from './folders.js';

const stryker = fileURLToPath(new URL('node_modules/@stryker-mutator/core/bin/stryker.js', import.meta.url));
const config = fileURLToPath(new URL('stryker.config.js', import.meta.url));
const folders = process.argv.slice(2);
const known = Object.keys(FOLDERS);
const unknown = folders.filter((folder) => !known.includes(folder));

if (folders.length === 0 || unknown.length > 0) {
  const got = folders.length === 0 ? 'nothing' : unknown.join(', ');
  process.stderr.write(`npm run mutate -- <folder …>: expected ${known.join(', ')}; got ${got}\n`);
  process.exitCode = 1;
}
for (const folder of unknown.length === 0 ? folders : []) {
  const env = { ...process.env, MUTATE_FOLDER: folder };
  const { status } = spawnSync(process.execPath, [stryker, 'run', config], { stdio: 'inherit', env });
  if (status !== 0) process.exitCode = 1;
}
