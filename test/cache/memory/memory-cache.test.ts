import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { MemoryCache, type MemoryCacheOptions } from '../../../src/implements/cache/memory/memory-cache.js';
import type { Removal } from '../../../src/implements/cache/memory/memory-entries.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { ManualClock } from '../../support/time/manual-clock.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const VALUE = Buffer.from('value');

function open(options: MemoryCacheOptions = {}) {
  const clock = new ManualClock();
  const log = new RecordingLoggerSite();
  return { clock, log, cache: new MemoryCache({ clock, loggerSite: log, ...options }) };
}

describe('MemoryCache', () => {
  it('stats count the calls, and the entries and bytes held', async () => {
    const { cache, clock } = open({ maxEntries: 3, maxBytes: 5000 });
    await cache.setValue('a', VALUE, '1s');
    await cache.setValue('a', VALUE, '1s');
    await cache.setValue('b', VALUE, '1m');
    await cache.getValues(['a', 'b', 'c']);
    await cache.deleteValue('b');
    clock.advance(1000);
    await cache.getValue('a');
    expect(await cache.setValue('large', Buffer.alloc(6000), '1m')).toBe(false);
    for (const key of ['d', 'e', 'f', 'g']) await cache.setValue(key, VALUE, '1m');
    const { removed, ...stats } = cache.stats();
    expect(removed).toEqual({ size: 1, weight: 0, expired: 1, replaced: 1, deleted: 1 });
    expect(stats).toMatchObject({ hits: 2, misses: 2, tooLarge: 1, entries: 3 });
    expect(stats.bytes).toBeGreaterThan(3 * (1 + VALUE.length));
    expect(stats.window).toBeGreaterThan(0);
    expect(stats.refused).toBeLessThanOrEqual(1);
  });

  it('MemoryCache never holds more than maxEntries or maxBytes', async () => {
    const { cache } = open({ maxEntries: 50, maxBytes: '20KiB' });
    for (let index = 0; index < 1000; index++) {
      await cache.setValue(`key ${index}`, Buffer.alloc((index * 37) % 2000), '1m');
      const { entries, bytes } = cache.stats();
      expect(entries <= 50 && bytes <= 20 * 1024).toBe(true);
    }
    expect(cache.stats().removed.weight).toBeGreaterThan(0);
  });

  it('frequently used entries survive a scan of entries that are used once', async () => {
    const { cache } = open({ maxEntries: 100 });
    const often = Array.from({ length: 50 }, (_, index) => `often ${index}`);
    const use = async () => {
      let hits = 0;
      for (const key of often) {
        if ((await cache.getValue(key)) === null) await cache.setValue(key, VALUE, '1h');
        else hits++;
      }
      return hits;
    };
    for (let round = 0; round < 20; round++) await use();
    for (let index = 0; index < 1000; index++) await cache.setValue(`once ${index}`, VALUE, '1h');
    expect(await use()).toBeGreaterThanOrEqual(45);
  });

  it('a listener is told of every removed entry, and why it was removed', async () => {
    const { cache, clock, log } = open({ maxEntries: 2 });
    const told: Removal[] = [];
    const stop = cache.on('removed', (removal) => told.push(removal));
    const stopFailing = cache.on('removed', () => {
      throw new Error('the listener is broken');
    });
    await cache.setValue('a', VALUE, 100);
    await cache.setValue('a', VALUE, 100);
    clock.advance(100);
    await cache.getValue('a');
    await cache.setValue('b', VALUE, '1m');
    await cache.deleteValue('b');
    expect(told).toEqual([
      { key: 'a', cause: 'replaced' },
      { key: 'a', cause: 'expired' },
      { key: 'b', cause: 'deleted' },
    ]);
    expect(log.of('error')).toHaveLength(3);
    stopFailing();
    stop();
    await cache.setValue('c', VALUE, '1m');
    await cache.deleteValue('c');
    expect(told).toHaveLength(3);
  });

  it('expired entries are freed without further calls, by one timer that then ends', async () => {
    const { cache, clock } = open();
    for (let index = 0; index < 5000; index++) await cache.setValue(`key ${index}`, VALUE, 60_000 + index);
    await cache.setValue('long', VALUE, '36500d');
    expect(clock.pending).toBe(1);
    clock.advance(60_000);
    expect(cache.stats().entries).toBe(5001);
    clock.advance(20_000);
    expect(cache.stats()).toMatchObject({ entries: 1, removed: { expired: 5000 } });
    expect(clock.pending).toBe(1);
    await cache.close();
    expect(clock.pending).toBe(0);
  });

  it('an entry whose TTL was shortened is freed soon after its new expiry', async () => {
    const { cache, clock } = open();
    await cache.setValue('key', VALUE, '30d');
    await cache.setExpiry('key', '1s');
    clock.advance(10_000);
    expect(cache.stats().entries).toBe(0);
  });

  it('the timer of a MemoryCache does not keep the cache from garbage collection', async () => {
    const clock = new ManualClock();
    const make = async (): Promise<WeakRef<MemoryCache>> => {
      const cache = new MemoryCache({ clock });
      await cache.setValue('key', VALUE, '1h');
      return new WeakRef(cache);
    };
    const dropped = await make();
    await new Promise((resolve) => setImmediate(resolve)); // A WeakRef holds its target until the end of the turn.
    collectGarbage();
    expect(dropped.deref()).toBeUndefined();
    expect(() => clock.advance(7_200_000)).not.toThrow();
  });

  it('a key that is removed and stored again during an iteration is listed once', async () => {
    const { cache } = open();
    for (let index = 0; index < 1000; index++) await cache.setValue(`key ${index}`, null, '1m');
    const listed: string[] = [];
    for await (const key of cache.keys()) {
      listed.push(key);
      if (listed.length > 1000) break;
      await cache.deleteValue(key);
      await cache.setValue(key, null, '1m');
    }
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('the event loop runs while many keys are listed or cleared', async () => {
    const { cache } = open({ maxEntries: 20_000 });
    for (let index = 0; index < 20_000; index++) await cache.setValue(`key ${index}`, null, '1m');
    let turns = 0;
    const count = () => {
      turns++;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    expect(await cache.clear('*[13579]')).toBe(10_000);
    const seen = new Set<string>();
    for await (const key of cache.keys()) seen.add(key);
    clearImmediate(immediate);
    expect(seen.size).toBe(10_000);
    expect(turns).toBeGreaterThan(50);
  });
});
