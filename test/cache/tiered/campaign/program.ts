import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { TieredCacheStats } from '../../../../src/implements/cache/tiered/tier-stats.js';
import { ROOT, readTree } from '../../../house/source-tree.js';
import { rememberProcess } from '../../../support/redis/server/process-ledger.js';
import { settlesWithin } from '../../../support/time/eventually.js';
import type { Call } from './history.js';
import type { NodeOptions, NodeOrder } from './node.js';

const SCRIPT = 'test/cache/tiered/campaign/node.ts';
const STUCK_MS = 30_000;

/** The sources as plain JavaScript in a folder of their own, for processes that know nothing of a test runner. */
export class CampaignProgram {
  readonly #folder = mkdtempSync(join(tmpdir(), 'inversify-cache-campaign-'));
  readonly #processes: CampaignProcess[] = [];
  readonly log = join(this.#folder, 'calls.jsonl');

  constructor() {
    const script = [...readTree('test/cache/tiered/campaign')].filter(([path]) => path === SCRIPT);
    for (const [path, text] of [...readTree('src'), ...script]) {
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

  async start(options: Omit<NodeOptions, 'log'>): Promise<CampaignProcess> {
    const one = new CampaignProcess(this.#file(SCRIPT), this.#folder, { ...options, log: this.log });
    this.#processes.push(one);
    await one.ready;
    return one;
  }

  /** Calls of all processes; the last record of a call counts. A process that was killed may leave half a line. */
  calls(): Call[] {
    const calls = new Map<string, Call>();
    for (const [index, line] of readFileSync(this.log, 'utf8').split('\n').entries()) {
      if (!line.endsWith('}')) continue;
      const call = JSON.parse(line) as Call;
      calls.set(call.kind === 'read' ? `${index}` : `${call.key} ${call.version}`, call);
    }
    return [...calls.values()];
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

/** A process of Node that reads and changes keys through a `TieredCache`. */
export class CampaignProcess {
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;

  constructor(
    script: string,
    folder: string,
    readonly options: NodeOptions,
  ) {
    const child = fork(script, [JSON.stringify(options)], {
      cwd: folder,
      execArgv: [],
      stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
    });
    this.#child = child;
    if (child.pid !== undefined) rememberProcess(child.pid, folder);
    this.#gone = new Promise((resolve) => child.once('exit', () => resolve()));
    const ready = new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`a process ended with ${code}`)));
      child.once('message', () => resolve());
    });
    this.ready = settlesWithin(STUCK_MS, 'the start of a process', ready);
  }

  async stats(): Promise<TieredCacheStats> {
    return (await this.order('stats')) as TieredCacheStats;
  }

  /** Gives an order, and returns the answer; one at a time. */
  async order(order: NodeOrder): Promise<unknown> {
    const answer = new Promise<unknown>((resolve) => this.#child.once('message', resolve));
    this.#child.send(order);
    return settlesWithin(STUCK_MS, 'the answer of a process', answer);
  }

  suspend(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone;
  }
}
