import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '../house/command.js';

/**
 * Runs a program in which the package is installed, and returns the files of `dist` that it evaluated, sorted, from
 * V8's coverage.
 *
 * @param file  The program, in a separate folder for each call.
 */
export async function evaluatedBy(file: string, cwd: string): Promise<string[]> {
  const counts = `${file}.coverage`;
  await mustRun(process.execPath, [file], { cwd, env: { NODE_V8_COVERAGE: counts } });
  const files = readdirSync(counts).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(counts, name), 'utf8')) as { result: { url: string }[] };
    return result.flatMap(({ url }) => url.split('/node_modules/inversify-cache/dist/')[1] ?? []);
  });
  return files.sort();
}
