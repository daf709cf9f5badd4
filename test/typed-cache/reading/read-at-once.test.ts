import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { readAtOnce } from '../../../src/implements/foundation/store/answers-at-once.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { ManualClock } from '../../support/time/manual-clock.js';
import { World } from '../world.js';

/** Synchronous reads: they return the same results as asynchronous reads, only earlier. */

describe('synchronous read', () => {
  it('a synchronous read returns the same as a read', async () => {
    const clock = new ManualClock();
    const store = new MemoryCache({ clock, loggerSite: new RecordingLoggerSite() });
    await store.write('k', Buffer.from('v'), 1000);
    await store.read({ keys: [], generations: ['g'], capture: { life: 1000 } });
    clock.advance(400);
    for (const [key, scope, generations, lives] of [
      ['k', 'g', ['g', 'missing'], true],
      ['k', 'missing', [], false],
      ['absent', undefined, ['g'], true],
    ] as const) {
      const { entries, generations: tokens } = await store.read({ keys: [key], scope, generations, lives });
      const answer = store[readAtOnce](key, scope, generations, lives);
      assert.equal(answer.scope, entries[0]?.scope ?? null);
      assert.deepEqual(answer.value && Buffer.from(answer.value), entries[0]?.value);
      assert.deepEqual([answer.remainingMs, answer.generations], [entries[0]?.remainingMs, tokens]);
    }
    assert.throws(() => store[readAtOnce]('', undefined, [], false), { code: 'E_ARGUMENT' });
    await store.close();
    assert.throws(() => store[readAtOnce]('k', undefined, [], false), { code: 'E_DISPOSED' });
  });

  it('a hit on a memory store is a synchronous read', async () => {
    const world = new World();
    const cache = world.cache({ grace: '1h' }, world.raw);
    await cache.set('k', { a: [1] }, { tags: ['t'] });
    const { read } = world.raw;
    let reads = 0;
    Object.getPrototypeOf(world.raw).read = function (this: MemoryCache, request: never) {
      reads += 1;
      return Reflect.apply(read, this, [request]);
    };
    try {
      const counting = world.cache({ grace: '1h', tags: ['t'] }, world.raw);
      const value = await counting.getOrSet('k', async () => 'new');
      assert.deepEqual(value, { a: [1] });
      assert.deepEqual(await counting.get('k'), value);
      assert.equal(reads, 0);
      // Tags that the call does not declare are asked for.
      const plain = world.cache({ grace: '1h' }, world.raw);
      assert.deepEqual(await plain.getOrSet('k', async () => 'new'), value);
      assert.ok(reads > 0);
    } finally {
      Object.getPrototypeOf(world.raw).read = read;
    }
  });

  it('a codec of the application gets its own copy of the bytes', async () => {
    const world = new World();
    const codec = {
      id: 'own',
      encode: (value: unknown) => Uint8Array.from(value as Uint8Array),
      decode: (bytes: Uint8Array) => {
        const copy = Uint8Array.from(bytes);
        bytes.fill(0);
        return copy;
      },
    };
    const cache = world.cache({ codec }, world.raw);
    await cache.set('k', Uint8Array.of(1, 2));
    for (let round = 0; round < 3; round += 1) {
      assert.deepEqual(await cache.getOrSet('k', async () => Uint8Array.of()), Uint8Array.of(1, 2));
    }
  });

  it.each(['json', 'msgpack', 'bytes'])('each caller gets its own bytes with the codec %s', async (codec) => {
    const world = new World();
    const cache = world.cache({ codec }, world.raw);
    await cache.set('k', Uint8Array.of(1, 2));
    for (let round = 0; round < 3; round += 1) {
      const value = (await cache.getOrSet('k', async () => Uint8Array.of())) as Uint8Array;
      assert.deepEqual(value, Uint8Array.of(1, 2));
      value.fill(9);
    }
  });

  it('a store with a replaced read is not read synchronously', async () => {
    const world = new World();
    const cache = world.cache({}, world.raw);
    await cache.set('k', 'v');
    const read = world.raw.read.bind(world.raw);
    let reads = 0;
    world.raw.read = (request) => {
      reads += 1;
      return read(request);
    };
    assert.equal(await cache.getOrSet('k', async () => 'new'), 'v');
    assert.equal(reads, 1);
    class Counting extends MemoryCache {
      override async read(request: Parameters<MemoryCache['read']>[0]) {
        reads += 1;
        return super.read(request);
      }
    }
    const store = new Counting({ clock: world.clock, loggerSite: new RecordingLoggerSite() });
    const other = world.cache({}, store);
    await other.set('k', 'v');
    reads = 0;
    assert.equal(await other.get('k'), 'v');
    assert.equal(reads, 1);
    await other.close();
    await store.close();
  });

  it('a read of a closed store is a miss that is reported', async () => {
    const world = new World();
    const store = new MemoryCache({ clock: world.clock, loggerSite: new RecordingLoggerSite() });
    const cache = world.cache({}, store);
    await store.close();
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.getOrSet('k', async () => 'v'), 'v');
    assert.ok(cache.stats().storeFailures > 0);
    assert.equal(cache.stats().misses['store-failed'], 2);
  });
});

it('many concurrent callers of a cold key cost no more reads of a memory store than one caller', async () => {
  const world = new World();
  const counted = async (callers: number, key: string) => {
    const keys: string[] = [];
    const proto = Object.getPrototypeOf(world.raw) as MemoryCache;
    const { read } = proto;
    proto.read = function (this: MemoryCache, request) {
      keys.push(...request.keys);
      return Reflect.apply(read, this, [request]);
    };
    const cache = world.cache({}, world.raw);
    try {
      const calls = Array.from({ length: callers }, () => cache.getOrSet(key, async () => 'v'));
      assert.deepEqual(await Promise.all(calls), Array(callers).fill('v'));
    } finally {
      proto.read = read;
    }
    return keys.length;
  };
  const alone = await counted(1, 'a');
  assert.ok(alone > 0);
  assert.equal(await counted(100, 'b'), alone);
});
