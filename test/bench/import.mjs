import { spawnSync } from 'node:child_process';
import { against, medians, table } from './rounds.mjs';

const ROUNDS = 15;
const OURS = `
  const { loadComponentSite } = await import('inversify-cache');
  const site = await loadComponentSite('config/memory.yml');
  await site.close();`;
const THEIRS = `await import('inversify'); await import('zod'); await import('js-yaml');`;
const NOTHING = '';

/** The package imported and a memory site loaded, against inversify, zod and js-yaml imported alone. */
export async function benchImport() {
  const figures = await medians(
    { ours: () => cpuMs(OURS), theirs: () => cpuMs(THEIRS), nothing: () => cpuMs(NOTHING) },
    ROUNDS,
  );
  table([
    ['CPU ms of a process', 'with Node itself', 'without'],
    ...Object.entries(figures).map(([name, ms]) => [name, ms.toFixed(0), (ms - figures.nothing).toFixed(0)]),
  ]);
  console.log(
    `time of theirs, times 1.5, over time of ours: ${against((1.5 * figures.theirs) / figures.ours, 1)}`,
  );
}

function cpuMs(program) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `${program}\nconst { user, system } = process.cpuUsage(); console.log((user + system) / 1000);`,
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return Number(stdout.trim().split('\n').at(-1));
}
