import type { ILogger } from '../../../interfaces/logger.js';
import type { MissReason, TypedCacheEvents, TypedCacheStats } from '../../../interfaces/typed-cache.js';
import { hitRate, Latency, setToZero } from '../../foundation/call-counts.js';

/** Counts of a ledger in the shape of every cache. */
type Counts = Omit<TypedCacheStats, 'pendingInvalidations' | 'loading'>;
type Listener = (event: never) => void;
type Counted = Exclude<
  keyof TypedCacheStats,
  'misses' | 'hitRate' | 'sets' | 'errors' | 'latency' | 'pendingInvalidations' | 'loading'
>;

/** Counters and listeners of a typed cache. */
export class Ledger {
  readonly counts: Record<Counted, number> = {
    hits: 0,
    staleHits: 0,
    loads: 0,
    loadFailures: 0,
    joined: 0,
    refreshes: 0,
    stored: 0,
    deletes: 0,
    fenced: 0,
    undecodable: 0,
    storeFailures: 0,
    repeatedInvalidations: 0,
  };
  readonly misses: Record<MissReason, number> = {
    absent: 0,
    refused: 0,
    tag: 0,
    namespace: 0,
    version: 0,
    schema: 0,
    undecodable: 0,
    pending: 0,
    'store-failed': 0,
    mode: 0,
    forced: 0,
  };
  /** Durations of loads. */
  readonly latency = new Latency();
  #listening = false;
  readonly #listeners = new Map<keyof TypedCacheEvents, Set<{ readonly listener: Listener }>>();
  readonly #logger: ILogger;

  constructor(logger: ILogger) {
    this.#logger = logger;
  }

  /** `true` while there is a listener: on the hot path, events are not even created without one. */
  get listening(): boolean {
    return this.#listening;
  }

  stats(): Counts {
    const { hits, staleHits, stored, storeFailures } = this.counts;
    const missed = Object.values(this.misses).reduce((sum, count) => sum + count, 0);
    return {
      ...this.counts,
      misses: Object.freeze({ ...this.misses }),
      hitRate: hitRate(hits + staleHits, missed),
      sets: stored,
      errors: storeFailures,
      latency: this.latency.stats(),
    };
  }

  reset(): void {
    setToZero(this.counts);
    setToZero(this.misses);
    this.latency.reset();
  }

  on(event: keyof TypedCacheEvents, listener: Listener): () => void {
    const registration = { listener };
    const registered = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, registered.add(registration));
    this.#listening = true;
    return () => {
      registered.delete(registration);
      this.#listening = [...this.#listeners.values()].some(({ size }) => size > 0);
    };
  }

  tell<Name extends keyof TypedCacheEvents>(name: Name, event: TypedCacheEvents[Name]): void {
    const registered = this.#listening ? this.#listeners.get(name) : undefined;
    if (registered === undefined) return;
    for (const { listener } of [...registered]) {
      try {
        const told: unknown = (listener as (event: TypedCacheEvents[Name]) => unknown)(event);
        if (told instanceof Promise) told.catch((error: unknown) => this.#failed(name, error));
      } catch (error) {
        this.#failed(name, error);
      }
    }
  }

  /** Logs invalidations that never reached the store. */
  lost(count: number): void {
    this.#logger.error('invalidations never reached the store', { lost: count });
  }

  #failed(event: string, error: unknown): void {
    this.#logger.error('a listener of a typed cache threw', { event }, error);
  }
}
