import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { Counts } from '../../../src/implements/coordination/rate-limiter/counts.js';
import { limitsOf } from '../../../src/implements/coordination/rate-limiter/limits.js';
import { MemoryRateLimiter } from '../../../src/implements/coordination/rate-limiter/memory-rate-limiter.js';
import { ManualClock } from '../../support/time/manual-clock.js';

const MONTH = '30d';

describe('MemoryRateLimiter', () => {
  it('keys are held within the bound, however many there are, and forgotten after their window', () => {
    const clock = new ManualClock();
    const limits = limitsOf([{ name: 'a', algorithm: 'fixedWindow', limit: 5, per: 60_000 }]);
    const counts = new Counts(limits, 10_000, clock);
    for (let key = 0; key < 100_000; key += 1) counts.consume(`k${key}`, 1, 0);
    assert.equal(counts.size, 10_000);
    assert.equal(clock.pending, 1, 'one timer for all of them');
    clock.advance(70_000);
    assert.equal(counts.size, 0);
    assert.equal(clock.pending, 0);
  });

  it('a key that was charged longest ago is the first to start anew', async () => {
    const clock = new ManualClock();
    const limiter = new MemoryRateLimiter({
      clock,
      maxKeys: 2,
      limits: [{ name: 'a', algorithm: 'fixedWindow', limit: 5, per: '1m' }],
    });
    for (const key of ['a', 'b', 'a', 'c']) await limiter.consume(key);
    assert.equal((await limiter.peek('a')).remaining, 2);
    assert.equal((await limiter.peek('b')).remaining, 4);
  });

  it('a window of a month holds for a month', async () => {
    const clock = new ManualClock();
    const limiter = new MemoryRateLimiter({
      clock,
      limits: [{ name: 'a', algorithm: 'slidingWindow', limit: 1, per: MONTH }],
    });
    await limiter.consume('k');
    clock.advance(30 * 86_400_000 - 1);
    assert.equal((await limiter.consume('k')).retryAfterMs, 1);
    clock.advance(1);
    assert.equal((await limiter.consume('k')).allowed, true);
  });
});
