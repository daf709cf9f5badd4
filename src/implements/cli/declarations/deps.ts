import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Call } from '../frame/call.js';
import { EXIT } from '../frame/exit-code.js';
import { fileOf } from '../frame/file-of.js';

/** Manifest of this package, as far as it is asked for. */
interface Manifest {
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** Classes that need a package which is not installed with this one. */
const NEEDS: readonly (readonly [peer: string, classes: RegExp])[] = [
  ['redis', /^Redis/],
  ['pino', /^PinoLoggerSite$/],
];

/** Tells which packages the components of a file need, and whether their versions are those that are supported. */
export async function depsCommand(call: Call): Promise<number> {
  const file = await fileOf(call, call.args[0]);
  const { peerDependencies } = JSON.parse(
    await readFile(new URL('package.json', call.home), 'utf8'),
  ) as Manifest;
  let exit: number = EXIT.done;
  for (const [name, wanted] of Object.entries(peerDependencies)) {
    const classes = NEEDS.find(([peer]) => peer === name)?.[1];
    const needed = classes === undefined || file.classes.some((each) => classes.test(each));
    const installed = await installedVersion(call.home, name);
    const fits = installed !== undefined && majorsOf(wanted).has(majorOf(installed));
    if (needed && !fits) exit = EXIT.no;
    const state = fits
      ? 'ok'
      : needed
        ? installed === undefined
          ? 'missing'
          : 'wrong version'
        : 'not needed';
    const remedy = needed && !fits ? `: npm install "${name}@${wanted}"` : '';
    await call.streams.record(
      { package: name, wanted, installed: installed ?? null, needed, ok: !needed || fits },
      `${name} ${wanted}`,
      installed ?? 'not installed',
      `${state}${remedy}`,
    );
  }
  return exit;
}

/** Version of a package as this one would import it. */
async function installedVersion(home: URL, name: string): Promise<string | undefined> {
  try {
    let folder = dirname(createRequire(new URL('package.json', home)).resolve(name));
    for (; folder !== dirname(folder); folder = dirname(folder)) {
      const manifest = await manifestIn(folder);
      if (manifest?.name === name) return manifest.version;
    }
  } catch {
    // Not installed.
  }
  return undefined;
}

async function manifestIn(folder: string): Promise<{ name?: string; version?: string } | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Major versions that a range allows, such as `^9.0.0 || ^10.0.0`. */
function majorsOf(range: string): ReadonlySet<string> {
  return new Set(range.split('||').map((part) => majorOf(part.trim().replace(/^[~^]/, ''))));
}

/** The part of a version that may not differ: the minor one counts, too, before 1.0. */
function majorOf(version: string): string {
  const [major = '', minor = ''] = version.split('.');
  return major === '0' ? `0.${minor}` : major;
}
