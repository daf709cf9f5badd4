import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import type { ICache } from '../../../src/interfaces/cache.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';

const loggerSite = new RecordingLoggerSite();

afterEach(() => void vi.useRealTimers());

/** Every call of a typed cache and of the cache under it; none waits for time to pass. */
async function everyCall(store: ICache): Promise<readonly unknown[]> {
  const cache = new TypedCache<string>({
    store,
    namespace: 'typed',
    grace: '1h',
    lease: 'cluster',
    loggerSite,
  });
  const results = [
    await cache.getOrSet('k', () => 'v', { tags: ['t'] }),
    (await cache.getOrSetMany(['a', 'b'], async (keys) => keys.map((key) => [key, 'w']))).length,
    await cache.set('k', 'x'),
    await cache.get('k'),
    await cache.getMany(['k', 'a']),
    await cache.expire('a'),
    await cache.invalidateTags('t'),
    await cache.delete('k'),
    await cache.clear(),
    await store.setValue('own', new Uint8Array(1), '1m'),
    (await store.getValues(['own', 'none', 'no', 'never'])).length,
    (await cache.health()).status,
  ];
  await cache.close();
  return results;
}

const EXPECTED = ['v', 2, true, 'x', ['x', 'w'], true, undefined, true, undefined, true, 4, 'up'];

describe('fake timers', () => {
  it('no call over memory waits for fake timers, whichever of the globals are faked', async () => {
    const cache = new MemoryCache({ loggerSite });
    vi.useFakeTimers();
    expect(await everyCall(cache)).toEqual(EXPECTED);
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['queueMicrotask', 'setTimeout', 'setImmediate', 'Date', 'performance'] });
    expect(await everyCall(new MemoryCache({ loggerSite }))).toEqual(EXPECTED);
  });

  describe('fake timers and Redis', () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await RedisServer.start();
    });
    afterAll(() => server.stop());

    it.each(['before', 'after'])(
      'no call over Redis waits for the fake timers that the page names, installed %s the start',
      async (when) => {
        const cache = new RedisCache({ port: server.port, prefix: `fake-${when}:`, loggerSite });
        const install = () =>
          // region fake-timers
          vi.useFakeTimers({
            toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
          });
        // endregion
        if (when === 'before') install();
        await cache.start();
        if (when === 'after') install();
        expect(await everyCall(cache)).toEqual(EXPECTED);
        await cache.close();
      },
    );
  });
});
