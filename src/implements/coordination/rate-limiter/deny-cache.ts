import type { IClock } from '../../../interfaces/clock.js';
import type { LimitDecision, RateLimitDecision } from '../../../interfaces/rate-limiter.js';

/** Maximum number of keys; beyond it, the one that was denied longest ago is asked for again. */
const MAX_KEYS = 10_000;

interface Denial {
  readonly cost: number;
  readonly decision: RateLimitDecision;
  readonly atMs: number;
  readonly untilMs: number;
}

/**
 * Denials that this process may repeat without asking the store, for a short time. Only denials: what is allowed stays
 * exact. A `reset` by another process is noticed when that time is over.
 */
export class DenyCache {
  readonly #keepMs: number;
  readonly #clock: IClock;
  readonly #denials = new Map<string, Denial>();

  /** @param keepMs  Maximum time; 0 turns it off. */
  constructor(keepMs: number, clock: IClock) {
    this.#keepMs = keepMs;
    this.#clock = clock;
  }

  add(key: string, cost: number, decision: RateLimitDecision): void {
    const now = this.#clock.now();
    const untilMs = now + Math.min(this.#keepMs, decision.retryAfterMs);
    if (untilMs === now) return;
    this.#denials.delete(key);
    this.#denials.set(key, { cost, decision, atMs: now, untilMs });
    if (this.#denials.size <= MAX_KEYS) return;
    const [oldest] = this.#denials.keys();
    if (oldest !== undefined) this.#denials.delete(oldest);
  }

  /** Repeats the denial of a call that costs as much, or more. */
  get(key: string, cost: number): RateLimitDecision | undefined {
    const denial = this.#denials.get(key);
    if (denial === undefined) return undefined;
    const now = this.#clock.now();
    if (now >= denial.untilMs) {
      this.#denials.delete(key);
      return undefined;
    }
    return cost < denial.cost ? undefined : later(denial.decision, now - denial.atMs);
  }

  forget(key: string): void {
    this.#denials.delete(key);
  }
}

/** A decision as it is some time later. */
function later(decision: RateLimitDecision, passedMs: number): RateLimitDecision {
  const left = <L extends Omit<LimitDecision, 'name'>>(limit: L): L => ({
    ...limit,
    resetAfterMs: Math.max(0, Math.ceil(limit.resetAfterMs - passedMs)),
    retryAfterMs: Math.max(0, Math.ceil(limit.retryAfterMs - passedMs)),
  });
  return { ...left(decision), limits: decision.limits.map(left), source: 'local' };
}
