import { spawnSync } from 'node:child_process';

/** First number of the version of the server that tests start, such as 6 of 6.2; for what only newer ones can do. */
export function redisMajor(): number {
  const path = process.env.TEST_REDIS_SERVER;
  if (path === undefined) throw new Error('the global setup of the tests did not find a Redis server');
  process.env.TEST_REDIS_MAJOR ??= majorOf(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout);
  return Number(process.env.TEST_REDIS_MAJOR);
}

/** `Redis server v=6.2.16 sha=…`; Valkey, which began as Redis 7.2, has versions of its own from 7.2 on. */
function majorOf(version: string): string {
  return /\bv=(\d+)\./.exec(version)?.[1] ?? '7';
}
