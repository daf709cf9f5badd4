import { z } from 'zod';
import { IClock } from '../../../interfaces/clock.js';
import type { ComponentDefinition, IComponent } from '../../../interfaces/component.js';
import type { Duration } from '../../../interfaces/duration.js';
import { DisposedError } from '../../../interfaces/errors.js';
import type {
  ConsumeOptions,
  IRateLimiter,
  PeekOptions,
  RateLimitDecision,
} from '../../../interfaces/rate-limiter.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { referenceOption } from '../../foundation/options/text.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { type Answer, Counts } from './counts.js';
import { exemption, limiterShape, requestMs } from './limiter-options.js';
import { type Limit, limitsOf, type WrittenLimit } from './limits.js';
import { RequestLog } from './request-log.js';
import { type RateRequest, rateRequest } from './requests.js';
import { decisionOf, decisionOfRule } from './standing.js';

const declared = z
  .strictObject({
    ...limiterShape,
    maxKeys: z
      .int()
      .min(1)
      .default(100_000)
      .describe('Maximum number of keys; beyond it, the key that was charged longest ago starts anew.'),
    clock: referenceOption('IClock').optional().describe('Clock. Default: the monotonic system clock.'),
  })
  .describe('A rate limiter in the memory of this process.');

/** Options of a `MemoryRateLimiter` that is constructed in code. */
export interface MemoryRateLimiterOptions extends Omit<z.input<typeof declared>, 'clock' | 'limits'> {
  /** Limits that a call has to meet, all of them. */
  readonly limits: readonly WrittenLimit[];
  /** Default: the monotonic clock of the machine. */
  readonly clock?: IClock | undefined;
}

/**
 * A rate limiter in the memory of this process: each process admits the whole limit. It decides as `RedisRateLimiter`
 * does.
 *
 * A key takes some 300 bytes, and 8 more for each unit of a `slidingWindow`; it is forgotten within seconds of the end
 * of its windows.
 *
 * @example
 * ```ts
 * const limiter = new MemoryRateLimiter({
 *   limits: [
 *     { name: 'burst', algorithm: 'tokenBucket', limit: 1, per: '1s', burst: 5 },
 *     { name: 'hourly', algorithm: 'slidingWindow', limit: 1000, per: '1h' },
 *   ],
 * });
 * ```
 */
export class MemoryRateLimiter implements IRateLimiter, IComponent {
  static readonly component: ComponentDefinition<typeof declared, MemoryRateLimiter> = {
    options: declared,
    create: (site, { clock, ...options }) =>
      new MemoryRateLimiter({
        ...options,
        clock: clock === undefined ? site.queryComponent(IClock) : site.getComponent(IClock, clock),
      }),
  };

  readonly #limits: readonly Limit[];
  readonly #counts: Counts;
  readonly #requests: RequestLog;
  readonly #isExempt: (key: string) => boolean;
  readonly #blockForMs: number;
  #closed = false;

  constructor({ clock = new SystemClock(), ...options }: MemoryRateLimiterOptions) {
    const { limits, maxKeys, exempt, blockFor = 0 } = parseOptions(declared, 'MemoryRateLimiter', options);
    this.#limits = limitsOf(limits);
    this.#counts = new Counts(this.#limits, maxKeys, clock);
    this.#requests = new RequestLog(requestMs(this.#limits), maxKeys, clock);
    this.#isExempt = exemption(exempt);
    this.#blockForMs = blockFor;
  }

  async consume(key: string, options?: ConsumeOptions): Promise<RateLimitDecision> {
    const request = this.#request(key, options);
    if (this.#isExempt(key)) return decisionOfRule(this.#limits, true, 0, false);
    const { requestId } = request;
    const known = requestId === undefined ? undefined : this.#requests.get(key, requestId);
    if (known !== undefined) return known;
    const decision = this.#decision(this.#counts.consume(key, request.cost, this.#blockForMs));
    if (requestId !== undefined && decision.allowed) this.#requests.add(key, requestId, decision);
    return decision;
  }

  async peek(key: string, options?: PeekOptions): Promise<RateLimitDecision> {
    const { cost } = this.#request(key, options);
    if (this.#isExempt(key)) return decisionOfRule(this.#limits, true, 0, false);
    return this.#decision(this.#counts.peek(key, cost, this.#blockForMs));
  }

  async reset(key: string): Promise<boolean> {
    checkKey(key);
    this.#checkOpen();
    return this.#counts.reset(key);
  }

  async block(key: string, duration: Duration): Promise<void> {
    checkKey(key);
    const ms = requireDurationMs(duration);
    this.#checkOpen();
    this.#counts.block(key, ms);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#counts.close();
    this.#requests.clear();
  }

  #request(key: string, options: ConsumeOptions | undefined): RateRequest {
    const request = rateRequest(this.#limits, key, options);
    this.#checkOpen();
    if (request.signal?.aborted === true) throw abortError(request.signal, 'not-sent');
    return request;
  }

  #decision({ standings, blockedMs }: Answer): RateLimitDecision {
    return decisionOf(this.#limits, standings, blockedMs, { source: 'memory', degraded: false });
  }

  #checkOpen(): void {
    if (this.#closed) throw new DisposedError('this MemoryRateLimiter is closed');
  }
}
