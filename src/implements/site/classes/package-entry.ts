import { readFile, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Value of `exports` in the manifest of a package. */
type Exports = string | null | { readonly [key: string]: Exports } | readonly Exports[];

const CONDITIONS = new Set(['node', 'import', 'module-sync', 'default']);

/**
 * Locates the file that `import` of a specifier loads, seen from a file that need not be a module.
 *
 * Node resolves `import` only relative to a module, and `require` by other conditions. So `exports` is read here, and
 * packages without it are left to `require`.
 *
 * @returns `undefined` when the package is not installed or has no such entry.
 */
export async function packageEntry(
  specifier: string,
  packageName: string,
  base: string,
): Promise<string | undefined> {
  // Imported here, because webpack warns of a createRequire whose argument it cannot evaluate.
  const { createRequire } = await import('node:module');
  const require = createRequire(resolve(base));
  for (const folder of require.resolve.paths(specifier) ?? []) {
    const home = join(folder, packageName);
    const manifest = await readManifest(home);
    if (manifest?.exports === undefined) continue;
    const entry = entryOf(manifest.exports, `.${specifier.slice(packageName.length)}`);
    if (entry === undefined) break;
    return realpath(join(home, entry)).catch(() => undefined);
  }
  try {
    return require.resolve(specifier);
  } catch {
    return undefined;
  }
}

async function readManifest(home: string): Promise<{ exports?: Exports } | undefined> {
  try {
    return JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param subpath  Such as `.` or `./extra`. */
function entryOf(exports: Exports, subpath: string): string | undefined {
  const hasSubpaths = isMap(exports) && Object.keys(exports).some((key) => key.startsWith('.'));
  if (!hasSubpaths) return subpath === '.' ? target(exports) : undefined;
  return Object.hasOwn(exports, subpath) ? target(exports[subpath]) : undefined;
}

/** Target of the first condition that holds, in the order of Node. */
function target(exports: Exports | undefined): string | undefined {
  if (typeof exports === 'string') return exports.startsWith('./') ? exports : undefined;
  if (Array.isArray(exports)) return exports.map(target).find((found) => found !== undefined);
  if (!isMap(exports)) return undefined;
  for (const [condition, value] of Object.entries(exports)) {
    const found = CONDITIONS.has(condition) ? target(value) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isMap(exports: Exports | undefined): exports is { readonly [key: string]: Exports } {
  return typeof exports === 'object' && exports !== null && !Array.isArray(exports);
}
