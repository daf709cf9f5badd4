import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, start } from '../house/command.js';
import { PackedPackage } from '../packed/packed-package.js';

const PACKAGES = ['commander', 'inversify', 'jsep', 'js-yaml', 'redis', 'reflect-metadata', 'zod'];

/** Input and environment of a call. */
export interface CallOptions {
  /** Content of stdin. Default: nothing. */
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** The command line of the packed package, in a folder of an application that has installed it. */
export class CommandLine {
  readonly folder: string;
  readonly #packed: PackedPackage;

  private constructor(packed: PackedPackage) {
    this.#packed = packed;
    this.folder = packed.application('app', PACKAGES);
  }

  static async install(): Promise<CommandLine> {
    return new CommandLine(await PackedPackage.pack());
  }

  /** Program, for a shell. */
  get program(): string {
    return join(this.folder, 'node_modules', 'inversify-cache', 'dist', 'cli.js');
  }

  /** Writes a file of the application. @returns Its name. */
  file(name: string, text: string): string {
    writeFileSync(join(this.folder, name), text);
    return name;
  }

  /** Runs a command as a process. */
  async run(words: readonly string[], { input, env = {} }: CallOptions = {}): Promise<Ended> {
    const running = start(process.execPath, [this.program, ...words], { cwd: this.folder, env });
    running.child.stdin?.end(input);
    return running.ended;
  }

  /** Runs a command, and returns its records. */
  async records(words: readonly string[], options?: CallOptions): Promise<[number | null, ...unknown[]]> {
    const { code, stdout, stderr } = await this.run([...words, '--json'], options);
    if (stderr !== '') throw new Error(`expected nothing on stderr with --json, got ${stderr}`);
    const lines = stdout.split('\n').filter((line) => line !== '');
    return [code, ...lines.map((line): unknown => JSON.parse(line))];
  }

  remove(): void {
    this.#packed.remove();
  }
}
