import type { ICache } from '../../interfaces/cache.js';
import type { IClock } from '../../interfaces/clock.js';
import type { HealthQuery, TypedCacheHealth } from '../../interfaces/health.js';
import { healthOf } from '../foundation/health.js';

/** Bound on the answer of the store. */
const STORE_MS = 250;

/** Health of the store under a typed cache. Without its store a typed cache still loads, so it is never down. */
export class StoreHealth {
  readonly #store: ICache;
  readonly #clock: IClock;

  constructor(store: ICache, clock: IClock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** @param pending  Returns the number of invalidations that have not reached the store. */
  async report(pending: () => number, query?: HealthQuery): Promise<TypedCacheHealth> {
    const { status, reasons } = await healthOf(this.#store, this.#clock, STORE_MS, query);
    const pendingInvalidations = pending();
    const all = reasons.map((reason) => `store: ${reason}`);
    if (pendingInvalidations > 0) {
      all.push(`invalidations that have not reached the store: ${pendingInvalidations}`);
    }
    const isUp = status === 'up' && pendingInvalidations === 0;
    return { status: isUp ? 'up' : 'degraded', reasons: all, pendingInvalidations };
  }
}
