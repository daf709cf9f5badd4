import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { rateLimitHeaders } from '../../../src/implements/coordination/rate-limiter/headers.js';
import { MemoryRateLimiter } from '../../../src/implements/coordination/rate-limiter/memory-rate-limiter.js';
import { ManualClock } from '../../support/time/manual-clock.js';

const limits = [
  { name: 'burst', algorithm: 'tokenBucket', limit: 10, per: '1s', burst: 20 },
  { name: 'daily', algorithm: 'fixedWindow', limit: 20, per: '1d' },
] as const;

describe('rateLimitHeaders', () => {
  it('an allowed call reports each limit with quota, window, rest and reset', async () => {
    const limiter = new MemoryRateLimiter({ limits, clock: new ManualClock() });
    assert.deepEqual(rateLimitHeaders(await limiter.consume('k', { cost: 15 })), {
      'RateLimit-Policy': '"burst";q=20;w=2, "daily";q=20;w=86400',
      RateLimit: '"burst";r=5;t=2, "daily";r=5;t=86400',
    });
  });

  it('a denied call says when to try again, rounded up to seconds', async () => {
    const limiter = new MemoryRateLimiter({ limits, clock: new ManualClock() });
    await limiter.consume('k', { cost: 20 });
    const headers = rateLimitHeaders(await limiter.peek('k', { cost: 1 }), { legacy: true });
    assert.equal(headers['Retry-After'], '86400');
    assert.equal(headers.RateLimit, '"burst";r=0;t=1, "daily";r=0;t=86400');
    assert.deepEqual(
      ['Limit', 'Remaining', 'Reset'].map((name) => headers[`X-RateLimit-${name}`]),
      ['20', '0', '86400'],
    );
  });

  it('a key that is exempt has no limits to report', async () => {
    const limiter = new MemoryRateLimiter({ limits, exempt: ['*'] });
    assert.deepEqual(rateLimitHeaders(await limiter.consume('k')), {});
  });
});
