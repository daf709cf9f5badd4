import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import {
  ArgumentError,
  CodecError,
  type ICache,
  type LoadContext,
  MemoryCache,
  TypedCache,
  type TypedCacheOptions,
} from '../../../src/index.js';
import { eventually } from '../../support/time/eventually.js';
import { ManualClock } from '../../support/time/manual-clock.js';
import { boundTo } from './bound-to.js';

function opened(options: Partial<TypedCacheOptions> = {}) {
  const clock = new ManualClock();
  const memory = new MemoryCache({ clock });
  const cache = new TypedCache<unknown>({ store: memory, namespace: 'n', clock, ...options });
  return { clock, memory, cache };
}

/** A memory cache without fences. */
function plainStore(): ICache {
  return { ...boundTo(new MemoryCache()), connected: true };
}

describe('envelope none', () => {
  it.each(['text', 'bytes'])('null is refused with the codec %s, which cannot encode it', async (codec) => {
    const { cache, memory } = opened({ envelope: 'none', codec });
    await assert.rejects(cache.set('k', null), (error: unknown) => {
      return CodecError.is(error) && error.code === 'E_ENCODE';
    });
    assert.equal(await cache.getOrSet('k', async () => null), null);
    assert.equal(await memory.getValue('n:k'), null);
  });

  it('a call cannot choose a codec with envelope none', async () => {
    const { cache } = opened({ envelope: 'none', codec: 'json' });
    await assert.rejects(cache.set('k', 'v', { codec: 'text' }), /codec: conflicts with envelope: none/);
    await assert.rejects(
      cache.getOrSet('k', async () => 'v', { codec: 'text' }),
      ArgumentError,
    );
    assert.equal(await cache.set('k', 'v', { codec: 'json' }), true);
  });

  it('sliding renews null by its negativeExpire with envelope none', async () => {
    const { cache, clock, memory } = opened({
      envelope: 'none',
      sliding: true,
      expire: '1h',
      negativeExpire: '10s',
    });
    await cache.set('k', null);
    clock.advance(5_000);
    assert.equal(await cache.get('k'), null);
    await eventually('its TTL has restarted', async () => (await memory.getExpiry('n:k')) !== 5_000);
    assert.equal(await memory.getExpiry('n:k'), 10_000);
  });
});

describe('sliding', () => {
  it('getMany slides each value', async () => {
    const { cache, clock, memory } = opened({ sliding: true, expire: '1h' });
    await cache.setMany([
      ['a', 1],
      ['b', 2],
    ]);
    clock.advance(60_000);
    await cache.getMany(['a', 'b']);
    for (const name of ['n:a', 'n:b']) {
      await eventually('its TTL has restarted', async () => (await memory.getExpiry(name)) === 3_600_000);
    }
  });

  it('sliding leaves the TTL of a value that is set during the read', async () => {
    const { cache, clock, memory } = opened({ sliding: true, expire: '1h' });
    await cache.set('k', 'old');
    clock.advance(60_000);
    const read = memory.read.bind(memory);
    let extended = 0;
    memory.read = async (request) => {
      if (request.extend !== undefined && extended++ === 0) await cache.set('k', 'new', { expire: '1s' });
      return read(request);
    };
    assert.equal(await cache.get('k'), 'old');
    await eventually('the new life is put right', async () => (await memory.getExpiry('n:k')) === 1_000);
  });
});

describe('arguments of a typed cache', () => {
  it('a call with lease cluster is refused on a cache without fences', async () => {
    const cache = new TypedCache({ store: plainStore(), namespace: 'n' });
    await assert.rejects(
      cache.getOrSet('k', async () => 1, { lease: 'cluster' }),
      (error: unknown) => {
        return ArgumentError.is(error) && /lease: cluster requires a store with leases/.test(error.message);
      },
    );
  });

  it.each([[''], ['\ud800'], [1 as never]])('an invalid tag of a loader is refused: %j', async (tag) => {
    const { cache } = opened();
    const load = async (context: LoadContext<unknown>) => context.tag(tag);
    await assert.rejects(cache.getOrSet('k', load), ArgumentError);
  });

  it('a tag of a loader is refused with envelope none', async () => {
    const { cache } = opened({ envelope: 'none' });
    await assert.rejects(
      cache.getOrSet('k', async (context) => context.tag('t')),
      /tags conflict with envelope: none/,
    );
  });

  it('a tag may be as long as a key, even on a cache without fences', async () => {
    const cache = new TypedCache({ store: plainStore(), namespace: 'n' });
    for (const length of [1008, 1009, 1020, 1021]) {
      const tag = 't'.repeat(length);
      assert.equal(await cache.set('k', 'v', { tags: [tag] }), true);
      assert.equal(await cache.get('k'), 'v');
      await cache.invalidateTags(tag);
      assert.equal(await cache.get('k'), undefined);
    }
  });

  it('an array with named properties is refused, and the error names the place', async () => {
    const value = { list: [[1], Object.assign([1, 2], { total: 3 })] };
    for (const codec of ['json', 'msgpack'] as const) {
      const { cache } = opened({ codec });
      await assert.rejects(cache.set('k', value), /an array with named properties at list\[1\]/);
    }
    const { cache } = opened({ envelope: 'none' });
    await assert.rejects(cache.set('k', value), /an array with named properties at list\[1\]/);
    await assert.rejects(cache.get([Object.assign([1], { a: 1 }) as never]), ArgumentError);
  });
});

describe('getOrSetMany and getMany', () => {
  it('a bulk load still returns its values when the cache is closed during it', async () => {
    const { cache } = opened();
    const values = cache.getOrSetMany(['a', 'b'], async (keys) => {
      await cache.close();
      return keys.map((key) => [key, `${key}!`]);
    });
    assert.deepEqual(await values, [
      { status: 'fulfilled', value: 'a!' },
      { status: 'fulfilled', value: 'b!' },
    ]);
  });

  it('a bulk load in mode shadow reports what the cache would have returned', async () => {
    const { cache } = opened();
    await cache.setMany([
      ['a', { same: 1 }],
      ['b', 'other'],
    ]);
    const told: { readonly key: unknown }[] = [];
    cache.on('shadow', (event) => told.push(event));
    const load = async (keys: readonly string[]) =>
      keys.map((key) => [key, key === 'a' ? { same: 1 } : 'loaded'] as const);
    const values = await cache.getOrSetMany(['a', 'b', 'c'], load, { mode: 'shadow' });
    assert.deepEqual(
      values.map((result) => result.status === 'fulfilled' && result.value),
      [{ same: 1 }, 'loaded', 'loaded'],
    );
    told.sort((one, other) => String(one.key).localeCompare(String(other.key)));
    assert.deepEqual(told, [
      { key: 'a', hit: true, equal: true },
      { key: 'b', hit: true, equal: false },
      { key: 'c', hit: false, equal: false },
    ]);
    assert.equal(cache.stats().misses.absent, 1);
  });
});

describe('forced load', () => {
  it('a forced load counts as a miss with the reason "forced"', async () => {
    const { cache } = opened();
    await cache.set('k', 1);
    const reasons: string[] = [];
    cache.on('miss', ({ reason }) => reasons.push(reason));
    await cache.getOrSet('k', async () => 2, { forceFresh: true });
    await cache.getOrSetMany(['k'], async () => [['k', 3]], { forceFresh: true });
    assert.deepEqual(reasons, ['forced', 'forced']);
    assert.equal(cache.stats().misses.forced, 2);
  });
});
