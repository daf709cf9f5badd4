import { MemoryCollectionSite, RedisCollectionSite } from '../../src/data.js';
import type { ICollectionSite } from '../../src/interfaces/collection-site.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import type { PLACES } from './cache-under-test.js';

/** Collections for an adapter, and the server below them. */
export interface CollectionsUnderTest {
  readonly collections: ICollectionSite;
  /** `undefined` for memory. */
  readonly server: RedisServer | undefined;
  close(): Promise<void>;
}

/** Opens collections in memory, or in a Redis of their own. */
export async function openCollections(
  where: (typeof PLACES)[number],
  commandTimeout = 5000,
): Promise<CollectionsUnderTest> {
  if (where === 'memory') {
    const collections = new MemoryCollectionSite();
    return { collections, server: undefined, close: () => collections.close() };
  }
  const server = await RedisServer.start();
  const { host, port } = server;
  const loggerSite = new RecordingLoggerSite();
  const collections = new RedisCollectionSite({ host, port, prefix: 'c:', commandTimeout, loggerSite });
  await collections.start();
  return {
    collections,
    server,
    close: async () => {
      await collections.close();
      await server.stop();
    },
  };
}
