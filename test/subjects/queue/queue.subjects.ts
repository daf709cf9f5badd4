import { MemoryQueueSite } from '../../../src/implements/coordination/queue/memory-queue-site.js';
import { RedisQueueSite } from '../../../src/implements/coordination/queue/redis-queue-site.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { RedisConnectionOptions } from '../../../src/implements/redis/redis-connection-options.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import type {
  ClosableQueueSite,
  OpenQueues,
  QueueServers,
  QueueSubject,
  QueueSubjectOptions,
} from '../../contract/queue/subject.js';
import { startedUp } from '../../contract/redis-connection/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { accessLog, type RedisStage, type Topology } from '../../support/redis/stage/redis-stage.js';
import { RedisView } from '../cache/redis-view.js';

/** Flaw of a subject. */
export interface QueueFlaw {
  /** Makes the site of memory in another way. */
  readonly memory?: (options: QueueSubjectOptions) => ClosableQueueSite;
  /** Changes what a site answers. */
  readonly site?: (site: ClosableQueueSite) => ClosableQueueSite;
  /** Changes what a site in Redis sends. */
  readonly connection?: (connection: IRedisConnection) => IRedisConnection;
}

const noServers: QueueServers = {
  freeze: nowhere,
  thaw: nowhere,
  each: nowhere,
  keys: nowhere,
  at: nowhere,
  received: nowhere,
};

function nowhere(): never {
  throw new Error('these queues are on no server');
}

/** A `MemoryQueueSite`. */
export function memoryQueues({ memory, site: change = (site) => site }: QueueFlaw = {}): QueueSubject {
  return {
    name: 'MemoryQueueSite',
    supports: [],
    skip: {},
    open: async ({ commandTimeout: _, ...options } = {}): Promise<OpenQueues> => {
      const loggerSite = new RecordingLoggerSite();
      const site = change(memory?.(options) ?? new MemoryQueueSite({ ...options, loggerSite }));
      return {
        site,
        other: site,
        log: loggerSite.records,
        killOther: nowhere,
        servers: noServers,
        inspect: async () => undefined,
        close: () => site.close(),
      };
    },
  };
}

/** A `RedisQueueSite` on a Redis of some topology; the stage is asked for when a law opens it. */
export function redisQueues({ name }: Topology, stage: () => RedisStage, flaw: QueueFlaw = {}): QueueSubject {
  return {
    name: `RedisQueueSite on ${name}`,
    supports: ['remote'],
    skip: {},
    open: (options = {}) => openRedis(stage(), options, flaw),
  };
}

async function openRedis(
  stage: RedisStage,
  { commandTimeout = '5s', ...options }: QueueSubjectOptions,
  { site: change = (site) => site, connection: bend = (connection) => connection }: QueueFlaw,
): Promise<OpenQueues> {
  const space = keySpace();
  const loggerSite = new RecordingLoggerSite();
  const connect = async (): Promise<RedisConnection> => {
    const { options: place } = stage;
    const connection = new RedisConnection({
      ...place,
      commandTimeout,
      loggerSite,
    } as RedisConnectionOptions);
    await startedUp(connection);
    return connection;
  };
  const connections = await Promise.all([connect(), connect()]);
  const [site, other] = connections.map((connection) =>
    change(new RedisQueueSite({ connection: bend(connection), prefix: space, loggerSite, ...options })),
  ) as [ClosableQueueSite, ClosableQueueSite];
  const view = new RedisView(stage.masters, space);
  return {
    site,
    other,
    log: loggerSite.records,
    killOther: () => (connections[1] as RedisConnection).close(),
    servers: serversOf(stage, view),
    inspect: async () => {
      const refused = await accessLog(stage);
      if (refused.length > 0) throw new Error(`the access rules refused ${refused.join(', ')}`);
    },
    close: async () => {
      for (const server of stage.servers) server.thaw();
      await Promise.all([site.close(), other.close()]);
      await Promise.all(connections.map((connection) => connection.close()));
      await view.close();
    },
  };
}

function serversOf({ masters, servers }: RedisStage, view: RedisView): QueueServers {
  return {
    freeze: () => {
      for (const server of servers) server.freeze();
    },
    thaw: () => {
      for (const server of servers) server.thaw();
    },
    each: (...words) => masters.each(...words),
    keys: async () => (await view.names()).map(String),
    at: (key, ...words) => masters.at(key, ...words),
    received: () => view.received(),
  };
}
