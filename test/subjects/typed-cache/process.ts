import type { ChildProcess } from '../../support/processes/child-process.js';
import { ChildProgram } from '../../support/processes/child-program.js';
import { eventually } from '../../support/time/eventually.js';
import type { Answer, Order } from './process-child.js';

/** Processes that use typed caches. */
export class TypedProgram {
  readonly #program = new ChildProgram('test/subjects/typed-cache/process-child.ts');

  /** Starts a process of Node that is connected to a Redis. */
  async start(url: string): Promise<TypedProcess> {
    return new TypedProcess(await this.#program.start(url));
  }

  /** Ends all processes, and removes the folder. */
  remove(): Promise<void> {
    return this.#program.remove();
  }
}

/** A process of Node, in which typed caches are opened. */
export class TypedProcess {
  readonly #process: ChildProcess;
  readonly #caches = new Map<string, RemoteCache>();

  constructor(process: ChildProcess) {
    this.#process = process;
    process.onMessage((message) => {
      const answer = message as Answer;
      if (!('ready' in answer)) this.#caches.get(answer.cache)?.hear(answer);
    });
  }

  /** Opens a cache in it. */
  async open(prefix: string, typed: Readonly<Record<string, unknown>>): Promise<RemoteCache> {
    const name = `cache ${this.#caches.size}`;
    const cache = new RemoteCache(name, (order) => this.#process.send(order as object));
    this.#caches.set(name, cache);
    this.#process.send({ open: name, prefix, typed } satisfies Order);
    await cache.opened;
    return cache;
  }

  /** As `kill -9` does. */
  kill(): Promise<void> {
    return this.#process.kill();
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
