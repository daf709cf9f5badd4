import { setImmediate as nextTurn } from 'node:timers/promises';
import { Chance } from '../../../typed-cache/staleness/staleness-world.js';
import { Checker, GENERATIONS, type Invocation, KEYS } from './checker.js';
import { ModelServer, ModelState } from './model-server.js';
import { type NodeOptions, SimulatedNode } from './simulated-node.js';

/** Number of steps of a run, before everything calms down. */
export const STEPS = 60;
const BOUND_MS = 1000;
const LIFE_MS = 60_000;
/** Time and turns after the last fault, in which everything has to become equal. */
const CALM_ROUNDS = 12;
const CALM_STEP_MS = 250;

/** Numbers of operations and faults. */
const OPERATIONS = 20;
const FAULTS = 12;

/** Kinds of steps of a world, and how often they are. Worlds of few kinds get deeper than those of all. */
export interface Mood {
  readonly keys: readonly string[];
  readonly operations: readonly number[];
  readonly faults: readonly number[];
  readonly operating: number;
  readonly progressing: number;
  readonly passing: number;
  readonly longestProgress: number;
  readonly longestPass: number;
  /** Chance that a turn of the loop of a server can end. Default: 1. */
  readonly turning?: number;
}

/** Mood that a seed chooses. */
function moodOf(chance: Chance, hasFaults: boolean): Mood {
  const some = (count: number): number[] => {
    const all = Array.from({ length: count }, (_, index) => index);
    return chance.is(0.3) ? all : all.filter(() => chance.is(0.35));
  };
  return {
    keys: KEYS.slice(0, 1 + chance.below(KEYS.length)),
    // Reads and writes are always there.
    operations: [0, 8, 11, ...some(OPERATIONS)],
    faults: hasFaults ? some(FAULTS) : [],
    operating: 2 + chance.below(6),
    progressing: 2 + chance.below(6),
    passing: 1 + chance.below(5),
    longestProgress: chance.is(0.5) ? 6 : 30,
    longestPass: chance.is(0.5) ? 120 : 700,
  };
}

/** Kinds of faults that a simulation may have. */
export interface SimulationOptions extends Omit<NodeOptions, 'boundMs'> {
  readonly nodes?: number;
  readonly masters?: number;
  /** `false` for a world without faults. */
  readonly faults?: boolean;
  /** Replaces parts of the mood that the seed chooses. */
  readonly mood?: Partial<Mood>;
}

/** Outcome of a simulation. */
export interface SimulationResult {
  readonly violations: readonly string[];
  /** Number of entries that were read, and of those that came from copies. */
  readonly reads: number;
  readonly hits: number;
  /** Steps that were made, for people. */
  readonly trace: readonly string[];
}

/** One run of some processes over modelled servers, decided by a seed. */
export class Simulation {
  readonly #chance: Chance;
  readonly #state = new ModelState();
  readonly #masters: ModelServer[] = [];
  readonly #owners = new Map<string, ModelServer>();
  readonly #nodes: SimulatedNode[] = [];
  readonly #checker: Checker;
  readonly #skipped: ReadonlySet<number>;
  readonly #mood: Mood;
  readonly #trace: string[] = [];
  #now = 0;
  #version = 0;
  #running = 0;

  /** @param skipped  Steps that are left out, to find out which of them matter. */
  constructor(seed: number, options: SimulationOptions, skipped: ReadonlySet<number> = new Set()) {
    this.#chance = new Chance(seed);
    this.#skipped = skipped;
    this.#mood = { ...moodOf(this.#chance, options.faults ?? true), ...options.mood };
    this.#checker = new Checker(this.#state.history, BOUND_MS);
    for (let index = 0; index < (options.masters ?? 1 + (seed % 2)); index++) this.#addMaster();
    for (const name of [...KEYS, ...GENERATIONS]) this.#owners.set(name, this.#some(this.#masters));
    const servers = {
      state: this.#state,
      masters: this.#masters,
      now: () => this.#now,
      ownerOf: (name: string) => this.#owners.get(name) as ModelServer,
    };
    for (let index = 0; index < (options.nodes ?? 2); index++) {
      this.#nodes.push(new SimulatedNode(`node${index}`, servers, { ...options, boundMs: BOUND_MS }));
    }
  }

  async run(): Promise<SimulationResult> {
    for (const { tier } of this.#nodes) void tier.open();
    await this.#settle(6);
    for (let step = 0; step < STEPS; step++) {
      const seed = this.#chance.below(2 ** 31);
      if (this.#skipped.has(step)) continue;
      this.#step(new Chance(seed));
      await nextTurn();
    }
    await this.#calm();
    let [hits, reads] = [0, 0];
    for (const { tier } of this.#nodes) {
      const { l1Hits, l2Hits, misses } = tier.stats();
      hits += l1Hits;
      reads += l1Hits + l2Hits + misses;
    }
    for (const { tier } of this.#nodes) await tier.close();
    return { violations: this.#checker.violations, reads, hits, trace: this.#trace };
  }

  /** Makes one step: an operation, a bit of progress, time, or a fault. */
  #step(chance: Chance): void {
    const { operating, progressing, passing, faults, longestProgress, longestPass } = this.#mood;
    const pick = chance.below(operating + progressing + passing + (faults.length > 0 ? 2 : 0));
    if (pick < operating) this.#operate(chance);
    else if (pick < operating + progressing) this.#progress(chance, longestProgress);
    else if (pick < operating + progressing + passing) this.#pass(chance.below(longestPass));
    else this.#fault(chance, this.#some(faults, chance));
    this.#probe();
  }

  /** Looks at all copies: those that are served must be good, at any moment. */
  #probe(): void {
    for (const node of this.#nodes) {
      if (!node.isRunning) continue;
      for (const key of KEYS) {
        const at = this.#checker.invoke(node.name, this.#now, node.isCovered);
        const answer = node.tier.answer(key, undefined, [], false);
        if (answer !== undefined) this.#saw(at, key, answer.value);
        const tagged = node.tier.answer(key, undefined, ['g'], false);
        if (tagged !== undefined) this.#checker.read(at, 'generation g', tagged.generations[0] ?? null);
      }
    }
  }

  #note(what: string): void {
    this.#trace.push(`${this.#now} ${what}`);
  }

  /** Lets some commands run and some messages arrive, in an order of the seed. */
  #progress(chance: Chance, most: number): void {
    for (let left = chance.below(most); left > 0; left--) this.#progressOnce(chance);
  }

  #progressOnce(chance: Chance): void {
    const steps: (() => void)[] = [];
    for (const node of this.#nodes) {
      for (const link of node.links) {
        if (link.hasCommands) steps.push(() => link.runNext(chance.is(0.05)));
        if (link.hasReplies && node.isRunning) steps.push(() => link.deliverNext());
      }
      for (const stream of node.store.feed?.streams ?? []) {
        if (stream.hasSent) steps.push(() => stream.serveNext());
        if (stream.hasArriving && node.isRunning) steps.push(() => stream.deliverNext());
      }
    }
    // A turn of the loop of a server ends whenever the seed says.
    const { turning } = this.#mood;
    for (const master of this.#masters)
      if (turning === undefined || chance.is(turning)) steps.push(() => master.endTurn());
    if (steps.length > 0) this.#some(steps, chance)();
  }

  #pass(ms: number): void {
    this.#now += ms;
    for (const node of this.#nodes) node.pass(ms);
  }

  #fault(chance: Chance, kind: number): void {
    const node = this.#some(this.#nodes, chance);
    const master = this.#some(this.#masters, chance);
    this.#note(`${node.name} fault ${kind}`);
    const streams = node.store.feed?.streams ?? [];
    const stream = streams.length === 0 ? undefined : this.#some(streams, chance);
    const faults: readonly (() => void)[] = [
      () => node.breakLink(master, chance.is(0.5)),
      () => (chance.is(0.5) ? node.link(master).mute() : node.link(master).unmute()),
      () => stream?.break(),
      () => stream?.break(),
      () => stream?.swallow(chance.is(0.5) ? 'up' : 'down'),
      () => stream?.swallow(chance.is(0.5) ? 'up' : 'down'),
      () => (chance.is(0.5) ? node.freeze() : node.suspend()),
      () => stream?.heal(),
      () => this.#wake(),
      () => this.#state.replicate(),
      () => (chance.is(0.5) ? this.#failOver(master) : this.#moveSlot(chance)),
      () => (chance.is(0.3) ? this.#flush() : this.#state.replicate()),
    ];
    faults[kind]?.();
  }

  #wake(): void {
    this.#pass(Math.max(...this.#nodes.map(({ unnoticedMs }) => unnoticedMs)));
    for (const node of this.#nodes) if (!node.isRunning) node.wake();
  }

  #failOver(master: ModelServer): void {
    this.#state.failOver((name) => this.#owners.get(name) === master, this.#now);
    this.#checker.failedOver(this.#now);
    master.hangUp();
    for (const node of this.#nodes) node.breakLink(master, false);
  }

  /** Moves a name to another master, which may be new. */
  #moveSlot(chance: Chance): void {
    if (this.#masters.length < 3 && chance.is(0.5)) this.#addMaster();
    const name = this.#some([...KEYS, ...GENERATIONS], chance);
    this.#owners.set(name, this.#some(this.#masters, chance));
  }

  /** Another program empties the database, which a server with tracking tells. */
  #flush(): void {
    if (this.#nodes[0]?.store.kind !== 'tracking') return;
    for (const key of KEYS) this.#state.remove(key, this.#now);
    for (const name of GENERATIONS) this.#state.setToken(name, null, this.#now);
    this.#state.fences.clear();
    for (const master of this.#masters) master.collect({ type: 'everything' });
  }

  #addMaster(): void {
    this.#masters.push(new ModelServer(`master${this.#masters.length}`));
  }

  /** Starts a call on a process. */
  #operate(chance: Chance): void {
    const node = this.#some(this.#nodes, chance);
    if (!node.isRunning) return;
    const key = this.#some(this.#mood.keys, chance);
    const other = this.#some(this.#mood.keys, chance);
    const name = this.#some(GENERATIONS, chance);
    const kind = this.#some(this.#mood.operations, chance);
    this.#note(`${node.name} operation ${kind} ${key}`);
    const { cache } = node;
    const entries = [key, other].map((each) => [each, this.#text(each)] as const);
    const [[, text]] = entries as [readonly [string, Uint8Array]];
    const operations: readonly (() => void)[] = [
      ...repeated(5, () => this.#read(node, async (at) => this.#saw(at, key, await cache.getValue(key)))),
      ...repeated(3, () => this.#readAtOnce(node, key)),
      ...repeated(2, () => this.#readAll(node, { keys: [key, other], generations: ['g'], scope: 's' })),
      () => this.#readAll(node, { keys: [key], generations: ['g', 's'], capture: { life: '1m' } }),
      () => this.#readAll(node, { keys: [key], extend: LIFE_MS }),
      ...repeated(3, () => this.#change(node, [key], () => cache.setValue(key, text, LIFE_MS))),
      () => this.#change(node, [key, other], () => cache.setValues(entries, LIFE_MS)),
      () => this.#remove(node, [key], () => cache.deleteValue(key)),
      () => this.#remove(node, [key, other], () => cache.invalidate([key, other])),
      () => this.#remove(node, [`generation ${name}`], () => cache.advance([name])),
      () =>
        chance.is(0.3)
          ? this.#clear(node, chance.is(0.5) ? key : undefined)
          : this.#change(node, [key], () => this.#load(node, key)),
    ];
    operations[kind]?.();
  }

  /** Stores a value under a fence that was captured before, as a load does. */
  async #load({ cache }: SimulatedNode, key: string): Promise<unknown> {
    const { entries } = await cache.read({ keys: [key], capture: { life: '1m', of: 'all' } });
    const fence = entries[0]?.fence;
    if (fence == null) throw new Error('no fence');
    const outcome = await cache.write(key, this.#text(key), LIFE_MS, fence);
    if (outcome === 'fenced') throw new Error('fenced');
    return outcome;
  }

  #text(key: string): Uint8Array {
    return Buffer.from(`${key}#${++this.#version}`);
  }

  #saw(at: Invocation, key: string, bytes: Uint8Array | null): void {
    this.#checker.read(at, key, bytes === null ? null : Buffer.from(bytes).toString());
  }

  #readAtOnce(node: SimulatedNode, key: string): void {
    const at = this.#checker.invoke(node.name, this.#now, node.isCovered);
    const answer = node.tier.answer(key, 's', ['g'], true);
    if (answer === undefined) {
      this.#readAll(node, { keys: [key], generations: ['g'], scope: 's' });
      return;
    }
    this.#saw(at, key, answer.value);
    this.#checker.read(at, 'generation g', answer.generations[0] ?? null);
    this.#checker.read(at, 'generation s', answer.scope, true);
  }

  #readAll(node: SimulatedNode, request: Parameters<SimulatedNode['cache']['read']>[0]): void {
    this.#read(node, async (at) => {
      const { entries, generations } = await node.cache.read(request);
      for (const [index, key] of request.keys.entries()) {
        this.#saw(at, key, entries[index]?.value ?? null);
        this.#checker.read(at, 'generation s', entries[index]?.scope ?? null, true);
      }
      for (const [index, name] of (request.generations ?? []).entries())
        this.#checker.read(at, `generation ${name}`, generations[index] ?? null);
    });
  }

  #read(node: SimulatedNode, work: (at: Invocation) => Promise<unknown>): void {
    this.#call(work(this.#checker.invoke(node.name, this.#now, node.isCovered)));
  }

  #change(node: SimulatedNode, names: readonly string[], work: () => Promise<unknown>): void {
    this.#call(
      work().then(() => {
        // Values that this change ended may not be read here any more.
        for (const name of names) this.#checker.acknowledged(node.name, name, node.store.answered(name));
      }),
    );
  }

  #clear(node: SimulatedNode, pattern: string | undefined): void {
    this.#remove(node, pattern === undefined ? KEYS : [pattern], () => node.cache.clear(pattern));
  }

  /** A change that ends values, at once or later: what was there before is never read here again. */
  #remove(node: SimulatedNode, names: readonly string[], work: () => Promise<unknown>): void {
    const calledAt = this.#state.history.order;
    this.#change(node, names, async () => {
      try {
        return await work();
      } finally {
        for (const name of names) this.#checker.removed(node.name, name, calledAt);
      }
    });
  }

  #call(work: Promise<unknown>): void {
    this.#running++;
    work.then(
      () => this.#running--,
      () => this.#running--,
    );
  }

  /** Heals everything, lets time pass, and compares. */
  async #calm(): Promise<void> {
    this.#wake();
    for (const node of this.#nodes) {
      for (const link of node.links) link.unmute();
    }
    this.#state.replicate();
    for (let round = 0; round < CALM_ROUNDS; round++) {
      for (const node of this.#nodes) for (const stream of node.store.feed?.streams ?? []) stream.heal();
      this.#pass(CALM_STEP_MS);
      await this.#settle(2);
    }
    if (this.#running > 0) this.#checker.violations.push(`${this.#running} calls have not ended`);
    for (const node of this.#nodes) {
      for (const key of KEYS) {
        const reading = node.cache.getValue(key);
        await this.#settle(3);
        const bytes = await reading;
        this.#state.entry(key, this.#now);
        this.#checker.converged(node.name, key, bytes === null ? null : Buffer.from(bytes).toString());
      }
    }
  }

  /** Runs all that can run. */
  async #settle(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await nextTurn();
      for (const node of this.#nodes) {
        for (const stream of node.store.feed?.streams ?? []) while (stream.hasSent) stream.serveNext();
        for (const link of node.links) {
          while (link.hasCommands) {
            link.runNext(false);
            link.runNext(true);
          }
          while (link.hasReplies && node.isRunning) link.deliverNext();
        }
      }
      for (const master of this.#masters) master.endTurn();
      for (const node of this.#nodes) {
        for (const stream of node.store.feed?.streams ?? [])
          while (stream.hasArriving && node.isRunning) stream.deliverNext();
      }
    }
  }

  #some<T>(things: readonly T[], chance = this.#chance): T {
    return things[chance.below(things.length)] as T;
  }
}

function repeated(times: number, operation: () => void): (() => void)[] {
  return Array.from({ length: times }, () => operation);
}
