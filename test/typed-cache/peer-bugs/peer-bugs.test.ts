import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { counted, HeldLoader, outcomeOf, unwanted } from '../../contract/typed-cache/loading.js';
import { passing, turns } from '../../contract/typed-cache/passing.js';
import {
  type OpenTyped,
  shownBy,
  type TypedOptions,
  type TypedSubject,
} from '../../contract/typed-cache/subject.js';
import { TypedRedis, typedMemoryCache } from '../../subjects/typed-cache/typed-cache.subjects.js';
import { openRedisServer } from '../../support/redis/server/redis-for-tests.js';

/** Known bugs of other caches, one test each. TTLs, leases and network failures have their own files in this folder. */

const failing = () => Promise.reject(new Error('the source is down'));
const opened: OpenTyped[] = [];
const redis = new TypedRedis(openRedisServer, false);
const cluster = new TypedRedis(() => openRedisServer({ cluster: true }), true);

beforeAll(async () => {
  await Promise.all([redis.start(), cluster.start()]);
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
afterAll(async () => {
  await Promise.all([redis.close(), cluster.close()]);
});

async function open(
  options: TypedOptions = {},
  subject: TypedSubject = typedMemoryCache,
): Promise<OpenTyped> {
  const one = await subject.open(options);
  opened.push(one);
  return one;
}

/** A stale value: its TTL has passed, its grace has not. */
async function openStale(options: TypedOptions = {}): Promise<OpenTyped> {
  const one = await open({ grace: '6h', ...options });
  await one.cache.set('k', 'stale', { expire: 30, tags: ['t'] });
  await one.advance(30);
  return one;
}

describe('grace', () => {
  it('grace does not shorten a longer TTL', async () => {
    const { cache, advance } = await open({ expire: '2s', grace: '300ms' });
    await cache.set('k', 'v');
    await advance(1999);
    assert.equal((await cache.getEntry('k'))?.state, 'fresh');
    await advance(300);
    assert.equal((await cache.getEntry('k'))?.state, 'stale');
  });

  it('graceBackoff applies after a failed load even if callers do not wait for loads', async () => {
    const one = await openStale({ softTimeout: 1, graceBackoff: '10s' });
    const loader = counted(failing);
    for (let call = 0; call < 10; call += 1) {
      assert.equal(await passing(one, 5, 'a call', one.cache.getOrSet('k', loader)), 'stale');
      await turns();
    }
    assert.equal(loader.count, 1);
  });

  it('graceBackoff starts at the failure, not at the end of a TTL long ago', async () => {
    const { cache, advance } = await openStale({ graceBackoff: '10s' });
    await advance(3_600_000);
    const loader = counted(failing);
    for (let call = 0; call < 5; call += 1) assert.equal(await cache.getOrSet('k', loader), 'stale');
    assert.equal(loader.count, 1);
  });

  it('forceFresh falls back to the stale value within grace', async () => {
    const { cache } = await openStale();
    assert.equal(await cache.getOrSet('k', failing, { forceFresh: true }), 'stale');
    await cache.set('fresh', 'v');
    assert.equal(await cache.getOrSet('fresh', failing, { forceFresh: true }), 'v');
  });

  it('a loader gets the stale value within grace even if its caller does not wait', async () => {
    const one = await openStale({ softTimeout: 1 });
    const loader = new HeldLoader();
    const call = one.cache.getOrSet('k', loader.load);
    const { context, resolve } = await loader.call();
    assert.equal(await passing(one, 5, 'the call', call), 'stale');
    assert.equal(context.previous?.value, 'stale');
    resolve('new');
  });

  it('grace lasts as declared, even if a tag is invalidated or the value expired', async () => {
    const one = await open({ expire: '1m', grace: '6h' });
    const { cache } = one;
    await cache.set('k', 'v', { tags: ['t'] });
    await cache.set('other', 'v', { tags: ['other'] });
    await cache.expire('k');
    await cache.invalidateTags('other');
    await cache.get('other');
    for (const life of await shownBy('bytes', one.bytes).lives()) {
      assert.ok(life > 6 * 3_600_000 - 5000, `${life} ms remain of 6 h`);
    }
    assert.equal((await cache.getEntry('k'))?.state, 'stale');
  });
});

describe('loads', () => {
  it('a load that delete, invalidateTags or clear has overtaken is not stored', async () => {
    for (const name of ['delete', 'invalidateTags', 'clear'] as const) {
      const { cache } = await open();
      const loader = new HeldLoader();
      const call = cache.getOrSet('k', loader.load, { tags: ['t'] });
      const { resolve } = await loader.call();
      await (name === 'delete'
        ? cache.delete('k')
        : name === 'clear'
          ? cache.clear()
          : cache.invalidateTags('t'));
      resolve('old');
      assert.equal(await call, 'old');
      assert.equal(await cache.get('k'), undefined, name);
    }
  });

  it('a failed or skipped load is not run again by each of its callers', async () => {
    const { cache } = await open();
    const failed = new HeldLoader();
    const calls = Array.from({ length: 20 }, () => outcomeOf(cache.getOrSet('k', failed.load)));
    (await failed.call()).reject(new Error('down'));
    for (const outcome of await Promise.all(calls)) assert.ok('error' in outcome);
    const skipped = new HeldLoader();
    const others = Array.from({ length: 20 }, () => cache.getOrSet('k', skipped.load));
    const { context, resolve } = await skipped.call();
    context.skip();
    resolve('v');
    assert.deepEqual(await Promise.all(others), Array(20).fill('v'));
    assert.deepEqual([failed.count, skipped.count], [1, 1]);
  });

  it('only one load of a key runs at a time, even while loads fail and callers come and go', async () => {
    const { cache } = await open();
    let running = 0;
    let most = 0;
    const load = async (): Promise<never> => {
      running += 1;
      most = Math.max(most, running);
      await turns();
      running -= 1;
      throw new Error('down');
    };
    const calls: Promise<unknown>[] = [];
    for (let call = 0; call < 60; call += 1) {
      calls.push(outcomeOf(cache.getOrSet('k', load)));
      if (call % 7 === 0) await new Promise<void>((resolve) => void setImmediate(resolve));
    }
    await Promise.all(calls);
    assert.equal(most, 1);
    assert.equal(cache.stats().loading, 0);
  });

  it('a failed load rejects with its error, and does not return undefined', async () => {
    const { cache } = await open();
    await assert.rejects(cache.getOrSet('k', failing), /the source is down/);
    await assert.rejects(
      cache.getOrSet('k', () => {
        throw new TypeError('at once');
      }),
      /at once/,
    );
  });

  it('a loader can choose tags and a TTL, and an invalid TTL is an error in the loader', async () => {
    const { cache } = await open({ expire: '1m' });
    await cache.getOrSet('k', async ({ tag, expire }) => {
      tag('chosen');
      expire('1h');
      return 'v';
    });
    const entry = await cache.getEntry('k');
    assert.deepEqual(entry?.tags, ['chosen']);
    assert.ok(entry.remainingMs > 3_500_000);
    for (const life of [null, 0]) {
      const call = cache.getOrSet('l', async ({ expire }) => {
        expire(life as never);
        return 'v';
      });
      await assert.rejects(call, { code: 'E_ARGUMENT' });
    }
  });

  it('a loaded value carries the tags of its call, and not those of other entries', async () => {
    const { cache } = await open();
    await cache.set('other', 'v', { tags: ['t'] });
    await cache.getOrSet('k', async () => 'v', { tags: ['t'] });
    await cache.getOrSet('k', unwanted, { tags: ['t'] });
    assert.equal(await cache.get('other', { tags: ['t'] }), 'v');
    await cache.invalidateTags('t');
    assert.deepEqual(await cache.getMany(['other', 'k']), [undefined, undefined]);
  });
});

describe('values', () => {
  it('falsy values are found by another process', async () => {
    const one = await open({}, redis.subject());
    const elsewhere = await one.peer();
    for (const [index, value] of [null, 0, '', false].entries()) {
      await one.cache.set(index, value);
      assert.equal(await elsewhere.get(index), value);
      assert.equal(await elsewhere.getOrSet(index, unwanted), value);
    }
    assert.deepEqual(await elsewhere.getMany([0, 1, 2, 3]), [null, 0, '', false]);
  });

  it('values that exist only in the store are found by the first read', async () => {
    const one = await open({}, redis.subject());
    const elsewhere = await one.peer();
    for (let index = 0; index < 20; index += 1) {
      await elsewhere.set(index, 'v');
      assert.equal(await one.cache.get(index), 'v');
    }
  });

  it('values of keys with equal 32-bit hashes do not collide', async () => {
    const { cache } = await open();
    const djb2 = (text: string): number => {
      let hash = 5381;
      for (const character of text) hash = (Math.imul(hash, 33) + character.charCodeAt(0)) >>> 0;
      return hash;
    };
    const pairs = [
      ['bb', 'cA'],
      ['user:bbbb', 'user:cAcA'],
    ] as const;
    for (const [one, other] of pairs) {
      assert.equal(djb2(one), djb2(other));
      await cache.getOrSet(['of', one], async () => one);
      assert.equal(await cache.getOrSet(['of', other], async () => other), other);
      assert.equal(await cache.get(['of', one]), one);
    }
  });

  it('a read by another process does not extend a TTL', async () => {
    const one = await open({ expire: '10m' }, redis.subject());
    const elsewhere = await one.peer();
    await one.cache.set('k', 'v', { expire: 300 });
    const before = (await elsewhere.getEntry('k'))?.remainingMs ?? 0;
    await one.advance(20);
    await elsewhere.getOrSet('k', unwanted);
    const after = (await elsewhere.getEntry('k'))?.remainingMs ?? 0;
    assert.ok(before <= 300 && after <= before - 20, `${before} → ${after}`);
  });
});

describe('tags', () => {
  it('reads and writes by others do not invalidate a tag again', async () => {
    const one = await open({}, redis.subject());
    const elsewhere = await one.peer();
    await one.cache.set('old', 'v', { tags: ['t'] });
    await one.cache.invalidateTags('t');
    await one.cache.set('new', 'v', { tags: ['t'] });
    for (const cache of [elsewhere, one.cache, elsewhere]) {
      assert.equal(await cache.get('old'), undefined);
      assert.equal(await cache.get('new', { tags: ['t'] }), 'v');
      await cache.set('another', 'v', { tags: ['t'] });
    }
    assert.equal(await one.cache.get('new', { tags: ['t'] }), 'v');
  });

  it('an invalidated tag is remembered as long as the longest TTL that carries it', async () => {
    const { cache, advance } = await open({ expire: '365d' });
    await cache.set('k', 'v', { tags: ['t'] });
    await cache.set('kept', 'v', { tags: ['u'] });
    await cache.invalidateTags('t');
    for (let month = 0; month < 11; month += 1) await advance(30 * 86_400_000);
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.get('kept'), 'v');
  });
});

describe('clear', () => {
  it('clear covers the whole namespace on a cluster too', async () => {
    const one = await open({}, cluster.subject());
    const elsewhere = await one.peer();
    const keys = Array.from({ length: 200 }, (_, index) => `k${index}`);
    await one.cache.setMany(keys.map((key) => [key, key] as const));
    await one.cache.clear();
    for (const cache of [one.cache, elsewhere]) {
      assert.deepEqual(await cache.getMany(keys), Array(200).fill(undefined));
    }
  });

  it('a settled clear is visible to every other process, without a message', async () => {
    const one = await open({}, redis.subject());
    const elsewhere = await one.peer();
    for (let round = 0; round < 10; round += 1) {
      await one.cache.set('k', round, { tags: ['t'] });
      assert.equal(await elsewhere.get('k'), round);
      await (round % 2 === 0 ? one.cache.clear() : one.cache.invalidateTags('t'));
      assert.equal(await elsewhere.get('k'), undefined);
    }
  });

  it('a clear is not undone by another process that stores a value it had read before', async () => {
    const one = await open({}, redis.subject());
    const elsewhere = await one.peer();
    const loader = new HeldLoader();
    const call = elsewhere.getOrSet('k', loader.load);
    const { resolve } = await loader.call();
    await one.cache.clear();
    resolve('old');
    assert.equal(await call, 'old');
    for (const cache of [one.cache, elsewhere]) assert.equal(await cache.get('k'), undefined);
  });
});
