import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT, readTree } from '../../house/source-tree.js';
import { rememberProcess } from '../../support/redis/server/process-ledger.js';
import { eventually, settlesWithin } from '../../support/time/eventually.js';
import type { Answer, Order } from './process-child.js';

const CHILD = 'test/subjects/typed-cache/process-child.ts';
const STUCK_MS = 30_000;

/** The sources as plain JavaScript in a folder of their own, for processes that know nothing of a test runner. */
export class TypedProgram {
  readonly #folder = mkdtempSync(join(tmpdir(), 'inversify-cache-processes-'));
  readonly #processes: TypedProcess[] = [];

  constructor() {
    const child = [...readTree('test/subjects/typed-cache')].filter(([path]) => path === CHILD);
    for (const [path, text] of [...readTree('src'), ...child]) {
      const file = this.#file(path);
      mkdirSync(dirname(file), { recursive: true });
      const { outputText } = ts.transpileModule(text, {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      });
      writeFileSync(file, outputText);
    }
    writeFileSync(join(this.#folder, 'package.json'), '{ "type": "module" }');
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'), 'junction');
  }

  /** Starts a process of Node that is connected to a Redis. */
  async start(url: string): Promise<TypedProcess> {
    const one = new TypedProcess(this.#file(CHILD), this.#folder, url);
    this.#processes.push(one);
    await one.ready;
    return one;
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

/** A process of Node, in which typed caches are opened. */
export class TypedProcess {
  /** Settles when the process accepts orders. */
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #caches = new Map<string, RemoteCache>();

  constructor(script: string, folder: string, url: string) {
    const child = fork(script, [url], {
      cwd: folder,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    if (child.pid !== undefined) rememberProcess(child.pid, folder);
    this.#gone = new Promise((resolve) => child.once('exit', () => resolve()));
    const ready = new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`a process ended with ${code}`)));
      child.on('message', (answer: Answer) => {
        if ('ready' in answer) resolve();
        else this.#caches.get(answer.cache)?.hear(answer);
      });
    });
    this.ready = settlesWithin(STUCK_MS, 'the start of a process', ready);
  }

  /** Opens a cache in it. */
  async open(prefix: string, typed: Readonly<Record<string, unknown>>): Promise<RemoteCache> {
    const name = `cache ${this.#caches.size}`;
    const cache = new RemoteCache(name, (order) => this.#child.send(order));
    this.#caches.set(name, cache);
    this.#child.send({ open: name, prefix, typed } satisfies Order);
    await cache.opened;
    return cache;
  }

  /** As `kill -9` does. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#gone;
  }
}

/** A typed cache in another process, which executes orders. */
export class RemoteCache {
  readonly opened: Promise<void>;
  readonly #name: string;
  readonly #tell: (order: Order) => void;
  readonly #calls: { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }[] =
    [];
  #open = (): void => {};
  #loads = 0;

  constructor(name: string, tell: (order: Order) => void) {
    this.#name = name;
    this.#tell = tell;
    this.opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  /** Number of calls of its loader. */
  get loads(): number {
    return this.#loads;
  }

  /** Calls a method; `load` among the arguments is a loader that waits for an order to settle. */
  call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    const answer = new Promise((resolve, reject) => this.#calls.push({ resolve, reject }));
    this.#tell({ cache: this.#name, id: this.#calls.length - 1, method, args });
    return answer;
  }

  /** Waits until its loader has been called this many times. */
  async loading(count = 1): Promise<void> {
    await eventually(`load ${count} of a process`, () => this.#loads >= count, { everyMs: 1 });
  }

  /** Ends a load, from 0. */
  finish(load: number, value: unknown): void {
    this.#tell({ cache: this.#name, load, value });
  }

  fail(load: number, error: string): void {
    this.#tell({ cache: this.#name, load, value: undefined, error });
  }

  hear(answer: Exclude<Answer, { readonly ready: true }>): void {
    if ('opened' in answer) this.#open();
    else if ('load' in answer) this.#loads += 1;
    else if (answer.error === undefined) this.#calls[answer.id]?.resolve(answer.value);
    else this.#calls[answer.id]?.reject(new Error(answer.error));
  }
}
