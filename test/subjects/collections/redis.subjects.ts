import { RedisCollectionSite } from '../../../src/implements/data/collections/redis-collection-site.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import type { CollectionSubject } from '../../contract/collections/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import type { RedisStage } from '../../support/redis/stage/redis-stage.js';
import { eventually } from '../../support/time/eventually.js';

/** Collections on a stage; each law has a key space to itself. */
export function redisCollections(stage: () => RedisStage): CollectionSubject {
  return {
    name: 'RedisCollectionSite',
    supports: ['shared'],
    skip: {},
    open: async (options = {}) => {
      const loggerSite = new RecordingLoggerSite();
      const connection = new RedisConnection({ ...stage().options, commandTimeout: '5s', loggerSite });
      await connection.start();
      await eventually('the connection is there', () => connection.status === 'ready');
      const prefix = keySpace();
      const make = () => new RedisCollectionSite({ connection, prefix, codec: 'text', ...options });
      const site = make();
      return {
        site,
        advance: (ms) => pass(connection, prefix, ms),
        waiting: (count) =>
          eventually(`${count} pops wait`, async () => (await blocked(connection)) >= count),
        twin: async () => make(),
        inspect: async () => undefined,
        close: async () => {
          await site.close();
          await connection.close();
        },
      };
    },
  };
}

/** Number of calls that wait on the servers. */
async function blocked(connection: IRedisConnection): Promise<number> {
  const infos = await connection.info('clients');
  return infos.reduce((sum, { sections }) => sum + Number(sections.clients?.blocked_clients), 0);
}

/** Shortens the life of every key as if time had passed, of which the server's clock tells only a little. */
async function pass(connection: IRedisConnection, prefix: string, ms: number): Promise<void> {
  for await (const page of connection.scan(`${prefix}*`)) {
    for (const key of page) {
      const life = Number(await connection.execute(['PTTL', key], { keys: [key] }));
      if (life > 0) await connection.execute(['PEXPIRE', key, String(life - ms)], { keys: [key] });
    }
  }
}
