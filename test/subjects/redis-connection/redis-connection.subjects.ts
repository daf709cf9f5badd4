import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type {
  RedisConnectionOptions,
  UncheckedConnectionOptions,
} from '../../../src/implements/redis/redis-connection-options.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import type {
  ConnectionServers,
  ConnectionSubject,
  OpenConnection,
  OpeningOptions,
  ServerClient,
} from '../../contract/redis-connection/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { redisMajor } from '../../support/redis/server/redis-version.js';
import { accessLog, type RedisStage, type Topology } from '../../support/redis/stage/redis-stage.js';
import type { MasterDoor, RedisMasters } from '../../support/redis/topology/redis-masters.js';
import { agreeOnSlots } from '../../support/redis/topology/slot-assignment.js';
import { eventually } from '../../support/time/eventually.js';
import { RedisView } from '../cache/redis-view.js';

/** A connection that can be broken: every member of the port is a property that may be replaced. */
export type OpenToChange = { -readonly [Member in keyof IRedisConnection]: IRedisConnection[Member] };

/** A flaw of a connection. */
export interface ConnectionFlaw {
  /** Replaces the options of the connection. */
  readonly options?: (options: UncheckedConnectionOptions) => UncheckedConnectionOptions;
  /** Changes the connection before it is started. */
  readonly change?: (connection: OpenToChange, log: RecordingLoggerSite) => void;
}

/** These laws are about answers; a machine that is slow for a moment must not turn them into timeouts. */
const PATIENCE = '5s';

async function open(
  stage: RedisStage,
  { started = true, credentials, ...options }: OpeningOptions,
  flaw: ConnectionFlaw,
): Promise<OpenConnection> {
  const space = keySpace();
  const loggerSite = new RecordingLoggerSite();
  const clientName = options.clientName ?? space;
  const { username, password, ...place } = stage.options;
  const access = credentials === undefined ? { username, password } : { credentials };
  const complete = {
    commandTimeout: PATIENCE,
    ...place,
    ...access,
    ...options,
    clientName,
    loggerSite,
  } as const;
  const made = new RedisConnection((flaw.options?.(complete) ?? complete) as RedisConnectionOptions);
  const connection: IRedisConnection = flaw.change === undefined ? made : changeable(made);
  flaw.change?.(connection, loggerSite);
  if (started) {
    await connection.start();
    // A machine that is slow for a moment needs another attempt.
    const isDecided = (): boolean => made.status === 'ready' || made.status === 'auth-failed';
    await eventually('the connection is there', isDecided);
  }
  const view = new RedisView(stage.masters, space);
  const users: string[] = [];
  return {
    connection,
    space,
    database: stage.database,
    log: loggerSite.records,
    servers: serversOf(stage, view, clientName, users),
    inspect: async () => {
      const refused = await accessLog(stage);
      if (refused.length > 0) throw new Error(`the access rules refused ${refused.join(', ')}`);
    },
    close: async () => {
      await made.close();
      for (const server of stage.servers) server.thaw();
      await view.close();
      for (const user of users) await stage.masters.each('ACL', 'DELUSER', user);
    },
  };
}

function serversOf(stage: RedisStage, view: RedisView, ownName: string, users: string[]): ConnectionServers {
  const { masters, servers } = stage;
  return {
    count: servers.length,
    at: (key, ...words) => masters.at(key, ...words),
    each: (...words) => masters.each(...words),
    freeze: () => {
      for (const server of servers) server.freeze();
    },
    thaw: () => {
      for (const server of servers) server.thaw();
    },
    received: () => view.received(),
    clients: async (name = ownName) =>
      (await masters.each('CLIENT', 'LIST')).flatMap((list) => clientsOf(String(list), name)),
    kill: async (which = () => true, name = ownName) => {
      const counts = masters.doors.map(async ({ client }) => {
        const found = clientsOf(await client.text('CLIENT', 'LIST'), name).filter(which);
        for (const { id } of found) await client.command('CLIENT', 'KILL', 'ID', id);
        return found.length;
      });
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
    moveSlot: (key) => moveSlot(masters, key),
    setUser: async (name, password, ...rules) => {
      users.push(name);
      await masters.each('ACL', 'SETUSER', name, 'reset', 'on', `>${password}`, ...rules);
    },
  };
}

/** Gives the slot of a key to the next master, as a reshard does. */
async function moveSlot({ doors }: RedisMasters, key: string): Promise<void> {
  const [first] = doors as readonly [MasterDoor];
  const slot = Number(await first.client.command('CLUSTER', 'KEYSLOT', key));
  const ids = await Promise.all(doors.map(({ client }) => client.text('CLUSTER', 'MYID')));
  const ranges = (await first.client.command('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
  const port = ranges.find(([start, end]) => start <= slot && slot <= end)?.[2][1];
  const from = doors.findIndex((door) => door.port === port);
  const to = (from + 1) % doors.length;
  const at = (index: number, ...words: string[]) =>
    doors[index]?.client.command('CLUSTER', 'SETSLOT', slot, ...words);
  await at(to, 'IMPORTING', ids[from] ?? '');
  await at(from, 'MIGRATING', ids[to] ?? '');
  // The new owner first, so that the slot always has one.
  for (const index of [to, from, ...doors.keys()]) await at(index, 'NODE', ids[to] ?? '');
  const clients = doors.map(({ client }) => client);
  await agreeOnSlots(new Map([[slot, ids[to] ?? '']]), clients);
}

/** The clients of a name in CLIENT LIST. */
function clientsOf(list: string, name: string): ServerClient[] {
  const records = list
    .trimEnd()
    .split('\n')
    .map((line) => new Map(line.split(' ').map((field) => field.split(/=(.*)/s) as [string, string])));
  return records
    .filter((record) => record.get('name') === name)
    .map((record) => ({
      id: record.get('id') ?? '',
      user: record.get('user') ?? '',
      subscriptions: ['sub', 'psub', 'ssub'].reduce((sum, kind) => sum + Number(record.get(kind) ?? 0), 0),
      isBlocked: record.get('flags')?.includes('b') ?? false,
    }));
}

function changeable(made: RedisConnection): OpenToChange {
  const connection = {} as Record<string, unknown>;
  const properties = ['status', 'circuit', 'database', 'sharded', 'client'] as const;
  for (const name of properties) {
    Object.defineProperty(connection, name, { get: () => made[name], configurable: true });
  }
  const methods = [
    ...(['start', 'execute', 'pipeline', 'transaction', 'script', 'blocking', 'subscribe'] as const),
    ...(['scan', 'ping', 'info', 'health', 'on', 'close'] as const),
  ];
  for (const name of methods) connection[name] = (made[name] as () => unknown).bind(made);
  return connection as unknown as OpenToChange;
}

/** A `RedisConnection` to a Redis of some topology; the stage is asked for when a law opens it. */
export function redisConnection(
  { name, sharded }: Topology,
  stage: () => RedisStage,
  flaw: ConnectionFlaw = {},
): ConnectionSubject {
  return {
    name: `RedisConnection to ${name}`,
    supports: [
      sharded ? 'sharded' : 'whole',
      ...(redisMajor() < 7 ? [] : sharded ? (['shards', 'slots'] as const) : (['shards'] as const)),
    ],
    skip: {},
    open: (options = {}) => open(stage(), options, flaw),
  };
}
