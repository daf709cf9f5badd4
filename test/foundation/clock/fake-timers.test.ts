import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';

const VALUE = Buffer.from('value');
const MINUTE_MS = 60_000;

afterEach(() => void vi.useRealTimers());

/** A typed cache over memory whose loads are counted; a load fails while `fails` is set. */
function open(options: object = {}) {
  const store = new MemoryCache({ loggerSite: new RecordingLoggerSite() });
  const cache = new TypedCache<number>({
    store,
    namespace: 'typed',
    expire: '1m',
    loggerSite: new RecordingLoggerSite(),
    ...options,
  });
  const source = { loads: 0, fails: false };
  const load = (key = 'key') =>
    cache.getOrSet(key, () => {
      source.loads++;
      if (source.fails) throw new Error('the source is down');
      return source.loads;
    });
  return { store, cache, source, load };
}

describe('fake timers installed after the first write', () => {
  it('an entry of MemoryCache that was stored before fake timers came expires by their time', async () => {
    const cache = new MemoryCache();
    await cache.setValue('key', VALUE, MINUTE_MS);
    vi.useFakeTimers();
    vi.advanceTimersByTime(MINUTE_MS / 2);
    expect(await cache.hasValue('key')).toBe(true);
    expect(await cache.getExpiry('key')).toBeLessThanOrEqual(MINUTE_MS / 2);
    vi.advanceTimersByTime(MINUTE_MS / 2 + 1); // The clock of fake timers counts whole milliseconds.
    expect(await cache.getValue('key')).toBeNull();
  });

  it('an entry of MemoryCache expires although the first call under fake timers comes late', async () => {
    const cache = new MemoryCache();
    await cache.setValue('long', VALUE, '1h');
    await cache.setValue('short', VALUE, '100ms');
    vi.useFakeTimers();
    vi.advanceTimersByTime(100);
    expect(await cache.getValue('short')).toBeNull();
    vi.advanceTimersByTime(3_600_000 - 100);
    expect(await cache.getValue('long')).toBeNull();
  });

  it('no entry outlives its TTL when fake timers are installed and removed again and again', async () => {
    const cache = new MemoryCache();
    for (let round = 0; round < 5; round++) {
      await cache.setValue('key', VALUE, MINUTE_MS);
      vi.useFakeTimers();
      await cache.setValue('fake', VALUE, MINUTE_MS);
      vi.advanceTimersByTime(MINUTE_MS);
      expect(await cache.getValues(['key', 'fake'])).toEqual([null, null]);
      await cache.setValue('kept', VALUE, MINUTE_MS);
      vi.useRealTimers();
      expect(await cache.hasValue('kept')).toBe(true);
    }
  });

  it('memory of expired entries is freed although a timer was lost with the fake timers', async () => {
    const cache = new MemoryCache();
    vi.useFakeTimers();
    for (let index = 0; index < 100; index++) await cache.setValue(`key ${index}`, VALUE, 10);
    vi.useRealTimers();
    vi.useFakeTimers();
    vi.advanceTimersByTime(MINUTE_MS);
    await cache.setValue('key', VALUE, '1h');
    vi.advanceTimersByTime(MINUTE_MS);
    expect(cache.stats().entries).toBe(1);
    await cache.close();
  });

  it('a value of TypedCache turns stale and goes by fake time', async () => {
    const { cache, source, load } = open({ grace: '1m' });
    expect(await load()).toBe(1);
    vi.useFakeTimers();
    vi.advanceTimersByTime(MINUTE_MS - 1000);
    expect(await load()).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(await load()).toBe(2);
    source.fails = true;
    vi.advanceTimersByTime(MINUTE_MS);
    expect(await load()).toBe(2);
    vi.advanceTimersByTime(MINUTE_MS);
    await expect(load()).rejects.toThrow('the source is down');
    await cache.close();
  });

  it('the pause after a failed load ends by fake time', async () => {
    const { cache, source, load } = open({ grace: '10m', graceBackoff: '30s' });
    expect(await load()).toBe(1);
    await cache.expire('key');
    source.fails = true;
    expect(await load()).toBe(1);
    source.fails = false;
    expect(source.loads).toBe(2);
    vi.useFakeTimers();
    expect(await load()).toBe(1);
    vi.advanceTimersByTime(30_000);
    expect(await load()).toBe(3);
    await cache.close();
  });

  it('a deadline of a call under fake timers comes by their time', async () => {
    const { cache } = open({ hardTimeout: '5s' });
    await cache.getOrSet('warm', () => 1);
    vi.useFakeTimers();
    const call = cache.getOrSet('slow', () => new Promise<number>(() => {}));
    const refused = expect(call).rejects.toMatchObject({ code: 'E_OPERATION_TIMEOUT' });
    await vi.advanceTimersByTimeAsync(5000);
    await refused;
    await cache.close();
  });
});
