import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '../house/command.js';

/**
 * Runs a program in which the package is installed, and returns the chunks that it evaluated, by name, sorted, from
 * V8's coverage.
 *
 * @param file  The program, in a separate folder for each call.
 */
export async function evaluatedBy(file: string, cwd: string): Promise<string[]> {
  const counts = `${file}.coverage`;
  await mustRun(process.execPath, [file], { cwd, env: { NODE_V8_COVERAGE: counts } });
  const chunks = readdirSync(counts).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(counts, name), 'utf8')) as { result: { url: string }[] };
    return result.flatMap(({ url }) => /\/inversify-cache\/dist\/chunks\/(.*)\.js$/.exec(url)?.[1] ?? []);
  });
  return chunks.sort();
}
