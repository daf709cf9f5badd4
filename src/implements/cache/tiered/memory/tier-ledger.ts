import type { ILogger } from '../../../../interfaces/logger.js';
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
  readonly #logger: ILogger;

  constructor(logger: ILogger) {
    this.#logger = logger;
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
