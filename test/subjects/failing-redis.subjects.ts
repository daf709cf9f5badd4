import { RedisCache } from '../../src/implements/cache/redis-cache.js';
import { RedisConnection } from '../../src/implements/redis/redis-connection.js';
import type { FailureOptions, FailureSubject, OpenFailing } from '../contract/cache-failure/subject.js';
import { RecordingLoggerSite } from '../support/recording-logger.js';
import { RedisServer } from '../support/redis-server.js';

const PREFIX = 'failing:';

/** What a mutant gets to break: the cache as it is, before it is started. */
export interface FailingRedis {
  readonly cache: RedisCache;
  readonly loggerSite: RecordingLoggerSite;
  readonly commandTimeoutMs: number;
}

/** A `RedisCache` with a server of its own for each law. */
async function open(
  shared: boolean,
  { failureMode, commandTimeoutMs = 150, serverGone = false }: FailureOptions,
  flaw: (redis: FailingRedis) => void = () => {},
): Promise<OpenFailing> {
  const server = await RedisServer.start();
  if (serverGone) await server.kill();
  const loggerSite = new RecordingLoggerSite();
  const link = {
    host: server.host,
    port: server.port,
    ...(commandTimeoutMs !== null && { commandTimeout: commandTimeoutMs }),
    loggerSite,
  };
  const connection = shared ? new RedisConnection(link) : undefined;
  const cache = new RedisCache({
    prefix: PREFIX,
    failureMode,
    ...(connection === undefined ? link : { connection, loggerSite }),
  });
  flaw({ cache, loggerSite, commandTimeoutMs: commandTimeoutMs ?? 1000 });
  await connection?.start();
  await cache.start();
  const shut = async (): Promise<void> => {
    await cache.close();
    await connection?.close();
  };
  return {
    cache,
    store: cache,
    log: loggerSite.records,
    prefix: PREFIX,
    commandTimeoutMs: commandTimeoutMs ?? 1000,
    server,
    shut,
    inspect: async () => {},
    close: async () => {
      await shut();
      await server.stop();
    },
  };
}

export const failingRedisCaches: readonly FailureSubject[] = [
  { name: 'RedisCache', supports: [], skip: {}, open: (options = {}) => open(false, options) },
  {
    name: 'RedisCache over a shared connection',
    supports: [],
    skip: {},
    open: (options = {}) => open(true, options),
  },
];

/** The first of them, with a flaw. */
export function flawedRedisCache(flaw: (redis: FailingRedis) => void): FailureSubject {
  return {
    name: 'RedisCache with a flaw',
    supports: [],
    skip: {},
    open: (options = {}) => open(false, options, flaw),
  };
}
