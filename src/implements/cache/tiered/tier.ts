import type { z } from 'zod';
import type { ICache } from '../../../interfaces/cache.js';
import type { IClock } from '../../../interfaces/clock.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import type { IFencedStore } from '../../../interfaces/fenced-store.js';
import type { HealthQuery } from '../../../interfaces/health.js';
import type { ILogger } from '../../../interfaces/logger.js';
import type { RemovalCause } from '../../foundation/eviction/bounded-map.js';
import { healthOf } from '../../foundation/health.js';
import { storeBehind } from '../../foundation/store/store-behind.js';
import {
  type AnnouncingStore,
  type ChangeFeed,
  type ChangeFeedSource,
  changeFeed,
  type FeedKind,
} from '../change-feed.js';
import type { CacheStore } from '../cache-store.js';
import { CountedStore } from '../counted-store.js';
import { Coherence } from './coherence.js';
import { Journal } from './memory/journal.js';
import { type TieredCacheEvents, TierLedger } from './memory/tier-ledger.js';
import { TierMemory } from './memory/tier-memory.js';
import { OwnChanges } from './own-changes.js';
import { SelfAudit } from './reads/self-audit.js';
import { StoreReads } from './reads/store-reads.js';
import { Suspension } from './reads/suspension.js';
import { type LentAnswer, TierHits } from './reads/tier-hits.js';
import { TierReads } from './reads/tier-reads.js';
import { type TieredCacheHealth, tierHealth } from './tier-health.js';
import type { TieredCacheStats } from './tier-stats.js';
import type { tieredCacheSchema } from './tiered-cache-options.js';
import { TieredStore } from './tiered-store.js';

/** Number of beats in a bound: several may be lost before a hot copy has to be read again. */
const BEATS_A_BOUND = 5;
const SHORTEST_BEAT_MS = 50;
const LONGEST_BEAT_MS = 1000;
/** Bound on the health of the cache below: whoever asks a tier has a bound of its own. */
const BELOW_MS = 150;

type Options = Omit<z.output<typeof tieredCacheSchema>, 'l2' | 'clock' | 'failureMode' | 'coherence'> & {
  readonly coherence: FeedKind | 'none';
};

/** Parts of a tiered cache, wired. */
export class Tier {
  readonly store: CacheStore;
  readonly #store: TieredStore;
  readonly #feed: ChangeFeed | undefined;
  readonly #hits: TierHits;
  readonly #memory: TierMemory;
  readonly #journal: Journal;
  readonly #ledger: TierLedger;
  readonly #clock: IClock;
  readonly #audit: SelfAudit;
  readonly #below: object;
  readonly #boundMs: number;
  #closed = false;

  constructor(below: ICache & IFencedStore, options: Options, clock: IClock, logger: ILogger) {
    const {
      l1,
      coherence,
      stalenessBound: boundMs,
      l1Expire: maxLifeMs = Number.POSITIVE_INFINITY,
    } = options;
    this.#clock = clock;
    this.#below = below;
    this.#boundMs = boundMs;
    this.#ledger = new TierLedger(logger, clock);
    this.#memory = new TierMemory({ ...l1, maxLifeMs, boundMs }, clock, this.#ledger);
    const listener = new Coherence(this.#memory, this.#ledger);
    const beatMs = Math.min(LONGEST_BEAT_MS, Math.max(SHORTEST_BEAT_MS, boundMs / BEATS_A_BOUND));
    this.#feed =
      coherence === 'none'
        ? undefined
        : feedSource(below, coherence)[changeFeed](coherence, { beatMs, clock, listener });
    const store = this.#feed?.store ?? plainStore(below);
    this.#audit = new SelfAudit(store, this.#memory, clock, boundMs, logger);
    const reads = new StoreReads(store, this.#memory, clock, this.#ledger.calls);
    const suspension = new Suspension(clock, () => listener.suspended());
    this.#journal = new Journal(clock, logger);
    this.#ledger.on('standing', () => this.#journal.hurry());
    this.#hits = new TierHits(this.#memory, reads, this.#ledger, clock, suspension);
    const parts = {
      memory: this.#memory,
      reads,
      hits: this.#hits,
      journal: this.#journal,
      ledger: this.#ledger,
    };
    const changes = new OwnChanges(store, this.#memory, reads, this.#journal, coherence !== 'tracking');
    const ownReads = new TierReads(store, parts, options.outage);
    this.#store = new TieredStore(below, ownReads, changes, this.#ledger.calls);
    this.store = new CountedStore(this.#store, this.#ledger.calls);
  }

  async open(): Promise<void> {
    await this.#feed?.open();
  }

  /** Begins to compare copies with the store below, unless no changes are heard: they are read again then. */
  startAudit(): void {
    if (this.#feed !== undefined) this.#audit.start();
  }

  /** Health of the tier. Never rejects. */
  async health(query?: HealthQuery): Promise<TieredCacheHealth> {
    const below = await healthOf(this.#below, this.#clock, BELOW_MS, query);
    const health = tierHealth(below, this.stats(), { boundMs: this.#boundMs, now: this.#clock.now() });
    return this.#closed ? { ...health, status: 'down', reasons: ['this TieredCache is closed'] } : health;
  }

  /** Bytes of a copy that may be served, lent; `undefined` when the store has to be asked. */
  lent(key: string): Uint8Array | undefined {
    return this.#hidesSome ? undefined : this.#hits.bytes(key);
  }

  /** Answer from copies, lent; `undefined` when the store has to be asked. */
  answer(
    key: string,
    scope: string | undefined,
    generations: readonly string[],
    lives: boolean,
  ): LentAnswer | undefined {
    return this.#hidesSome ? undefined : this.#hits.answer(key, scope, generations, lives);
  }

  stats(): TieredCacheStats {
    const { proof, copies, keys, generations } = this.#memory;
    const { size, weight } = copies.stats();
    const ageMs = this.#clock.now() - proof.provenAt;
    return {
      ...this.#ledger.stats(),
      era: proof.era,
      proofAgeMs: Number.isFinite(ageMs) ? ageMs : null,
      masters: this.#feed?.status().masters ?? [],
      journal: this.#journal.stats(),
      audit: this.#audit.stats(),
      copies: { entries: size, bytes: weight },
      inFlight: keys.size + generations.size,
    };
  }

  resetStats(): void {
    this.#ledger.reset();
    this.#audit.resetStats();
  }

  on<Name extends keyof TieredCacheEvents>(
    event: Name,
    listener: (event: TieredCacheEvents[Name]) => void,
  ): () => void {
    const remove = this.#ledger.on(event, listener);
    this.#listen();
    return () => {
      remove();
      this.#listen();
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#store.close();
    this.#journal.close();
    this.#audit.close();
    this.#memory.close();
    await this.#feed?.close();
  }

  /** `true` when not every copy may be served: removals have to be repeated, or the tier is closed. */
  get #hidesSome(): boolean {
    return this.#closed || this.#journal.any;
  }

  /** Listens to copies that leave as long as somebody wants to know: they leave without a call otherwise. */
  #listen(): void {
    const tell = (key: string, _copy: unknown, cause: RemovalCause) =>
      this.#ledger.tell('removed', { key, cause });
    this.#memory.copies.listen(this.#ledger.listens('removed') ? tell : undefined);
  }
}

/** Changes of a store that nobody hears of. A built-in cache is used below its failure mode. */
function plainStore(below: ICache & IFencedStore): AnnouncingStore {
  return storeBehind(below) as unknown as AnnouncingStore;
}

function feedSource(below: ICache & IFencedStore, coherence: FeedKind): ChangeFeedSource {
  if (changeFeed in below) return below as ICache & IFencedStore & ChangeFeedSource;
  throw new ArgumentError(
    `coherence: ${coherence} requires a RedisCache as l2, got a cache that tells nobody of its changes: choose coherence: none`,
  );
}
