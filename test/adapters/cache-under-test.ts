import type { IFencedStore } from '../../src/interfaces/fenced-store.js';
import { type ICache, MemoryCache, RedisCache } from '../../src/index.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';
import { RedisServer } from '../support/redis/server/redis-server.js';

/** Caches over which every adapter is tested. */
export const PLACES = ['memory', 'Redis'] as const;

/** A cache for an adapter, what it logs, and the server below it. */
export interface CacheUnderTest {
  readonly cache: ICache & IFencedStore;
  readonly loggerSite: RecordingLoggerSite;
  /** `undefined` for memory. */
  readonly server: RedisServer | undefined;
  close(): Promise<void>;
}

/** Opens a cache in memory, or in a Redis of its own. */
export async function openCache(
  where: (typeof PLACES)[number],
  options: { readonly failureMode?: 'degrade' | 'throw'; readonly commandTimeout?: number } = {},
): Promise<CacheUnderTest> {
  const loggerSite = new RecordingLoggerSite();
  const { failureMode } = options;
  if (where === 'memory') {
    const cache = new MemoryCache({ failureMode, loggerSite });
    return { cache, loggerSite, server: undefined, close: () => cache.close() };
  }
  const server = await RedisServer.start();
  const { host, port } = server;
  const { commandTimeout = 5000 } = options;
  const cache = new RedisCache({ host, port, failureMode, commandTimeout, loggerSite });
  await cache.start();
  return {
    cache,
    loggerSite,
    server,
    close: async () => {
      await cache.close();
      await server.stop();
    },
  };
}
