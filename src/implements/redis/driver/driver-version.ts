import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Version of a package that was imported, and that is a CommonJS module in a file of its own: read from the manifest
 * above that file, because node-redis does not tell its version.
 *
 * @param whole  Its `module.exports`.
 * @returns `undefined` in a bundle.
 */
export function importedVersion(name: string, whole: unknown): string | undefined {
  try {
    // Not imported, because webpack warns of a createRequire whose argument it cannot evaluate.
    const { createRequire } = process.getBuiltinModule('node:module');
    const loaded = Object.values(createRequire(process.execPath).cache);
    const file = loaded.find((module) => module !== undefined && module.exports === whole)?.filename;
    for (let folder = dirname(file ?? ''); folder !== dirname(folder); folder = dirname(folder)) {
      const manifest = manifestIn(folder);
      if (manifest?.name === name) return manifest.version;
    }
  } catch {
    // A runtime without that cache is like a bundle.
  }
  return undefined;
}

function manifestIn(folder: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return undefined;
  }
}
