import assert from 'node:assert/strict';
import { admitted, chance, EACH } from './steps.js';
import { type LimiterLaw, law } from './subject.js';

/** Laws of the four algorithms. */
export const algorithmLaws: readonly LimiterLaw[] = [
  law('a fixed window admits its limit exactly, and as much again when it is over', async (open) => {
    const { limiter, advance } = await open({
      limits: [{ name: 'a', algorithm: 'fixedWindow', limit: 20, per: '1m' }],
    });
    for (let window = 0; window < 3; window += 1) {
      assert.equal(await admitted(limiter, 'k', 50), 20);
      await advance(59_999);
      assert.equal(await admitted(limiter, 'k', 3), 0);
      await advance(1);
    }
  }),
  law('a fixed window opens with its first charge', async (open) => {
    const { limiter, advance } = await open({
      limits: [{ name: 'a', algorithm: 'fixedWindow', limit: 2, per: '1m' }],
    });
    await advance(12_345);
    assert.equal((await limiter.consume('k')).resetAfterMs, 60_000);
    await advance(30_000);
    assert.equal((await limiter.consume('k')).resetAfterMs, 30_000);
  }),
  law('a sliding window admits no more than its limit in any interval of its length', async (open) => {
    const { limiter, advance } = await open({
      limits: [{ name: 'a', algorithm: 'slidingWindow', limit: 7, per: '1s' }],
    });
    const next = chance(7);
    const moments: number[] = [];
    let now = 0;
    for (let call = 0; call < 200; call += 1) {
      const cost = 1 + next(3);
      const since = moments.filter((moment) => moment > now - 1000).length;
      const { allowed } = await limiter.consume('k', { cost });
      assert.equal(allowed, since + cost <= 7, `call ${call}`);
      if (allowed) for (let unit = 0; unit < cost; unit += 1) moments.push(now);
      const step = next(300);
      now += step;
      await advance(step);
    }
  }),
  law('a sliding counter decides by its formula', async (open) => {
    const { limiter, advance } = await open({
      limits: [{ name: 'a', algorithm: 'slidingCounter', limit: 40, per: '1s' }],
    });
    const next = chance(11);
    // Windows are counted from the beginning of the clock: a full counter tells when one begins.
    assert.equal(await admitted(limiter, 'k', 41), 40);
    const first = await limiter.peek('k');
    await advance(first.resetAfterMs - 1000);
    let [current, previous, now] = [0, 40, 0];
    for (let call = 0; call < 300; call += 1) {
      const cost = 1 + next(5);
      const taken = previous * (1 - now / 1000) + current;
      const { allowed } = await limiter.consume('k', { cost });
      assert.equal(allowed, taken + cost <= 40, `call ${call}: ${taken} + ${cost}`);
      if (allowed) current += cost;
      const step = next(120);
      await advance(step);
      now += step;
      if (now >= 1000) [previous, current, now] = [current, 0, now - 1000];
    }
  }),
  law('a token bucket allows its burst at once, and then its rate without drift', async (open) => {
    const { limiter, advance } = await open({
      limits: [{ name: 'a', algorithm: 'tokenBucket', limit: 3, per: '1s', burst: 10 }],
    });
    assert.equal(await admitted(limiter, 'k', 15), 10);
    let allowed = 0;
    for (let ms = 0; ms < 20_000; ms += 100) {
      await advance(100);
      if ((await limiter.consume('k')).allowed) allowed += 1;
    }
    assert.equal(allowed, 60);
    const fast = await open({
      limits: [{ name: 'a', algorithm: 'tokenBucket', limit: 700_000, per: '1s' }],
    });
    // A unit takes 1.43 microseconds: these take 3.0014 milliseconds, and 2.1 if each were rounded.
    assert.equal(await admitted(fast.limiter, 'k', 2100), 2100);
    assert.equal((await fast.limiter.consume('k')).resetAfterMs, 4);
  }),
  law('a token bucket that was left alone is full, and no fuller', async (open) => {
    const { limiter, advance } = await open({
      limits: [{ name: 'a', algorithm: 'tokenBucket', limit: 3, per: '1s', burst: 4 }],
    });
    await admitted(limiter, 'k', 4);
    await advance(10_000);
    assert.equal(await admitted(limiter, 'k', 9), 4);
  }),
  law(
    'a call that waits for `retryAfterMs` is allowed, and one that waits a millisecond less is not',
    async (open) => {
      const next = chance(3);
      for (const limit of EACH) {
        const { limiter, advance } = await open({ limits: [limit] });
        for (let round = 0; round < 12; round += 1) {
          const cost = 1 + next(5);
          const key = `k${round}`;
          let decision = await limiter.consume(key, { cost });
          for (let tries = 0; decision.allowed && tries < 20; tries += 1) {
            await advance(next(90));
            decision = await limiter.consume(key, { cost });
          }
          assert.equal(decision.allowed, false, limit.algorithm);
          assert.ok(decision.retryAfterMs > 0);
          await advance(decision.retryAfterMs - 1);
          assert.equal((await limiter.peek(key, { cost })).allowed, false, `${limit.algorithm} ${round}`);
          await advance(1);
          assert.equal((await limiter.consume(key, { cost })).allowed, true, `${limit.algorithm} ${round}`);
        }
      }
    },
  ),
  law('`remaining` more units are admitted at once, and no more', async (open) => {
    const next = chance(5);
    for (const limit of EACH) {
      const { limiter, advance } = await open({ limits: [limit] });
      for (let round = 0; round < 12; round += 1) {
        await advance(next(400));
        const { remaining } = await limiter.consume('k');
        assert.equal(await admitted(limiter, 'k', remaining + 1), remaining, `${limit.algorithm} ${round}`);
      }
    }
  }),
  law('everything is available again after `resetAfterMs`', async (open) => {
    for (const limit of EACH) {
      const { limiter, advance } = await open({ limits: [limit] });
      await limiter.consume('k', { cost: 3 });
      await advance(150);
      const { resetAfterMs } = await limiter.consume('k');
      await advance(resetAfterMs - 1);
      assert.notDeepEqual(await limiter.peek('k'), await limiter.peek('other'), limit.algorithm);
      await advance(1);
      assert.deepEqual(await limiter.peek('k'), await limiter.peek('other'), limit.algorithm);
      assert.equal(await admitted(limiter, 'k', 9), 5, limit.algorithm);
    }
  }),
];
