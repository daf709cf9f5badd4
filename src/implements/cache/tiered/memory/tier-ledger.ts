import type { IClock } from '../../../../interfaces/clock.js';
import type { ILogger } from '../../../../interfaces/logger.js';
import type { CacheStats } from '../../../../interfaces/statistics.js';
import { CallCounts, hitRate, setToZero } from '../../../foundation/call-counts.js';
import type { RemovalCause } from '../../../foundation/eviction/bounded-map.js';

/** Reason of a gap: one of the stream, or a machine that was suspended. */
export type GapCause = 'link' | 'map' | 'message' | 'suspended';

/** Events of a `TieredCache`. */
export interface TieredCacheEvents {
  /** Changes may be missed from now on; copies that were proven stay in use until their deadline. */
  readonly gap: { readonly cause: GapCause };
  /** All streams stand: changes are heard again. */
  readonly standing: { readonly era: number };
  /** A copy of an entry has left the memory of this process. */
  readonly removed: { readonly key: string; readonly cause: RemovalCause };
}

type Listener = (event: never) => void;

/** Counters and listeners of a tier. */
export class TierLedger {
  readonly counts = { l1Hits: 0, l2Hits: 0, misses: 0, doubtfulReads: 0, renewals: 0, refusedFills: 0 };
  readonly gaps: Record<GapCause, number> = { link: 0, map: 0, message: 0, suspended: 0 };
  readonly #listeners = new Map<keyof TieredCacheEvents, Set<{ readonly listener: Listener }>>();
  /** Calls of the cache below. */
  readonly calls: CallCounts;
  readonly #logger: ILogger;

  constructor(logger: ILogger, clock: IClock) {
    this.calls = new CallCounts(clock);
    this.#logger = logger;
  }

  /** Counts in the shape of every cache, and those of a tier. */
  stats(): CacheStats & TierLedger['counts'] & { readonly gaps: Readonly<Record<GapCause, number>> } {
    const { counts, gaps } = this;
    const hits = counts.l1Hits + counts.l2Hits;
    const rate = hitRate(hits, counts.misses);
    return { ...this.calls.stats(), ...counts, hits, hitRate: rate, gaps: { ...gaps } };
  }

  reset(): void {
    this.calls.reset();
    setToZero(this.counts);
    setToZero(this.gaps);
  }

  /** @returns A function that removes the listener. */
  on(event: keyof TieredCacheEvents, listener: Listener): () => void {
    const registration = { listener };
    const registered = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, registered.add(registration));
    return () => {
      registered.delete(registration);
    };
  }

  listens(event: keyof TieredCacheEvents): boolean {
    return (this.#listeners.get(event)?.size ?? 0) > 0;
  }

  tell<Name extends keyof TieredCacheEvents>(name: Name, event: TieredCacheEvents[Name]): void {
    for (const { listener } of [...(this.#listeners.get(name) ?? [])]) {
      try {
        (listener as (event: TieredCacheEvents[Name]) => void)(event);
      } catch (error) {
        this.#logger.error('a listener of a tiered cache threw', { event: name }, error);
      }
    }
  }

  gap(cause: GapCause): void {
    this.gaps[cause]++;
    this.tell('gap', { cause });
  }
}
