import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT, readTree } from '../../../house/source-tree.js';
import { rememberProcess } from '../../../support/redis/server/process-ledger.js';
import { settlesWithin } from '../../../support/time/eventually.js';
import type { MemberOptions } from './member.js';

const SCRIPT = 'test/coordination/queue/ledger/member.ts';
const STUCK_MS = 30_000;
/** Sources that a member needs: fewer files are ready sooner. */
const NEEDED = /^src\/(interfaces|implements\/(foundation|redis|coordination))\//;

/** The sources as plain JavaScript in a folder of their own, and the processes that run them. */
export class LedgerProgram {
  readonly #folder = mkdtempSync(join(tmpdir(), 'inversify-cache-ledger-'));
  readonly #members = new Set<LedgerMember>();
  readonly #log = join(this.#folder, 'ledger');
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
    const script = [...readTree('test/coordination/queue/ledger')].filter(([path]) => path === SCRIPT);
    const sources = [...readTree('src')].filter(([path]) => NEEDED.test(path));
    for (const [path, text] of [...sources, ...script]) {
      const file = join(this.#folder, path.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(file), { recursive: true });
      const { outputText } = ts.transpileModule(text, {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      });
      writeFileSync(file, outputText);
    }
    writeFileSync(join(this.#folder, 'package.json'), '{ "type": "module" }');
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'), 'junction');
    writeFileSync(this.#log, '');
  }

  async start(work: MemberOptions['work']): Promise<LedgerMember> {
    const script = join(this.#folder, SCRIPT.replace(/\.ts$/, '.js'));
    const member = new LedgerMember(script, this.#folder, { url: this.#url, log: this.#log, work });
    this.#members.add(member);
    await member.ready;
    return member;
  }

  /** Messages that were produced, and how often each was handled. A process that was killed may leave half a line. */
  read(): { readonly produced: ReadonlySet<string>; readonly handled: ReadonlyMap<string, number> } {
    const produced = new Set<string>();
    const handled = new Map<string, number>();
    for (const line of readFileSync(this.#log, 'utf8').split('\n')) {
      const [verb, id = ''] = line.split(' ');
      if (verb === 'P') produced.add(id);
      if (verb === 'H') handled.set(id, (handled.get(id) ?? 0) + 1);
    }
    return { produced, handled };
  }

  /** Ends all processes, and removes the folder. */
  async remove(): Promise<void> {
    await Promise.all([...this.#members].map((member) => member.kill()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A process of Node that produces or handles messages. */
export class LedgerMember {
  readonly ready: Promise<void>;
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;

  constructor(script: string, folder: string, options: MemberOptions) {
    const child = fork(script, [JSON.stringify(options)], {
      cwd: folder,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    if (child.pid !== undefined) rememberProcess(child.pid, folder);
    this.gone = new Promise((resolve) => child.once('exit', () => resolve()));
    const ready = new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`a process ended with ${code}`)));
      child.once('message', () => resolve());
    });
    this.ready = settlesWithin(STUCK_MS, 'the start of a process', ready);
  }

  suspend(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.gone;
  }
}
