import type { IClock } from '../../../interfaces/clock.js';
import type { RateLimitDecision } from '../../../interfaces/rate-limiter.js';

interface Logged {
  readonly decision: RateLimitDecision;
  readonly untilMs: number;
}

/** Decisions by request id, for a time, of at most a number of requests. */
export class RequestLog {
  readonly #keepMs: number;
  readonly #maxRequests: number;
  readonly #clock: IClock;
  readonly #logged = new Map<string, Logged>();

  constructor(keepMs: number, maxRequests: number, clock: IClock) {
    this.#keepMs = keepMs;
    this.#maxRequests = maxRequests;
    this.#clock = clock;
  }

  get(key: string, requestId: string): RateLimitDecision | undefined {
    const logged = this.#logged.get(nameOf(key, requestId));
    return logged !== undefined && this.#clock.now() < logged.untilMs ? logged.decision : undefined;
  }

  add(key: string, requestId: string, decision: RateLimitDecision): void {
    const now = this.#clock.now();
    for (const [name, { untilMs }] of this.#logged) {
      if (untilMs > now && this.#logged.size < this.#maxRequests) break;
      this.#logged.delete(name);
    }
    this.#logged.set(nameOf(key, requestId), { decision, untilMs: now + this.#keepMs });
  }

  clear(): void {
    this.#logged.clear();
  }
}

/** One text for both, which no other pair has. */
function nameOf(key: string, requestId: string): string {
  return `${key.length}:${key}${requestId}`;
}
