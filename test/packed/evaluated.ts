import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '../house/command.js';

/** Wings whose modules belong to classes, and grow with them. */
const CLASSES =
  /^implements\/(?:redis|cache|typed-cache|coordination|data|recipes|operations|decorators|adapters)\//;

/** Modules of the package that a process evaluated, by their paths below `dist`. */
export interface Evaluated {
  /** Ports, foundation, site and door: they do not grow with new classes. */
  readonly house: readonly string[];
  readonly classes: readonly string[];
}

/**
 * Runs a program in which the package is installed, and returns the modules that it evaluated, from V8's coverage.
 *
 * @param file  The program, in a separate folder for each call.
 */
export async function evaluatedBy(file: string, cwd: string): Promise<Evaluated> {
  const counts = `${file}.coverage`;
  await mustRun(process.execPath, [file], { cwd, env: { NODE_V8_COVERAGE: counts } });
  const modules = readdirSync(counts).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(counts, name), 'utf8')) as { result: { url: string }[] };
    return result.flatMap(({ url }) => url.split('/node_modules/inversify-cache/dist/')[1] ?? []);
  });
  return {
    house: modules.filter((path) => !CLASSES.test(path)),
    classes: modules.filter((path) => CLASSES.test(path)),
  };
}
