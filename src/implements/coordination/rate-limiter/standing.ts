import type { LimitDecision, RateLimitDecision } from '../../../interfaces/rate-limiter.js';
import type { Limit } from './limits.js';

const US_PER_MS = 1000;

/** Answer of one limit to a call; durations in whole microseconds, rounded up. */
export interface Standing {
  readonly allowed: boolean;
  readonly remaining: number;
  readonly resetUs: number;
  readonly retryUs: number;
}

/** Origin of a decision. */
export type Origin = Pick<RateLimitDecision, 'source' | 'degraded'>;

/** @param blockedMs  Remaining block of the key; 0 without one. */
export function decisionOf(
  limits: readonly Limit[],
  standings: readonly Standing[],
  blockedMs: number,
  origin: Origin,
): RateLimitDecision {
  const each = limits.map(({ name, limit, burst, perUs }, index): LimitDecision => {
    const { allowed, remaining, resetUs, retryUs } = standings[index] as Standing;
    return {
      name,
      allowed,
      limit: burst,
      windowMs: Math.ceil((perUs * burst) / limit / US_PER_MS),
      remaining,
      resetAfterMs: Math.ceil(resetUs / US_PER_MS),
      retryAfterMs: Math.ceil(retryUs / US_PER_MS),
    };
  });
  const { name: _name, ...tightest } = each.reduce(tighter);
  const isBlocked = blockedMs > 0;
  return {
    ...tightest,
    allowed: tightest.allowed && !isBlocked,
    remaining: isBlocked ? 0 : tightest.remaining,
    resetAfterMs: Math.max(tightest.resetAfterMs, blockedMs),
    retryAfterMs: Math.max(tightest.retryAfterMs, blockedMs),
    limits: each,
    ...origin,
  };
}

/** Decision of a rule, for which no limit was asked. */
export function decisionOfRule(
  limits: readonly Limit[],
  allowed: boolean,
  retryAfterMs: number,
  degraded: boolean,
): RateLimitDecision {
  const standings = limits.map(({ burst }) => ({
    allowed,
    remaining: allowed ? burst : 0,
    resetUs: retryAfterMs * US_PER_MS,
    retryUs: retryAfterMs * US_PER_MS,
  }));
  return decisionOf(limits, standings, 0, { source: 'policy', degraded });
}

/** Of two limits, the one that has a caller wait longer; else the one with less remaining, then with the later reset. */
function tighter(one: LimitDecision, other: LimitDecision): LimitDecision {
  const order =
    other.retryAfterMs - one.retryAfterMs ||
    one.remaining - other.remaining ||
    other.resetAfterMs - one.resetAfterMs;
  return order > 0 ? other : one;
}
