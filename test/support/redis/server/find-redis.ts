import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MISSING =
  'the tests need a Redis: install redis-server 6.2 or later (Debian: apt-get install redis-server), ' +
  'or put it on PATH, or set TEST_REDIS_SERVER to its path, or TEST_REDIS_URL';

/**
 * The program that test servers are started from: `redis-server` on PATH; on Debian 12 else the distribution's
 * package, unpacked below `node_modules/.cache` without root.
 *
 * @throws {Error} with one line that names the package to install.
 */
export function findRedisServer(): string {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, 'redis-server');
    if (isExecutable(path)) return path;
  }
  if (!isDebian12()) throw new Error(MISSING);
  const script = fileURLToPath(new URL('./rootless-redis.sh', import.meta.url));
  const cache = fileURLToPath(new URL('../../../../node_modules/.cache/redis', import.meta.url));
  const { status, stdout, stderr } = spawnSync('bash', [script, cache], { encoding: 'utf8' });
  const path = stdout.trim();
  if (status !== 0 || !isExecutable(path)) {
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    throw new Error(`${MISSING} (unpacking Debian's package failed: ${reason})`);
  }
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isDebian12(): boolean {
  try {
    const release = readFileSync('/etc/os-release', 'utf8');
    return /^ID=debian$/m.test(release) && /^VERSION_ID="12"$/m.test(release);
  } catch {
    return false;
  }
}
