import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { TieredCache } from '../../../src/implements/cache/tiered/tiered-cache.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { FailureMode, ICache } from '../../../src/interfaces/cache.js';
import type { IFencedStore } from '../../../src/interfaces/fenced-store.js';
import type {
  BreakableRedis,
  FailureOptions,
  FailureSubject,
  OpenFailing,
} from '../../contract/cache-failure/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import type { LentStage } from '../../support/redis/stage/on-stage.js';
import {
  mastersOf,
  type RedisStage,
  STANDALONE,
  type Topology,
} from '../../support/redis/stage/redis-stage.js';
import { eventually } from '../../support/time/eventually.js';

/** The user with the least privilege may touch what begins with a t. */
const PREFIX = 't-failing:';

/** The sound cache that a mutant may break, before it is started. */
export interface FailingRedis {
  readonly cache: RedisCache;
  readonly loggerSite: RecordingLoggerSite;
  readonly commandTimeoutMs: number;
}

/** Puts a cache in front of the one in Redis. */
type Front = (
  below: RedisCache,
  options: { readonly failureMode: FailureMode | undefined; readonly loggerSite: RecordingLoggerSite },
) => Promise<ICache & IFencedStore & { close(): Promise<void> }>;

/** A `RedisCache` with a separate Redis for each law. */
async function open(
  lend: () => Promise<LentStage>,
  shared: boolean,
  { failureMode, commandTimeoutMs = 150, serverGone = false }: FailureOptions,
  flaw: (redis: FailingRedis) => void = () => {},
  front: Front = async (cache) => cache,
): Promise<OpenFailing> {
  const { stage, giveBack } = await lend();
  const server = breakable(stage);
  if (serverGone) await server.kill();
  const loggerSite = new RecordingLoggerSite();
  const link = {
    ...stage.options,
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
  // A machine that is slow for a moment needs another attempt.
  if (!serverGone) await eventually('the cache is there', () => cache.connected);
  const inFront = await front(cache, { failureMode, loggerSite });
  const shut = async (): Promise<void> => {
    await inFront.close();
    await cache.close();
    await connection?.close();
  };
  let closed: Promise<void> | undefined;
  return {
    cache: inFront,
    store: inFront,
    log: loggerSite.records,
    prefix: PREFIX,
    commandTimeoutMs: commandTimeoutMs ?? 1000,
    server,
    isLost: () => (connection === undefined ? !cache.connected : connection.status === 'connecting'),
    shut,
    inspect: async () => {},
    close: () => {
      closed ??= shut().finally(giveBack);
      return closed;
    },
  };
}

function breakable({ servers, user = 'default', restart }: RedisStage): BreakableRedis {
  const each: BreakableRedis['each'] = (...words) =>
    Promise.all(servers.map((server) => server.cli(...words)));
  return {
    each,
    restart,
    kill: async () => {
      await Promise.all(servers.map((server) => server.kill()));
    },
    freeze: () => {
      for (const server of servers) server.freeze();
    },
    thaw: () => {
      for (const server of servers) server.thaw();
    },
    at: async (key, ...words) => {
      const masters = await mastersOf(servers);
      try {
        return await masters.at(key, ...words);
      } finally {
        masters.close();
      }
    },
    keyCount: async () => (await each('DBSIZE')).reduce<number>((sum, count) => sum + Number(count), 0),
    changeUser: async (...rules) => {
      await each('ACL', 'SETUSER', user, ...rules);
    },
  };
}

/** A server that no law has used before. */
async function unused(): Promise<LentStage> {
  const stage = await STANDALONE.build();
  return { stage, giveBack: () => stage.stop() };
}

export const failingRedisCaches: readonly FailureSubject[] = [
  {
    name: 'RedisCache',
    supports: ['demotable'],
    skip: {},
    open: (options = {}) => open(unused, false, options),
  },
  {
    name: 'RedisCache over a shared connection',
    supports: ['demotable'],
    skip: {},
    open: (options = {}) => open(unused, true, options),
  },
];

/** The fewest subjects that show that a topology makes no difference. */
export function failingRedisCacheIn(
  { name, sharded }: Topology,
  lend: () => Promise<LentStage>,
  skip: FailureSubject['skip'] = {},
): FailureSubject {
  return {
    name: `RedisCache in ${name}`,
    supports: sharded ? [] : ['demotable'],
    skip,
    open: (options = {}) => open(lend, true, options),
  };
}

/** Tiers in front of a cache on servers that no law has used before. */
export function failingTier(
  coherence: 'bus' | 'tracking' | 'none',
  lend = unused,
  skip: FailureSubject['skip'] = {},
): FailureSubject {
  return {
    name: `TieredCache over RedisCache, coherence ${coherence}`,
    supports: ['demotable'],
    skip,
    open: (options = {}) =>
      open(
        lend,
        true,
        options,
        () => {},
        async (l2, { failureMode, loggerSite }) => {
          // Copies would answer within the bound; these laws are about calls that need the server.
          const l1 = { maxBytes: 1 };
          const tier = new TieredCache({ l2, coherence, failureMode, loggerSite, l1 });
          await tier.start();
          return tier;
        },
      ),
  };
}

/** The first of them, with a flaw. */
export function flawedRedisCache(flaw: (redis: FailingRedis) => void): FailureSubject {
  return {
    name: 'RedisCache with a flaw',
    supports: ['demotable'],
    skip: {},
    open: (options = {}) => open(unused, false, options, flaw),
  };
}
