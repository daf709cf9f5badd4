import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT, readTree } from '../../house/source-tree.js';
import { ChildProcess } from './child-process.js';

/**
 * A script and the sources as plain JavaScript in a folder of their own, for processes that know nothing of a test
 * runner. The script may import sources, and nothing else of the tests.
 */
export class ChildProgram {
  readonly #script: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'inversify-cache-processes-'));
  readonly #processes: ChildProcess[] = [];
  /** File to which the processes of a campaign append records. */
  readonly log = join(this.#folder, 'records.jsonl');

  /** @param script  Path of the script, below the root of the repository. */
  constructor(script: string) {
    this.#script = script;
    const own = [...readTree(dirname(script))].filter(([path]) => path === script);
    for (const [path, text] of [...readTree('src'), ...own]) {
      const file = this.#file(path);
      mkdirSync(dirname(file), { recursive: true });
      const { outputText } = ts.transpileModule(text, {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      });
      writeFileSync(file, outputText);
    }
    writeFileSync(join(this.#folder, 'package.json'), '{ "type": "module" }');
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'), 'junction');
    writeFileSync(this.log, '');
  }

  /** Starts a process with an argument, and waits for its first message. */
  async start(argument: string): Promise<ChildProcess> {
    const one = new ChildProcess(this.#file(this.#script), this.#folder, argument);
    this.#processes.push(one);
    await one.ready;
    return one;
  }

  /** Records of all processes. A process that was killed may leave half a line. */
  records(): unknown[] {
    const lines = readFileSync(this.log, 'utf8').split('\n');
    return lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as unknown);
  }

  /** Ends all processes, and removes the folder. */
  async remove(): Promise<void> {
    await Promise.all(this.#processes.map((one) => one.kill()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #file(path: string): string {
    return join(this.#folder, path.replace(/\.ts$/, '.js'));
  }
}
