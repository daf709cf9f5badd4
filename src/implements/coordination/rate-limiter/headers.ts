import type { RateLimitDecision } from '../../../interfaces/rate-limiter.js';

const MS_PER_SECOND = 1000;

/** Options of `rateLimitHeaders`. */
export interface RateLimitHeadersOptions {
  /** Adds `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`, in seconds. Default: `false`. */
  readonly legacy?: boolean | undefined;
}

/**
 * Headers of an HTTP response: `RateLimit-Policy` and `RateLimit` with each limit, and `Retry-After` when the call was
 * denied. Seconds are rounded up, so that a client who waits that long is allowed. A key that is exempt, and a decision
 * without counts, have no limits to report.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function rateLimitHeaders(
  decision: RateLimitDecision,
  { legacy = false }: RateLimitHeadersOptions = {},
): Record<string, string> {
  const headers: Record<string, string> = {};
  const { allowed, limits, source } = decision;
  if (source !== 'policy') {
    headers['RateLimit-Policy'] = limits
      .map(({ name, limit, windowMs }) => `"${name}";q=${limit};w=${seconds(windowMs)}`)
      .join(', ');
    headers.RateLimit = limits
      .map((limit) => {
        const waitMs = limit.allowed ? limit.resetAfterMs : limit.retryAfterMs;
        return `"${limit.name}";r=${limit.remaining};t=${seconds(waitMs)}`;
      })
      .join(', ');
    if (legacy) {
      headers['X-RateLimit-Limit'] = String(decision.limit);
      headers['X-RateLimit-Remaining'] = String(decision.remaining);
      headers['X-RateLimit-Reset'] = String(seconds(decision.resetAfterMs));
    }
  }
  if (!allowed) headers['Retry-After'] = String(seconds(decision.retryAfterMs));
  return headers;
}

function seconds(ms: number): number {
  return Math.ceil(ms / MS_PER_SECOND);
}
