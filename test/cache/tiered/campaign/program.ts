import type { TieredCacheStats } from '../../../../src/implements/cache/tiered/tier-stats.js';
import type { ChildProcess } from '../../../support/processes/child-process.js';
import { ChildProgram } from '../../../support/processes/child-program.js';
import type { Call } from './history.js';
import type { NodeOptions, NodeOrder } from './node.js';

/** Processes of a campaign, and the calls that they record. */
export class CampaignProgram {
  readonly #program = new ChildProgram('test/cache/tiered/campaign/node.ts');

  async start(options: Omit<NodeOptions, 'log'>): Promise<CampaignProcess> {
    const { log } = this.#program;
    return new CampaignProcess(await this.#program.start(JSON.stringify({ ...options, log })));
  }

  /** Calls of all processes; the last record of a call counts. */
  calls(): Call[] {
    const calls = new Map<string, Call>();
    for (const [index, call] of (this.#program.records() as Call[]).entries()) {
      calls.set(call.kind === 'read' ? `${index}` : `${call.key} ${call.version}`, call);
    }
    return [...calls.values()];
  }

  /** Ends all processes, and removes the folder. */
  remove(): Promise<void> {
    return this.#program.remove();
  }
}

/** A process of Node that reads and changes keys through a `TieredCache`. */
export class CampaignProcess {
  readonly #process: ChildProcess;

  constructor(process: ChildProcess) {
    this.#process = process;
  }

  async stats(): Promise<TieredCacheStats> {
    return (await this.order('stats')) as TieredCacheStats;
  }

  /** Gives an order, and returns the answer; one at a time. */
  order(order: NodeOrder): Promise<unknown> {
    return this.#process.order(order);
  }

  suspend(): void {
    this.#process.suspend();
  }

  resume(): void {
    this.#process.resume();
  }

  kill(): Promise<void> {
    return this.#process.kill();
  }
}
