import type { IClock } from '../../../interfaces/clock.js';
import type { ConnectionError, OperationError } from '../../../interfaces/errors.js';
import type { ILogger } from '../../../interfaces/logger.js';
import type { RateLimitDecision } from '../../../interfaces/rate-limiter.js';
import { IncidentFilter } from '../../foundation/logger/incident-filter.js';
import { Counts } from './counts.js';
import { type Limit, sharesOf } from './limits.js';
import type { RateRequest } from './requests.js';
import { decisionOf, decisionOfRule } from './standing.js';

/** Advice to callers that are denied because Redis is away: outages have no known end. */
const RETRY_MS = 1000;
const MAX_KEYS = 100_000;

/** Options `onUnavailable` and `localShare`. */
export interface OutageOptions {
  readonly mode: 'allow' | 'deny' | 'local';
  readonly share: number;
}

/** Decides in place of Redis, for as long as it does not answer: each call asks it first. */
export class Outage {
  readonly #limits: readonly Limit[];
  readonly #mode: OutageOptions['mode'];
  readonly #shares: readonly Limit[];
  readonly #counts: Counts;
  readonly #incidents: IncidentFilter;
  readonly #logger: ILogger;

  constructor(limits: readonly Limit[], { mode, share }: OutageOptions, clock: IClock, logger: ILogger) {
    this.#limits = limits;
    this.#mode = mode;
    this.#shares = sharesOf(limits, share);
    this.#counts = new Counts(this.#shares, MAX_KEYS, clock);
    this.#incidents = new IncidentFilter(clock);
    this.#logger = logger;
  }

  decide(
    { key, cost }: RateRequest,
    verb: 'consume' | 'peek',
    error: ConnectionError | OperationError,
  ): RateLimitDecision {
    this.#tell(error);
    if (this.#mode !== 'local') {
      return decisionOfRule(
        this.#limits,
        this.#mode === 'allow',
        this.#mode === 'allow' ? 0 : RETRY_MS,
        true,
      );
    }
    // A call that costs more than the share of this process is never allowed here.
    if (this.#shares.some(({ burst }) => cost > burst)) {
      return { ...decisionOfRule(this.#shares, false, RETRY_MS, true), source: 'local' };
    }
    const { standings, blockedMs } = this.#counts[verb](key, cost, 0);
    return decisionOf(this.#shares, standings, blockedMs, { source: 'local', degraded: true });
  }

  reset(key: string): void {
    this.#counts.reset(key);
  }

  /** Redis has answered: the next failure is a new incident. */
  ended(): void {
    this.#incidents.end();
  }

  close(): void {
    this.#counts.close();
  }

  #tell(error: ConnectionError | OperationError): void {
    if (!this.#incidents.admits(error.code)) return;
    const { code } = error;
    const text = `RedisRateLimiter has no answer from Redis: onUnavailable: ${this.#mode} decides`;
    this.#logger.warning(text, { component: 'RedisRateLimiter', code }, error);
  }
}
