import type { FeedKind } from '../../../../src/implements/cache/change-feed.js';
import { Tier } from '../../../../src/implements/cache/tiered/tier.js';
import type { CacheStore } from '../../../../src/implements/cache/cache-store.js';
import { guardedLogger } from '../../../../src/implements/foundation/logger/guarded-logger.js';
import type { IClock } from '../../../../src/interfaces/clock.js';
import { RecordingLoggerSite } from '../../../support/logs/recording-logger.js';
import type { FeedFlaws } from './flaws.js';
import { ModelLink } from './model-link.js';
import type { ModelServer, ModelState } from './model-server.js';
import { ModelStore, type StoreWorld } from './model-store.js';
import { SimulatedClock } from './simulated-clock.js';

/** Timeout of a command. */
const TIMEOUT_MS = 400;
/** Shortest suspension that a cache notices. */
const NOTICED_MS = 1001;

/** Servers as all processes reach them. */
export interface Servers {
  readonly state: ModelState;
  readonly masters: ModelServer[];
  now(): number;
  ownerOf(name: string): ModelServer;
}

export interface NodeOptions {
  readonly coherence: FeedKind | 'none';
  readonly boundMs: number;
  readonly flaws: FeedFlaws;
  /** Replaces the clock that the cache sees. */
  readonly clockOf?: ((clock: SimulatedClock) => IClock) | undefined;
}

/** A simulated process: its clock, its links, and a tiered cache. */
export class SimulatedNode {
  readonly name: string;
  readonly clock: SimulatedClock;
  readonly tier: Tier;
  readonly store: ModelStore;
  readonly #links = new Map<string, ModelLink>();
  #state: 'running' | 'frozen' | 'suspended' = 'running';
  #missedMs = 0;
  #coveredFrom = 0;

  constructor(name: string, servers: Servers, { coherence, boundMs, flaws, clockOf }: NodeOptions) {
    this.name = name;
    this.clock = new SimulatedClock(() => servers.now());
    const world: StoreWorld = {
      process: name,
      state: servers.state,
      time: () => servers.now(),
      masters: () => servers.masters,
      ownerOf: (key) => servers.ownerOf(key),
      ask: (server, run) => this.link(server).send(run),
    };
    this.store = new ModelStore(world, flaws);
    const l1 = { maxEntries: 8, maxBytes: 1024 ** 2 };
    const options = { l1, coherence, stalenessBound: boundMs, outage: 'bound' } as const;
    const logger = guardedLogger(new RecordingLoggerSite(), 'simulation');
    this.tier = new Tier(this.store.asCache, options, clockOf?.(this.clock) ?? this.clock, logger);
  }

  get cache(): CacheStore {
    return this.tier.store;
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** `false` for the moment after a suspension in which no read can have noticed it. */
  get isCovered(): boolean {
    return this.clock.now() >= this.#coveredFrom;
  }

  get links(): readonly ModelLink[] {
    return [...this.#links.values()];
  }

  link(server: ModelServer): ModelLink {
    let link = this.#links.get(server.name);
    if (link === undefined) {
      link = new ModelLink(this.clock, TIMEOUT_MS);
      this.#links.set(server.name, link);
    }
    return link;
  }

  /** Breaks the data link to a server. Its stream may have led to another server: it is opened again, too. */
  breakLink(server: ModelServer, runs: boolean): void {
    this.link(server).break(runs);
    this.store.feed?.replaced(server);
  }

  /** Time until a suspension is long enough to be noticed: shorter ones are not promised. */
  get unnoticedMs(): number {
    return this.#state === 'suspended' ? Math.max(0, NOTICED_MS - this.#missedMs) : 0;
  }

  pass(ms: number): void {
    if (this.#state === 'running') this.clock.leap(ms);
    else this.#missedMs += ms;
  }

  /** Stops the process; its clock goes on. */
  freeze(): void {
    if (this.isRunning) this.#state = 'frozen';
  }

  /** Suspends its machine: its clock stands still. */
  suspend(): void {
    if (this.isRunning) this.#state = 'suspended';
  }

  wake(): void {
    if (this.#state === 'frozen') {
      this.#state = 'running';
      this.clock.leap(this.#missedMs);
      this.#missedMs = 0;
    } else if (this.#state === 'suspended') {
      this.#state = 'running';
      this.#missedMs = 0;
      this.#coveredFrom = this.clock.now() + 50;
    }
  }
}
