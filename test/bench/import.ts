import { spawnSync } from 'node:child_process';
import { against, medians, table } from './rounds.js';

const ROUNDS = 15;
const OURS = `
  const { loadComponentSite } = await import('inversify-cache');
  const site = await loadComponentSite('config/memory.yml');
  await site.close();`;
const THEIRS = `await import('inversify'); await import('zod'); await import('js-yaml');`;

/** The package imported and a memory site loaded, against inversify, zod and js-yaml imported alone. */
export async function importing(): Promise<void> {
  const figures = await medians(
    { ours: () => cpuMs(OURS), theirs: () => cpuMs(THEIRS), node: () => cpuMs('') },
    ROUNDS,
  );
  table([
    ['CPU ms of a process', 'all', 'without Node'],
    ...Object.entries(figures).map(([name, ms]) => [name, ms.toFixed(0), (ms - figures.node).toFixed(0)]),
  ]);
  console.log(
    `times theirs, without Node: ${((figures.ours - figures.node) / (figures.theirs - figures.node)).toFixed(2)}`,
  );
  console.log(`1.5 times theirs over ours: ${against((1.5 * figures.theirs) / figures.ours, 1)}`);
}

function cpuMs(program: string): number {
  const report = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);';
  const args = ['--input-type=module', '-e', `${program}\n${report}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout.trim().split('\n').at(-1));
}
