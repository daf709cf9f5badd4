import type { Serializable } from 'node:child_process';
import { SystemClock } from '../../../src/implements/foundation/clock/system-clock.js';
import { pause } from '../../../src/implements/foundation/waiting/pause.js';
import type { ChildProcess } from './child-process.js';
import { ChildProgram } from './child-program.js';

/** Measures out how long a fault lasts, which is part of it. */
const clock = new SystemClock();
/** Number of processes that start at once: each has sources to load. */
const AT_ONCE = 4;

/** Processes of one script, of which some are killed and suspended; a killed one is replaced. */
export class ProcessGroup {
  readonly #program: ChildProgram;
  readonly #argumentOf: (name: string, log: string) => object;
  readonly #processes: ChildProcess[] = [];
  #state: number;
  #started = 0;

  /** @param argumentOf  Options of a process, which it reads as JSON from its first argument. */
  constructor(script: string, argumentOf: (name: string, log: string) => object, seed: number) {
    this.#program = new ChildProgram(script);
    this.#argumentOf = argumentOf;
    this.#state = seed >>> 0 || 1;
  }

  /** Starts so many processes, a few at a time. */
  async start(count: number): Promise<void> {
    for (let left = count; left > 0; left -= AT_ONCE) {
      const some = Array.from({ length: Math.min(left, AT_ONCE) }, () => this.#startOne());
      this.#processes.push(...(await Promise.all(some)));
    }
  }

  /** Kills a process, as `kill -9` does, and starts another in its place. */
  async killOne(): Promise<void> {
    const index = this.between(0, this.#processes.length);
    await this.#processes[index]?.kill();
    this.#processes[index] = await this.#startOne();
  }

  /** Suspends a process for a while. */
  async suspendOne(ms: number): Promise<void> {
    const one = this.#processes[this.between(0, this.#processes.length)];
    one?.suspend();
    await pause(clock, ms);
    one?.resume();
  }

  /** Gives an order to all of them, and returns their answers. */
  order(order: Serializable): Promise<unknown[]> {
    return Promise.all(this.#processes.map((one) => one.order(order)));
  }

  /** Records of all processes, also of those that were killed. */
  records(): unknown[] {
    return this.#program.records();
  }

  remove(): Promise<void> {
    return this.#program.remove();
  }

  /** Next number of the seed, at least `from` and less than `to`. */
  between(from: number, to: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return from + Math.floor((this.#state / 2 ** 32) * (to - from));
  }

  #startOne(): Promise<ChildProcess> {
    const name = `p${this.#started++}`;
    return this.#program.start(JSON.stringify(this.#argumentOf(name, this.#program.log)));
  }
}
