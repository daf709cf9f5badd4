import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { main } from '../../../src/implements/cli/main.js';
import { ROOT } from '../../house/source-tree.js';

/** One line of the doctor, as JSON. */
export interface Line {
  readonly connection: string;
  readonly check: string;
  readonly status: string;
  readonly cause: string | null;
  readonly message: string;
  readonly remedy: string | null;
}

/** Answer of the doctor. */
export interface Answer {
  readonly exit: number;
  readonly lines: readonly Line[];
  readonly text: string;
}

/** Runs a command over declarations. */
export async function examine(yaml: string, words: readonly string[] = ['--json']): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'inversify-cache-doctor-'));
  try {
    const file = join(folder, 'cache.yml');
    writeFileSync(file, yaml);
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    let text = '';
    for (const stream of [stdout, stderr]) stream.on('data', (chunk) => (text += String(chunk)));
    const exit = await main(['doctor', file, ...words], {
      streams: { stdin, stdout, stderr },
      env: {},
      home: pathToFileURL(`${ROOT}/`),
      version: '0',
      signal: new AbortController().signal,
    });
    const lines = words.includes('--json')
      ? text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Line)
      : [];
    return { exit, lines, text };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Declaration of one component in Redis with these options, one a line. */
export function declared(className: string, port: string, ...options: readonly string[]): string {
  const lines = [`- class: ${className}`, `entries: [{ interface: ${port} }]`, ...options];
  return `${lines.join('\n  ')}\n`;
}

/** Asserts that the doctor found one fault of this check, with something to do about it. */
export function assertFault({ exit, lines, text }: Answer, check: string, cause: string, says: RegExp): void {
  const found = lines.find((line) => line.check === check && line.cause === cause);
  assert.ok(found !== undefined, text);
  assert.match(`${found.message}; ${found.remedy}`, says);
  assert.ok(found.remedy !== null && found.remedy !== '', text);
  assert.equal(exit, found.status === 'fail' || lines.some((line) => line.status === 'fail') ? 1 : 0);
}
