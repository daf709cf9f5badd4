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

describe('a value without an envelope', () => {
  it.each(['text', 'bytes'])('is not null with the codec %s, which has no word for it', async (codec) => {
    const { cache, memory } = opened({ envelope: 'none', codec });
    await assert.rejects(cache.set('k', null), (error: unknown) => {
      return CodecError.is(error) && error.code === 'E_ENCODE';
    });
    assert.equal(await cache.getOrSet('k', async () => null), null);
    assert.equal(await memory.getValue('n:k'), null);
  });

  it('has the codec of the cache, and of no call', async () => {
    const { cache } = opened({ envelope: 'none', codec: 'json' });
    await assert.rejects(cache.set('k', 'v', { codec: 'text' }), /codec: expected that of the cache/);
    await assert.rejects(
      cache.getOrSet('k', async () => 'v', { codec: 'text' }),
      ArgumentError,
    );
    assert.equal(await cache.set('k', 'v', { codec: 'json' }), true);
  });

  it('slides by the life of null where it is null', async () => {
    const { cache, clock, memory } = opened({
      envelope: 'none',
      sliding: true,
      expire: '1h',
      negativeExpire: '10s',
    });
    await cache.set('k', null);
    clock.advance(5_000);
    assert.equal(await cache.get('k'), null);
    await eventually('its life is anew', async () => (await memory.getExpiry('n:k')) !== 5_000);
    assert.equal(await memory.getExpiry('n:k'), 10_000);
  });
});

describe('sliding', () => {
  it('is what getMany does too', async () => {
    const { cache, clock, memory } = opened({ sliding: true, expire: '1h' });
    await cache.setMany([
      ['a', 1],
      ['b', 2],
    ]);
    clock.advance(60_000);
    await cache.getMany(['a', 'b']);
    for (const name of ['n:a', 'n:b']) {
      await eventually('its life is anew', async () => (await memory.getExpiry(name)) === 3_600_000);
    }
  });

  it('leaves a value that is set meanwhile its own life', async () => {
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

describe('an argument of a typed cache', () => {
  it('is no lease among processes over a cache without fences', async () => {
    const cache = new TypedCache({ store: plainStore(), namespace: 'n' });
    await assert.rejects(
      cache.getOrSet('k', async () => 1, { lease: 'cluster' }),
      (error: unknown) => {
        return ArgumentError.is(error) && /lease: expected process/.test(error.message);
      },
    );
  });

  it.each([[''], ['\ud800'], [1 as never]])('is no tag of a loader that is none', async (tag) => {
    const { cache } = opened();
    const load = async (context: LoadContext<unknown>) => context.tag(tag);
    await assert.rejects(cache.getOrSet('k', load), ArgumentError);
  });

  it('is no tag of a loader without an envelope', async () => {
    const { cache } = opened({ envelope: 'none' });
    await assert.rejects(
      cache.getOrSet('k', async (context) => context.tag('t')),
      /expected no tags/,
    );
  });

  it('may be a tag as long as a key, over a cache without fences too', async () => {
    const cache = new TypedCache({ store: plainStore(), namespace: 'n' });
    for (const length of [1008, 1009, 1020, 1021]) {
      const tag = 't'.repeat(length);
      assert.equal(await cache.set('k', 'v', { tags: [tag] }), true);
      assert.equal(await cache.get('k'), 'v');
      await cache.invalidateTags(tag);
      assert.equal(await cache.get('k'), undefined);
    }
  });

  it('is no array with names beside its items, and the place is said', async () => {
    const value = { list: [[1], Object.assign([1, 2], { total: 3 })] };
    for (const codec of ['json', 'msgpack'] as const) {
      const { cache } = opened({ codec });
      await assert.rejects(cache.set('k', value), /an array with names beside its items at list\[1\]/);
    }
    const { cache } = opened({ envelope: 'none' });
    await assert.rejects(cache.set('k', value), /an array with names beside its items at list\[1\]/);
    await assert.rejects(cache.get([Object.assign([1], { a: 1 }) as never]), ArgumentError);
  });
});

describe('a load of many keys', () => {
  it('gives what it was to give though the cache is closed meanwhile', async () => {
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

  it('tells in the mode shadow what the cache would have answered', async () => {
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

describe('a call that asks for a load', () => {
  it('is a miss because it was forced', async () => {
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
