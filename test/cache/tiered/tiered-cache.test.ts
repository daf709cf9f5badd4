import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'vitest';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { TieredCache } from '../../../src/implements/cache/tiered/tiered-cache.js';
import type { TieredCacheOptions } from '../../../src/implements/cache/tiered/tiered-cache-options.js';
import { runsOn } from '../../../src/implements/foundation/clock/running-clock.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import type { ICache } from '../../../src/interfaces/cache.js';
import type { IFencedStore } from '../../../src/interfaces/fenced-store.js';
import { all } from '../../contract/expectations.js';
import { FaultyStore } from '../../subjects/typed-cache/faulty-store.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { ManualClock } from '../../support/time/manual-clock.js';

const VALUE = Buffer.from('value');
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A tiered cache over a store in memory that can fail, whose calls are counted. */
function tiers(options: Partial<TieredCacheOptions> = {}) {
  const clock = new ManualClock();
  const loggerSite = new RecordingLoggerSite();
  const raw = new MemoryCache({ clock, loggerSite });
  const store = new FaultyStore(raw, clock, 1000);
  const cache = new TieredCache({
    l2: store,
    coherence: 'none',
    stalenessBound: '1s',
    clock,
    loggerSite,
    ...options,
  });
  closing.push(
    () => raw.close(),
    () => cache.close(),
  );
  return { clock, raw, store, cache, loggerSite, asked: () => store.journal.splice(0).length };
}

describe('TieredCache', () => {
  it('a hit of a tiered cache asks the store below nothing, and a miss asks it once', async () => {
    const { cache, raw, asked } = tiers();
    await raw.setValue('a', VALUE, '1m');
    const all = await Promise.all([cache.getValue('a'), cache.getValue('a'), cache.hasValue('a')]);
    assert.deepEqual(all, [VALUE, VALUE, true]);
    assert.equal(asked(), 1);
    assert.deepEqual(await cache.getValue('a'), VALUE);
    assert.equal(asked(), 0);
    const { l1Hits, l2Hits, misses } = cache.stats();
    assert.deepEqual([l1Hits, l2Hits, misses], [1, 3, 0]);
  });

  it('a tiered cache without streams gives out no value that is older than the bound', async () => {
    const { cache, raw, clock } = tiers();
    await raw.setValue('a', VALUE, '1m');
    await cache.getValue('a');
    await raw.setValue('a', Buffer.from('newer'), '1m');
    clock.advance(700);
    assert.deepEqual(await cache.getValue('a'), VALUE);
    clock.advance(300);
    assert.deepEqual(await cache.getValue('a'), Buffer.from('newer'));
  });

  it('a hot key of a tiered cache is read again in the background, before its copy is too old', async () => {
    const { cache, raw, clock, asked } = tiers();
    await raw.setValue('a', VALUE, '1m');
    await cache.getValue('a');
    asked();
    for (let round = 0; round < 10; round++) {
      clock.advance(800);
      await cache.getValue('a');
      await new Promise(setImmediate);
    }
    assert.equal(cache.stats().doubtfulReads, 0);
    assert.equal(asked(), 10);
  });

  it('a copy of a tiered cache ends with its entry, and with l1Expire', async () => {
    const { cache, raw, clock } = tiers({ stalenessBound: '1m', l1Expire: '2s' });
    await raw.setValue('a', VALUE, '1s');
    await raw.setValue('b', VALUE, '1m');
    await cache.getValues(['a', 'b']);
    await raw.clear();
    clock.advance(999);
    assert.deepEqual(await cache.getValues(['a', 'b']), [VALUE, VALUE]);
    clock.advance(1);
    assert.equal(await cache.getValue('a'), null);
    clock.advance(1000);
    assert.equal(await cache.getValue('b'), null);
  });

  it('a tiered cache whose store is away serves copies within the bound, and misses after it', async () => {
    const { cache, raw, store, clock } = tiers();
    await raw.setValue('a', VALUE, '1m');
    await cache.getValue('a');
    store.break('gone');
    clock.advance(700);
    assert.deepEqual(await cache.getValue('a'), VALUE);
    clock.advance(300);
    assert.equal(await cache.getValue('a'), null);
  });

  it('a tiered cache with outage: life serves copies to the end of their TTL while its store is away', async () => {
    const { cache, raw, store, clock } = tiers({ outage: 'life' });
    await raw.setValue('a', VALUE, '1m');
    await cache.getValue('a');
    store.break('gone');
    clock.advance(59_000);
    assert.deepEqual(await cache.getValue('a'), VALUE);
    clock.advance(1000);
    assert.equal(await cache.getValue('a'), null);
  });

  it('a delete that did not reach the store below hides the entry here, and is repeated until it does', async () => {
    const { cache, raw, store, clock } = tiers();
    await cache.setValue('a', VALUE, '1m');
    store.break('gone');
    assert.equal(await cache.deleteValue('a'), false);
    await store.heal();
    assert.equal(await cache.getValue('a'), null);
    assert.equal(cache.stats().journal.pending, 1);
    clock.advance(5000);
    await new Promise(setImmediate);
    assert.deepEqual(cache.stats().journal, { pending: 0, everything: false, repeated: 1 });
    assert.equal(await raw.getValue('a'), null);
  });

  it('a set after a delete that failed is not undone by its repetition', async () => {
    const { cache, store, clock } = tiers();
    store.break('gone');
    await cache.deleteValue('a');
    await store.heal();
    await cache.setValue('a', VALUE, '1m');
    clock.advance(5000);
    await new Promise(setImmediate);
    assert.deepEqual(await cache.getValue('a'), VALUE);
  });

  it.each<[string, (cache: TieredCache) => Promise<unknown>]>([
    ['deleteValue', (cache) => cache.deleteValue('ab')],
    ['deleteValues', (cache) => cache.deleteValues(['ab', 'x'])],
    ['invalidate', (cache) => cache.invalidate(['ab']).catch(() => 0)],
    ['clear', (cache) => cache.clear()],
    ['clear with a pattern', (cache) => cache.clear('a*')],
  ])('a failed %s hides what it covers from every read, and is repeated', async (_, remove) => {
    const { cache, raw, store, clock } = tiers();
    await cache.setValue('ab', VALUE, '1m');
    store.break('gone');
    await remove(cache);
    await store.heal();
    const read = cache.read({ keys: ['ab'], capture: { life: '1m' } });
    assert.deepEqual(
      [await cache.getValue('ab'), await cache.getValues(['ab']), await cache.hasValue('ab')],
      [null, [null], false],
    );
    assert.equal((await read).entries[0]?.value, null);
    assert.deepEqual(await all(cache.keys('ab')), []);
    clock.advance(5000);
    await new Promise(setImmediate);
    assert.equal(await raw.getValue('ab'), null);
    assert.deepEqual(
      { ...cache.stats().journal, repeated: 0 },
      { pending: 0, everything: false, repeated: 0 },
    );
  });

  it('a clear of a pattern that failed leaves entries of other names, and what is set after it', async () => {
    const { cache, raw, store, clock } = tiers();
    for (const key of ['a1', 'b1']) await cache.setValue(key, VALUE, '1m');
    store.break('gone');
    await cache.clear('a*');
    assert.equal(cache.stats().journal.pending, 1);
    await store.heal();
    assert.deepEqual(await cache.getValue('b1'), VALUE);
    await cache.setValue('a2', VALUE, '1m');
    clock.advance(5000);
    await new Promise(setImmediate);
    const found = await Promise.all(['a1', 'a2', 'b1'].map((key) => raw.hasValue(key)));
    assert.deepEqual(found, [false, true, true]);
    assert.deepEqual(await cache.getValue('a2'), VALUE);
  });

  it('clears of more patterns than are remembered become one of everything', async () => {
    const { cache, raw, store, clock } = tiers();
    await cache.setValue('other', VALUE, '1m');
    store.break('gone');
    for (let index = 0; index <= 32; index++) await cache.clear(`p${index}*`);
    assert.deepEqual(cache.stats().journal, { pending: 0, everything: true, repeated: 0 });
    await store.heal();
    clock.advance(5000);
    await new Promise(setImmediate);
    assert.equal(await raw.hasValue('other'), false);
  });

  it('a delete that fails after a set that was called before it still hides the entry', async () => {
    const { cache, store, raw, clock } = tiers();
    const held = store.hold('setValue');
    const setting = cache.setValue('a', VALUE, '1m');
    await held.arrived;
    store.break('gone', ['deleteValue']);
    await cache.deleteValue('a');
    await store.heal();
    clock.advance(5000);
    await new Promise(setImmediate);
    held.release();
    assert.equal(await setting, true);
    assert.equal(await cache.getValue('a'), null);
    clock.advance(5000);
    await new Promise(setImmediate);
    assert.equal(await raw.hasValue('a'), false);
  });

  it('a set that was called after a delete is not undone when the delete fails last', async () => {
    const { cache, store, clock } = tiers();
    const held = store.hold('deleteValue');
    const removing = cache.deleteValue('a');
    await held.arrived;
    assert.equal(await cache.setValue('a', VALUE, '1m'), true);
    store.break('gone', ['deleteValue']);
    held.release();
    await removing;
    await store.heal();
    clock.advance(5000);
    await new Promise(setImmediate);
    assert.deepEqual(await cache.getValue('a'), VALUE);
  });

  it('a read that began while a removal was covered shows nothing older after its repetition', async () => {
    const { cache, store, clock } = tiers();
    await cache.setValue('a', VALUE, '1m');
    store.break('gone', ['deleteValue']);
    await cache.deleteValue('a');
    await store.heal();
    const read = cache.read({ keys: ['a'], capture: { life: '1m' } });
    clock.advance(5000);
    await new Promise(setImmediate);
    assert.equal((await read).entries[0]?.value, null);
  });

  it('a tiered cache on a machine that was suspended gives out no copy from before', async () => {
    const clock = Object.assign(new ManualClock(), { [runsOn]: () => awake + clock.now() });
    let awake = 0;
    const { cache, raw } = tiers({ clock, stalenessBound: '1m' });
    await raw.setValue('a', VALUE, '1h');
    await cache.getValue('a');
    await raw.setValue('a', Buffer.from('newer'), '1h');
    awake = 10_000;
    clock.advance(50);
    assert.deepEqual(await cache.getValue('a'), Buffer.from('newer'));
    assert.equal(cache.stats().gaps.suspended, 1);
  });

  it('a typed cache over tiers answers a hot hit with tags without the store below', async () => {
    const { cache, asked, clock, loggerSite } = tiers();
    const users = new TypedCache<string>({ store: cache, namespace: 'u', expire: '1m', clock, loggerSite });
    closing.push(() => users.close());
    const load = (): Promise<string> => users.getOrSet(7, () => 'Ada', { tags: ['staff'] });
    await load();
    await load();
    asked();
    assert.equal(await load(), 'Ada');
    assert.equal((await users.getEntry(7, { tags: ['staff'] }))?.tier, 'l1');
    assert.equal(asked(), 0);
    await users.invalidateTags('staff');
    assert.equal(await users.get(7), undefined);
  });

  it('a hit in memory restarts a sliding TTL when an eighth of it has passed, and not before', async () => {
    const { cache, asked, clock, loggerSite } = tiers({ stalenessBound: '1h' });
    const options = { namespace: 'u', expire: '80s', sliding: true } as const;
    const users = new TypedCache<string>({ store: cache, ...options, clock, loggerSite });
    closing.push(() => users.close());
    await users.set(7, 'Ada');
    const hits = async (): Promise<number> => {
      asked();
      assert.equal(await users.get(7), 'Ada');
      await new Promise(setImmediate);
      return asked();
    };
    await hits();
    await hits();
    clock.advance(9000);
    assert.equal(await hits(), 0);
    clock.advance(2000);
    assert.equal(await hits(), 1);
    assert.equal((await users.getEntry(7))?.remainingMs, 80_000);
    assert.equal(await hits(), 0);
  });

  it('a tiered cache tells of copies that leave, and forgets its listeners', async () => {
    const { cache, raw } = tiers();
    const left: string[] = [];
    const stop = cache.on('removed', ({ key, cause }) => left.push(`${key} ${cause}`));
    await raw.setValue('a', VALUE, '1m');
    await cache.getValue('a');
    await cache.deleteValue('a');
    stop();
    await cache.setValue('b', VALUE, '1m');
    await cache.deleteValue('b');
    assert.deepEqual(left, ['a deleted']);
  });

  it('a tiered cache refuses a store without fences, one that tells of no changes, and a bound below 250 ms', async () => {
    const memory = new MemoryCache();
    closing.push(() => memory.close());
    const plain = { getValue: async () => null } as unknown as ICache & IFencedStore;
    assert.throws(() => new TieredCache({ l2: plain, coherence: 'none' }), /expected an IFencedStore as l2/);
    assert.throws(() => new TieredCache({ l2: memory }), /coherence: bus requires a RedisCache as l2/);
    assert.throws(
      () => new TieredCache({ l2: memory, coherence: 'none', stalenessBound: 249 }),
      /at least 250ms/,
    );
  });
});
