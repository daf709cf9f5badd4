import { SystemClock } from '../../../../src/implements/foundation/clock/system-clock.js';
import { pause } from '../../../../src/implements/foundation/waiting/pause.js';
import { RedisServer } from '../../../support/redis/server/redis-server.js';
import { eventually } from '../../../support/time/eventually.js';
import { type Fault, type History, type Share, VERSIONS_A_LIFE } from './history.js';
import { type CampaignProcess, CampaignProgram } from './program.js';
import { SplitProxy } from './split-proxy.js';

export interface CampaignOptions {
  readonly nodes: number;
  readonly seed: number;
  readonly minutes: number;
  readonly coherence: 'bus' | 'tracking' | 'none';
  readonly stalenessMs: number;
  readonly commandTimeoutMs: number;
}

const PREFIX = 'campaign:';
const KEYS_A_NODE = 4;
const SETTLED_MS = 1000;
const CALM_MS = 500;
const CONVERGED_MS = 5000;

/** Measures out how long a fault lasts, which is part of it, and how long reads are counted. */
const clock = new SystemClock();
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** A world of real processes over one server, and what is done to it. */
export class Campaign {
  readonly #options: CampaignOptions;
  readonly #program = new CampaignProgram();
  readonly #faults: Fault[] = [];
  readonly #shares: Share[] = [];
  readonly #effects: Record<string, number> = {};
  readonly #nodes: CampaignProcess[] = [];
  readonly #keys: readonly string[];
  #server!: RedisServer;
  #proxy!: SplitProxy;
  #lives = 1;
  #state: number;

  constructor(options: CampaignOptions) {
    this.#options = options;
    this.#state = options.seed >>> 0 || 1;
    this.#keys = Array.from({ length: options.nodes * KEYS_A_NODE }, (_, index) => `k${index}`);
  }

  /** Runs all kinds of faults in an order of the seed, again and again until the time is over. */
  async run(): Promise<History> {
    this.#server = await RedisServer.start();
    this.#proxy = await SplitProxy.start(this.#server);
    try {
      for (let index = 0; index < this.#options.nodes; index++) this.#nodes.push(await this.#start(index));
      await this.#standing();
      await this.#calm();
      const endsAt = now() + this.#options.minutes * 60_000;
      do {
        for (const [kind, fault] of this.#shuffled(this.#kinds())) await this.#during(kind, fault);
      } while (now() < endsAt);
      return await this.#end();
    } finally {
      await this.#program.remove();
      await this.#proxy.close();
      await this.#server.stop();
    }
  }

  /** Kinds of faults, each of which returns how often it was seen to matter. */
  #kinds(): [kind: string, fault: () => Promise<number>][] {
    const { coherence } = this.#options;
    const killed = async () => Number(await this.#server.cli('CLIENT', 'KILL', 'TYPE', 'pubsub'));
    const streams: [string, () => Promise<number>][] = [
      ['stream cut', async () => this.#proxy.reset('streams')],
      ['stream in a black hole', () => this.#blackHole()],
      // A stream that tracks is a connection like any other to the server.
      ...(coherence === 'bus' ? [['stream killed', killed] as [string, () => Promise<number>]] : []),
    ];
    return [
      ...(coherence === 'none' ? [] : streams),
      ['data links cut', async () => this.#proxy.reset('others')],
      ['server frozen', () => this.#freeze()],
      ['server restarted empty', () => this.#restart()],
      ['server emptied', () => this.#empty()],
      ['process killed', () => this.#killOne()],
      ['process suspended', () => this.#suspendOne()],
    ];
  }

  async #during(kind: string, fault: () => Promise<number>): Promise<void> {
    const from = now();
    // Known to be wrong from its begin: a process may be suspended by it.
    const place = this.#faults.push({ kind, from, until: Number.POSITIVE_INFINITY }) - 1;
    this.#effects[kind] = (this.#effects[kind] ?? 0) + (await fault());
    await this.#standing();
    this.#faults[place] = { kind, from, until: now() };
    await pause(clock, SETTLED_MS);
    await this.#calm();
  }

  /** Counts reads from copies while nothing is wrong. */
  async #calm(): Promise<void> {
    const before = await Promise.all(this.#nodes.map((one) => one.stats()));
    await pause(clock, CALM_MS);
    const after = await Promise.all(this.#nodes.map((one) => one.stats()));
    for (const [index, stats] of after.entries()) {
      const { l1Hits = 0, l2Hits = 0 } = before[index] ?? {};
      this.#shares.push({
        node: `n${index}`,
        fromCopies: stats.l1Hits - l1Hits,
        // Keys without a value are asked for each time, and are not hot.
        fromStore: stats.l2Hits - l2Hits,
      });
    }
  }

  async #standing(): Promise<void> {
    await eventually(
      'all streams stand',
      async () => {
        const all = await Promise.all(this.#nodes.map((one) => one.stats()));
        return all.every(({ masters }) => masters.every(({ standingSince }) => standingSince !== null));
      },
      { withinMs: 20_000, everyMs: 50 },
    );
  }

  async #blackHole(): Promise<number> {
    const { streams } = this.#proxy;
    this.#proxy.blackHole();
    await pause(clock, 2 * this.#options.stalenessMs);
    this.#proxy.heal();
    return streams;
  }

  async #freeze(): Promise<number> {
    this.#server.freeze();
    await pause(clock, this.#between(300, 1500));
    this.#server.thaw();
    return 1;
  }

  async #restart(): Promise<number> {
    await this.#server.restart();
    return 1;
  }

  async #empty(): Promise<number> {
    await this.#server.cli('FLUSHALL');
    return 1;
  }

  async #killOne(): Promise<number> {
    const index = this.#between(0, this.#nodes.length);
    await this.#nodes[index]?.kill();
    this.#nodes[index] = await this.#start(index);
    return 1;
  }

  async #suspendOne(): Promise<number> {
    const index = this.#between(0, this.#nodes.length);
    const from = now();
    this.#nodes[index]?.suspend();
    await pause(clock, 1.5 * this.#options.stalenessMs);
    this.#nodes[index]?.resume();
    this.#faults.push({ kind: `suspend n${index}`, from, until: now() });
    return 1;
  }

  /** Stops all changes, and compares what each process gives out with the store. */
  async #end(): Promise<History> {
    for (const one of this.#nodes) await one.order('quiet');
    const final: History['final'][number][] = [];
    const compare = async (): Promise<boolean> => {
      const stored = await Promise.all(this.#keys.map((key) => this.#stored(key)));
      const held = (await Promise.all(this.#nodes.map((one) => one.order('final')))) as number[][];
      const nodesOf = (at: number) => held.map((versions) => versions[at] ?? -1);
      final.splice(
        0,
        final.length,
        ...this.#keys.map((key, at) => ({ key, store: stored[at] ?? -1, nodes: nodesOf(at) })),
      );
      return final.every(({ store, nodes }) => nodes.every((version) => version === store));
    };
    // The checker says which keys differ.
    await eventually('all are equal', compare, { withinMs: CONVERGED_MS, everyMs: 100 }).catch(
      () => undefined,
    );
    for (const one of this.#nodes) await one.order('stop');
    return {
      calls: this.#program.calls(),
      faults: this.#faults,
      shares: this.#shares,
      final,
      effects: this.#effects,
    };
  }

  async #stored(key: string): Promise<number> {
    const value = await this.#server.cli('GET', PREFIX + key);
    return value === null ? 0 : Number(String(value).split(' ')[2]);
  }

  #start(index: number): Promise<CampaignProcess> {
    const { coherence, stalenessMs, commandTimeoutMs } = this.#options;
    const first = index * KEYS_A_NODE;
    return this.#program.start({
      node: `n${index}`,
      url: `redis://127.0.0.1:${this.#proxy.port}`,
      prefix: PREFIX,
      coherence,
      stalenessMs,
      commandTimeoutMs,
      keys: this.#keys,
      own: this.#keys.slice(first, first + KEYS_A_NODE),
      firstVersion: this.#lives++ * VERSIONS_A_LIFE,
    });
  }

  #shuffled<T>(all: readonly T[]): T[] {
    const left = [...all];
    return all.map(() => left.splice(this.#between(0, left.length), 1)[0] as T);
  }

  /** Next number of the seed, at least `from` and less than `to`. */
  #between(from: number, to: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return from + Math.floor((this.#state / 2 ** 32) * (to - from));
  }
}
