import { z } from 'zod';
import type {
  ComponentDefinition,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
} from '../../../interfaces/component.js';
import type { Duration } from '../../../interfaces/duration.js';
import { ConnectionError, DisposedError, OperationError } from '../../../interfaces/errors.js';
import type { HealthQuery } from '../../../interfaces/health.js';
import type {
  ConsumeOptions,
  IRateLimiter,
  PeekOptions,
  RateLimitDecision,
} from '../../../interfaces/rate-limiter.js';
import type { RedisHealth } from '../../../interfaces/redis-health.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { durationOption, requireDurationMs } from '../../foundation/options/duration.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import {
  type ComponentConnection,
  type ComponentConnectionOption,
  checkComponentConnection,
  componentConnectionShape,
  connected,
  declaredComponent,
  prefixOption,
  type UncheckedComponentConnection,
} from '../../redis/component-connection.js';
import type { ConnectionHandle } from '../../redis/connection-handle.js';
import { DenyCache } from './deny-cache.js';
import { exemption, limiterShape } from './limiter-options.js';
import { type Limit, limitsOf, type WrittenLimit } from './limits.js';
import { Outage } from './outage.js';
import { RedisCounts } from './redis/redis-counts.js';
import { type RateRequest, rateRequest } from './requests.js';
import { decisionOf, decisionOfRule } from './standing.js';

const declared = z
  .strictObject({
    ...componentConnectionShape,
    prefix: prefixOption()
      .default('limit:')
      .describe('Prefix of every key. Limiters with the same prefix and limits share their counts.'),
    ...limiterShape,
    onUnavailable: z
      .enum(['allow', 'deny', 'local'])
      .default('allow')
      .describe(
        'Decision while Redis does not answer: every call is allowed, or denied, or counted in this process. The decision says so: `degraded`.',
      ),
    localShare: z
      .number()
      .gt(0)
      .max(1)
      .default(0.25)
      .describe('Share of each limit that a process admits with `onUnavailable: local`.'),
    denyCache: durationOption()
      .optional()
      .describe(
        'Time for which this process may repeat a denial without asking Redis; a `reset` elsewhere is noticed that much later. Default: none.',
      ),
  })
  .superRefine(checkComponentConnection)
  .describe('A rate limiter in Redis: all processes share its limits.');

type Written = Omit<z.input<typeof declared>, ComponentConnectionOption | 'limits'> & {
  /** Limits that a call has to meet, all of them. */
  readonly limits: readonly WrittenLimit[];
};

/** Options of a `RedisRateLimiter` that is constructed in code: over a `connection`, or with one of its own. */
export type RedisRateLimiterOptions = ComponentConnection & Written;

type UncheckedOptions = UncheckedComponentConnection & Written;

/**
 * A rate limiter in Redis: all processes share its limits, and the server's clock tells the time. Each call is one
 * script, which charges all limits or none; a key takes some 200 bytes there, and a sorted set for each
 * `slidingWindow`.
 *
 * @example
 * ```ts
 * const limiter = new RedisRateLimiter({
 *   connection,
 *   prefix: 'app:logins:',
 *   limits: [{ name: 'logins', algorithm: 'fixedWindow', limit: 5, per: '1m' }],
 *   onUnavailable: 'local',
 * });
 * ```
 */
export class RedisRateLimiter implements IRateLimiter, IComponent, IKeySpaceOwner {
  static readonly component: ComponentDefinition<typeof declared, RedisRateLimiter> = {
    options: declared,
    create: (site, options, context) => {
      const checked: UncheckedOptions = declaredComponent(site, options, context);
      return new RedisRateLimiter(checked as RedisRateLimiterOptions);
    },
  };

  readonly keySpace: KeySpaceClaim;
  readonly #limits: readonly Limit[];
  readonly #isExempt: (key: string) => boolean;
  readonly #counts: RedisCounts;
  readonly #denials: DenyCache;
  readonly #outage: Outage;
  readonly #handle: ConnectionHandle;
  #closed = false;

  constructor(options: RedisRateLimiterOptions) {
    const { connection, handle, timeoutMs, clock, loggerSite, ...parsed } = connected(
      declared,
      'RedisRateLimiter',
      options,
    );
    const { prefix, limits, exempt, blockFor = 0, onUnavailable, localShare, denyCache = 0 } = parsed.options;
    this.#limits = limitsOf(limits);
    this.#isExempt = exemption(exempt);
    this.#counts = new RedisCounts(connection, prefix, this.#limits, {
      blockForMs: blockFor,
      timeout: timeoutMs,
    });
    this.#denials = new DenyCache(denyCache, clock);
    const logger = guardedLogger(loggerSite, 'inversify-cache.rate-limiter');
    this.#outage = new Outage(this.#limits, { mode: onUnavailable, share: localShare }, clock, logger);
    this.#handle = handle;
    const harm = 'it evicts counts and blocks, and lets those pass who have reached a limit';
    handle.warnOfEviction(logger, harm);
    this.keySpace = handle.claim(prefix);
  }

  async consume(key: string, options?: ConsumeOptions): Promise<RateLimitDecision> {
    const request = this.#request(key, options);
    if (this.#isExempt(key)) return decisionOfRule(this.#limits, true, 0, false);
    const denied = this.#denials.get(key, request.cost);
    if (denied !== undefined) return denied;
    const decision = await this.#decide(request, 'consume');
    if (!decision.allowed && decision.source === 'redis') this.#denials.add(key, request.cost, decision);
    return decision;
  }

  async peek(key: string, options?: PeekOptions): Promise<RateLimitDecision> {
    const request = this.#request(key, options);
    if (this.#isExempt(key)) return decisionOfRule(this.#limits, true, 0, false);
    return this.#denials.get(key, request.cost) ?? this.#decide(request, 'peek');
  }

  async reset(key: string): Promise<boolean> {
    checkKey(key);
    this.#checkOpen();
    this.#denials.forget(key);
    const there = await this.#counts.reset(key);
    this.#denials.forget(key);
    this.#outage.reset(key);
    return there;
  }

  async block(key: string, duration: Duration): Promise<void> {
    checkKey(key);
    const ms = requireDurationMs(duration);
    this.#checkOpen();
    await this.#counts.block(key, ms);
    this.#denials.forget(key);
  }

  /** Reports the state of the connection, within 100 ms. Never rejects. */
  health(query?: HealthQuery): Promise<RedisHealth> {
    return this.#handle.health(query);
  }

  async start(): Promise<void> {
    await this.#handle.start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#outage.close();
    await this.#handle.close();
  }

  #request(key: string, options: ConsumeOptions | undefined): RateRequest {
    const request = rateRequest(this.#limits, key, options);
    this.#checkOpen();
    if (request.signal?.aborted === true) throw abortError(request.signal, 'not-sent');
    return request;
  }

  /** Asks Redis; only its failures, never a denial, are decided here. */
  async #decide(request: RateRequest, verb: 'consume' | 'peek'): Promise<RateLimitDecision> {
    try {
      const { standings, blockedMs } = await this.#counts.decide(request, verb);
      this.#outage.ended();
      return decisionOf(this.#limits, standings, blockedMs, { source: 'redis', degraded: false });
    } catch (error) {
      const isOfRedis = ConnectionError.is(error) || (OperationError.is(error) && error.code !== 'E_ABORTED');
      if (!isOfRedis || this.#closed) throw error;
      return this.#outage.decide(request, verb, error);
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new DisposedError('this RedisRateLimiter is closed');
  }
}
