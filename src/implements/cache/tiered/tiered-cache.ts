import { ICache } from '../../../interfaces/cache.js';
import { IClock } from '../../../interfaces/clock.js';
import type { ComponentDefinition, IComponent } from '../../../interfaces/component.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import { type FencedAnswer, type FencedRead, IFencedStore } from '../../../interfaces/fenced-store.js';
import type { HealthQuery } from '../../../interfaces/health.js';
import { describeInterface, missingMembers } from '../../../interfaces/interface-token.js';
import { ILoggerSite } from '../../../interfaces/logger.js';
import type { IStatistics } from '../../../interfaces/statistics.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../../foundation/logger/process-logger-site.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { type AnswerAtOnce, type AnswersAtOnce, readAtOnce } from '../../foundation/store/answers-at-once.js';
import { DegradingCache } from '../degrading-cache.js';
import { FailurePolicy } from '../failure-policy.js';
import { type RecoverySource, recoveries } from '../recoveries.js';
import type { TieredCacheEvents } from './memory/tier-ledger.js';
import { Tier } from './tier.js';
import type { TieredCacheHealth } from './tier-health.js';
import type { TieredCacheStats } from './tier-stats.js';
import { type TieredCacheOptions, tieredCacheSchema } from './tiered-cache-options.js';

/**
 * Copies in the memory of this process in front of a cache, with a bound on their age.
 *
 * A value that is given out is one that the cache below held for its key at some moment in the last `stalenessBound`
 * before the call began, or a newer one, whatever happens to messages, connections, processes and this event loop.
 * This process never reads a key as it was before one of its own writes, deletes or invalidations that was acknowledged.
 * Other processes may read differently within the bound, and keys have no common order.
 *
 * @example
 * ```ts
 * const redis = new RedisCache({ url: process.env.REDIS_URL ?? 'redis://localhost:6379', prefix: 'tiers:' });
 * const cache = new TieredCache({ l2: redis, stalenessBound: '1s' }); // Copies in front of it, at most 1 s old.
 * cache.on('gap', ({ cause }) => console.log(`changes may be missed: ${cause}`));
 *
 * await redis.start(); // You made it, so you start and close it.
 * await cache.start();
 * ```
 */
export class TieredCache extends DegradingCache implements AnswersAtOnce, IComponent, IStatistics {
  static readonly component: ComponentDefinition<typeof tieredCacheSchema, TieredCache> = {
    options: tieredCacheSchema,
    create: (site, { l2, clock, ...options }) =>
      new TieredCache({
        ...options,
        l2: fenced(site.getComponent(ICache, l2)),
        clock: clock === undefined ? site.queryComponent(IClock) : site.getComponent(IClock, clock),
        loggerSite: site.queryComponent(ILoggerSite),
      }),
  };

  readonly #tier: Tier;
  readonly #unsubscribe: (() => void) | undefined;

  constructor({ l2, clock = new SystemClock(), loggerSite, ...options }: TieredCacheOptions) {
    const ports = { l2 };
    const { failureMode, defaultExpire, ...checked } = parseOptions(
      tieredCacheSchema,
      'TieredCache',
      options,
      { ports },
    );
    const logger = guardedLogger(loggerSite ?? new ProcessLoggerSite(clock), 'inversify-cache.tiered-cache');
    const policy = new FailurePolicy({
      component: 'TieredCache',
      failureMode,
      remote: true,
      logger,
      clock,
      defaultExpire,
    });
    const tier = new Tier(fenced(l2), checked, clock, logger);
    super(tier.store, policy);
    this.#tier = tier;
    this.#unsubscribe = (l2 as Partial<RecoverySource>)[recoveries]?.(() => policy.recovered());
  }

  /** Opens the streams of changes. The cache is usable before, and while they are away. */
  async start(): Promise<void> {
    this.#tier.startAudit();
    await this.#tier.open();
  }

  /** Hot path: a hit costs one promise, which is resolved already. */
  override getValue(key: string): Promise<Uint8Array | null> {
    const lent = typeof key === 'string' ? this.#tier.lent(key) : undefined;
    return lent === undefined ? super.getValue(key) : Promise.resolve(Buffer.from(lent));
  }

  override read(request: FencedRead): Promise<FencedAnswer> {
    return super.read(request);
  }

  [readAtOnce](
    key: string,
    scope: string | undefined,
    generations: readonly string[],
    lives: boolean,
  ): AnswerAtOnce | undefined {
    checkKey(key);
    return this.#tier.answer(key, scope, generations, lives);
  }

  /**
   * Reports the health of the cache below and of the streams, with the statistics of this tier. Never rejects, and asks a
   * cache below that does not answer no longer than 150 ms.
   */
  health(query?: HealthQuery): Promise<TieredCacheHealth> {
    return this.#tier.health(query);
  }

  /** Returns counts since the cache was made, and its state. */
  stats(): TieredCacheStats {
    return this.#tier.stats();
  }

  resetStats(): void {
    this.#tier.resetStats();
  }

  /**
   * Calls a listener for gaps, for streams that stand again, or for copies that leave. An error of the listener is
   * logged.
   *
   * @returns A function that removes the listener.
   */
  on<Name extends keyof TieredCacheEvents>(
    event: Name,
    listener: (event: TieredCacheEvents[Name]) => void,
  ): () => void {
    return this.#tier.on(event, listener);
  }

  /** Removes all copies and ends the streams; the cache below stays open. Later calls reject with a `DisposedError`. */
  async close(): Promise<void> {
    this.#unsubscribe?.();
    await this.#tier.close();
  }
}

/** Refuses a cache below that cannot fence changes off. */
function fenced(cache: ICache): ICache & IFencedStore {
  const port = describeInterface(IFencedStore);
  const missing = port === undefined ? [] : missingMembers(port, cache);
  if (missing.length === 0) return cache as ICache & IFencedStore;
  throw new ArgumentError(
    `expected an IFencedStore as l2, such as a RedisCache, got a cache without ${missing.join(', ')}`,
  );
}
