import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { turns } from '../../contract/typed-cache/passing.js';
import { World } from '../world.js';

/** TTL and age of values. */

describe('longest TTL', () => {
  it.each([
    [{ expire: '36500d', grace: '1d' }],
    [{ expire: '1d', grace: '36500d' }],
    [{ expire: '36500d', grace: '36500d', loadTimeout: '36500d' }],
  ])('the longest TTL is kept, whatever other options add: %j', async (options) => {
    const cache = new World().cache(options);
    assert.equal(await cache.set('k', 'v'), true);
    assert.equal(await cache.getOrSet('l', async () => 'v'), 'v');
    for (const key of ['k', 'l']) {
      assert.equal((await cache.getEntry(key))?.state, 'fresh');
      assert.ok(((await cache.getEntry(key))?.remainingMs ?? 0) >= 86_400_000);
    }
  });
});

describe('age of a value', () => {
  it('the age of a value grows on after expire, and after a second expire', async () => {
    const world = new World();
    const cache = world.cache({ grace: '10m' });
    await cache.set('k', 'v');
    world.clock.advance(500);
    await cache.expire('k');
    world.clock.advance(200);
    assert.equal((await cache.getEntry('k'))?.ageMs, 700);
    await cache.expire('k');
    assert.equal(await world.raw.getExpiry('typed:k'), 599_800);
    world.clock.advance(300);
    const entry = await cache.getEntry('k');
    assert.deepEqual([entry?.ageMs, entry?.staleBecause, entry?.remainingMs], [1000, 'expired-by-call', 0]);
    assert.equal(entry?.remainingWithGraceMs, 599_500);
  });
});

describe('sliding', () => {
  it('sliding never extends a TTL beyond the maxExpire of the call, and never shortens one', async () => {
    const world = new World();
    await world.cache().set('k', 'v', { expire: '1h' });
    const cache = world.cache({ sliding: true, maxExpire: '5m', expire: '1m' });
    for (const [passed, left] of [
      [1_800_000, 1_800_000],
      [1_700_000, 300_000],
    ] as const) {
      world.clock.advance(passed);
      assert.equal(await cache.get('k'), 'v');
      await turns();
      assert.equal(await world.raw.getExpiry('typed:k'), left);
    }
  });

  it('sliding after expire leaves the grace unchanged', async () => {
    const world = new World();
    const cache = world.cache({ expire: 1000, grace: 5000, sliding: true });
    await cache.set('k', 'v');
    world.clock.advance(600);
    const reading = world.store.hold('read');
    const call = cache.get('k');
    await reading.arrived;
    const sliding = world.store.hold('read');
    reading.release();
    assert.equal(await call, 'v');
    await sliding.arrived;
    await world.cache({ grace: 5000 }, world.raw).expire('k');
    world.clock.advance(2000);
    sliding.release();
    await turns();
    assert.equal(await world.raw.getExpiry('typed:k'), 3000);
    assert.equal((await cache.getEntry('k'))?.staleBecause, 'expired-by-call');
  });
});
