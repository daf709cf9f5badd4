import { realpath } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, resolve, sep } from 'node:path';
import { packageEntry } from './package-entry.js';

/** Reason why a class cannot be loaded. */
export interface ClassProblem {
  readonly message: string;
  readonly hint?: string | undefined;
  /** Error of the module, when it was found but failed to load. */
  readonly cause?: unknown;
}

/** Sources from which modules may be loaded. */
export interface ModuleSources {
  /** Path of the declaration file. */
  readonly base: string | undefined;
  /** Packages that may be loaded. */
  readonly allow: readonly string[];
}

/** Locates the file of a module, or says why it may not be loaded. Evaluates nothing. */
export async function moduleFile(
  specifier: string,
  { base, allow }: ModuleSources,
): Promise<string | ClassProblem> {
  const refuse = (got: string, hint: string): ClassProblem => ({
    message: `expected a class that may be loaded, got ${got}`,
    hint,
  });
  const segments = specifier.split(/[\\/]/);
  if (specifier.startsWith('./') && !segments.includes('..') && !specifier.includes('\0')) {
    return base === undefined
      ? refuse('a relative path without a declaration file', 'pass base, the path that it is relative to')
      : locateBeside(specifier, base);
  }
  const packageName = /^(?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*(?=\/|$)/.exec(specifier)?.[0];
  if (packageName === undefined || segments.includes('..') || isBuiltin(specifier)) {
    return refuse(`the module ${JSON.stringify(specifier)}`, 'write ./file.mjs#Export or package#Export');
  }
  if (!allow.includes(packageName)) {
    return refuse(`the package ${packageName}`, `allow it: { allow: ['${packageName}'] }`);
  }
  if (base === undefined) {
    return refuse('a package without a declaration file', 'pass base, the path that it is looked up from');
  }
  const file = await packageEntry(specifier, packageName, base);
  const hint = 'install the package, or correct the name; only what a package exports can be loaded';
  return file ?? { message: `the module ${specifier} was not found`, hint };
}

/**
 * Locates a file inside the folder of the declaration file; links are followed. Programs that run from their TypeScript
 * sources have `greeter.ts` where the declaration names `greeter.js`, as `import` in TypeScript does.
 */
async function locateBeside(specifier: string, base: string): Promise<string | ClassProblem> {
  const notFound: ClassProblem = {
    message: `the module ${specifier} was not found`,
    hint: 'the path is relative to the declaration file',
  };
  const folder = await realpath(dirname(resolve(base))).catch(() => undefined);
  if (folder === undefined) return notFound;
  for (const candidate of new Set([specifier, sourceOf(specifier)])) {
    const file = await realpath(resolve(folder, candidate)).catch(() => undefined);
    if (file === undefined) continue;
    if (file.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return file;
    return {
      message: `expected a class that may be loaded, got ${specifier}, which is outside the folder of the declaration file`,
      hint: 'move it into that folder',
    };
  }
  return notFound;
}

/** The TypeScript source that a JavaScript file may have been compiled from. */
function sourceOf(file: string): string {
  return file.replace(/(?<=\.[cm]?)js$/, 'ts');
}
