import {
  type ChangeFeedOptions,
  type ChangeListener,
  changeFeed,
  type FeedKind,
} from '../../../src/implements/cache/change-feed.js';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import type { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { TieredCache } from '../../../src/implements/cache/tiered/tiered-cache.js';
import type { TypedSubject } from '../../contract/typed-cache/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { eventually } from '../../support/time/eventually.js';
import { ManualClock } from '../../support/time/manual-clock.js';
import { FaultyStore } from './faulty-store.js';
import { type TypedRedis, typedSubject, type World } from './typed-cache.subjects.js';

const TIMEOUT_MS = 1000;

/** Tiers over a `MemoryCache` on a manual clock, with faults above them or below them. */
async function memoryWorld(faults: 'above' | 'below'): Promise<World> {
  const clock = new ManualClock();
  const loggerSite = new RecordingLoggerSite();
  const memory = new MemoryCache({ clock, loggerSite });
  const below = new FaultyStore(memory, clock, TIMEOUT_MS);
  const tier = new TieredCache({ l2: below, coherence: 'none', clock, loggerSite });
  const above = new FaultyStore(tier, clock, TIMEOUT_MS);
  return {
    clock,
    raw: tier,
    faulty: faults === 'above' ? above : below,
    store: faults === 'above' ? above : tier,
    rawPeer: async () => (faults === 'above' ? tier : memory),
    advance: async (ms) => clock.advance(ms),
    inspect: async () => {},
    close: async () => {
      await new Promise(setImmediate);
      if (tier.stats().inFlight > 0) throw new Error('names are remembered of calls that have ended');
      await tier.close();
      await memory.close();
      if (clock.pending > 0) throw new Error(`${clock.pending} tasks wait for a cache that is closed`);
    },
  };
}

/** Typed caches over tiers in one process. */
export const typedTiers: TypedSubject = typedSubject({
  name: 'TypedCache over TieredCache',
  supports: ['exact-time', 'fenced', 'outage', 'steps', 'bytes', 'trips'],
  open: () => memoryWorld('above'),
});

/** Typed caches over tiers whose cache below fails. */
export const typedTiersOverFaults: TypedSubject = typedSubject({
  name: 'TypedCache over TieredCache whose store fails',
  supports: ['fenced', 'outage'],
  open: () => memoryWorld('below'),
});

/** Tiers of several processes, and what each of them has heard of. */
class HeardTiers {
  readonly #tiers = new Map<TieredCache, Set<string>>();
  #marks = 0;

  /** Puts a tier in front of a cache. */
  async open(l2: RedisCache, coherence: 'bus' | 'tracking'): Promise<TieredCache> {
    const heard = new Set<string>();
    const feed = l2[changeFeed].bind(l2);
    const hearing = Object.assign(l2, {
      [changeFeed]: (kind: FeedKind, options: ChangeFeedOptions) =>
        feed(kind, { ...options, listener: recording(options.listener, heard) }),
    });
    const tier = new HeardTier(this, { l2: hearing, coherence, loggerSite: new RecordingLoggerSite() });
    await tier.start();
    this.#tiers.set(tier, heard);
    return tier;
  }

  close(tier: TieredCache): void {
    this.#tiers.delete(tier);
  }

  /** Waits until all tiers have heard of what one of them has changed. */
  async allHave(mark: (name: string) => Promise<unknown>): Promise<void> {
    const tiers = [...this.#tiers.values()];
    if (tiers.length < 2) return;
    const name = `mark:${this.#marks++}`;
    await mark(name);
    const all = (): boolean => tiers.every((heard) => heard.has(name));
    await eventually('all have heard of it', all, { everyMs: 1 });
  }
}

/** A tier whose changes are answered when all others have heard of them: laws of a store know no delay of messages. */
class HeardTier extends TieredCache {
  readonly #tiers: HeardTiers;

  constructor(tiers: HeardTiers, options: ConstructorParameters<typeof TieredCache>[0]) {
    super(options);
    this.#tiers = tiers;
  }

  override setValue(...args: Parameters<TieredCache['setValue']>): Promise<boolean> {
    return this.#heard(super.setValue(...args));
  }

  override deleteValue(...args: Parameters<TieredCache['deleteValue']>): Promise<boolean> {
    return this.#heard(super.deleteValue(...args));
  }

  override write(...args: Parameters<TieredCache['write']>): ReturnType<TieredCache['write']> {
    return this.#heard(super.write(...args));
  }

  override invalidate(...args: Parameters<TieredCache['invalidate']>): Promise<number> {
    return this.#heard(super.invalidate(...args));
  }

  override advance(...args: Parameters<TieredCache['advance']>): Promise<void> {
    return this.#heard(super.advance(...args));
  }

  override async close(): Promise<void> {
    this.#tiers.close(this);
    await super.close();
  }

  async #heard<T>(change: Promise<T>): Promise<T> {
    const answer = await change;
    await this.#tiers.allHave((name) => super.setValue(name, null, '1m'));
    return answer;
  }
}

/** The same listener, whose news of entries are written down. */
function recording(listener: ChangeListener, heard: Set<string>): ChangeListener {
  return {
    onGap: (cause) => listener.onGap(cause),
    onStanding: () => listener.onStanding(),
    onProof: (sentAt) => listener.onProof(sentAt),
    onChange: (kind, names, own) => {
      listener.onChange(kind, names, own);
      for (const name of names) heard.add(name);
    },
    onEverything: () => listener.onEverything(),
  };
}

/** Typed caches over tiers of several processes that hear of each other. */
export function typedTiersIn(redis: TypedRedis, coherence: 'bus' | 'tracking'): TypedSubject {
  return redis.inFront(`TieredCache with coherence ${coherence}`, () => {
    const tiers = new HeardTiers();
    return (l2) => tiers.open(l2, coherence);
  });
}
