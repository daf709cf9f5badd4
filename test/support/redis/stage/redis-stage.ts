import type { RedisConnectionOptions } from '../../../../src/implements/redis/redis-connection-options.js';
import { CertificateAuthority } from '../../network/certificates.js';
import { eventually } from '../../time/eventually.js';
import { RedisServer, type RedisServerOptions } from '../server/redis-server.js';
import { RedisClusterRig } from '../topology/redis-cluster.js';
import { RedisMasters } from '../topology/redis-masters.js';
import { RedisSentinelRig } from '../topology/redis-sentinel.js';
import { rulesOfTheLaws } from './least-privilege.js';

/** A Redis of some topology, for all tests of a `describe`: how our connections get there, and its servers. */
export interface RedisStage {
  /** Of a connection that leads there. */
  readonly options: RedisConnectionOptions;
  /** `database` of such a connection. */
  readonly database: string;
  readonly sharded: boolean;
  /** User of such a connection, if it is a user with rules. */
  readonly user?: string;
  /** Servers that accept writes. */
  readonly servers: readonly RedisServer[];
  readonly masters: RedisMasters;
  /**
   * Starts those again, whatever became of them: where they were, empty, as they were set up; and waits until they
   * serve. `masters` is lost with them.
   */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A topology, and how to build it. */
export interface Topology {
  readonly name: string;
  readonly sharded: boolean;
  build(): Promise<RedisStage>;
}

/** Patience with a server that a law has frozen for a moment: it is not taken for down. */
const PATIENCE_MS = 20_000;
const USER = 'app';
const PASSWORD = 'secret-of-the-app';

async function standalone(
  serverOptions: RedisServerOptions,
  of: (server: RedisServer) => Pick<RedisStage, 'options' | 'database' | 'user'>,
): Promise<RedisStage> {
  const server = await RedisServer.start(serverOptions);
  return stageOf([server], false, () => server.stop(), of(server));
}

/** Opens a way into each of the servers, which is the caller's to close. */
export async function mastersOf(servers: readonly RedisServer[]): Promise<RedisMasters> {
  const doors = servers.map(async (server) => ({
    port: server.port,
    client: await server.connect(),
    connect: () => server.connect(),
  }));
  return new RedisMasters(await Promise.all(doors));
}

async function stageOf(
  servers: readonly RedisServer[],
  sharded: boolean,
  stop: () => Promise<unknown>,
  rest: Pick<RedisStage, 'options' | 'database' | 'user'>,
): Promise<RedisStage> {
  const masters = await mastersOf(servers);
  return {
    ...rest,
    sharded,
    servers,
    masters,
    restart: async () => {
      await Promise.all(servers.map((server) => server.restart()));
      const serves = async (server: RedisServer): Promise<boolean> =>
        !sharded || (await server.text('CLUSTER', 'INFO')).includes('cluster_state:ok');
      const areUp = async (): Promise<boolean> => (await Promise.all(servers.map(serves))).every(Boolean);
      // A cluster node refuses writes for two seconds, regardless of its timeout.
      await eventually('the servers serve', areUp, { everyMs: 100 });
    },
    stop: async () => {
      masters.close();
      await stop();
    },
  };
}

const byPort = ({ host, port }: RedisServer) => ({
  options: { host, port },
  database: `redis://${host}:${port}/0`,
});

export const STANDALONE: Topology = {
  name: 'one server',
  sharded: false,
  build: () => standalone({}, byPort),
};

/** RESP2 only, as behind some proxies. */
const WITHOUT_HELLO: Topology = {
  name: 'a server without HELLO',
  sharded: false,
  build: () => standalone({ args: ['--rename-command', 'HELLO', ''] }, byPort),
};

const SOCKET: Topology = {
  name: 'a Unix socket',
  sharded: false,
  build: () =>
    standalone({ unixSocket: true }, ({ path }) => ({ options: { path }, database: `unix://${path}?db=0` })),
};

const TLS: Topology = {
  name: 'TLS',
  sharded: false,
  build: async () => {
    const authority = new CertificateAuthority();
    const tls = { ...authority.issue('server', 'IP:127.0.0.1', 'DNS:localhost'), ca: authority.cert };
    const stage = await standalone({ tls }, ({ host, port }) => ({
      options: { host, port, tls: { ca: authority.cert } },
      database: `rediss://${host}:${port}/0`,
    }));
    const stop = async (): Promise<void> => {
      await stage.stop();
      authority[Symbol.dispose]();
    };
    return { ...stage, stop };
  },
};

/** Key spaces of tests begin with a t. */
const LEAST_PRIVILEGE: Topology = {
  name: 'a user with the least privilege',
  sharded: false,
  build: () =>
    standalone(
      {
        users: ['user default on nopass ~* &* +@all', `user ${USER} on >${PASSWORD} ${rulesOfTheLaws('t')}`],
      },
      (server) => {
        const { options, database } = byPort(server);
        return { options: { ...options, username: USER, password: PASSWORD }, database, user: USER };
      },
    ),
};

const SENTINEL: Topology = {
  name: 'Sentinels',
  sharded: false,
  build: async () => {
    const rig = await RedisSentinelRig.start({ downAfterMs: PATIENCE_MS });
    const list = rig.addresses
      .map(({ host, port }) => `${host}:${port}`)
      .sort()
      .join(',');
    return stageOf([await rig.master()], false, () => rig.stop(), {
      options: { sentinels: rig.addresses, name: rig.name },
      database: `redis-sentinel://${list}/${rig.name}/0`,
    });
  },
};

const CLUSTER: Topology = {
  name: 'a cluster of three masters',
  sharded: true,
  build: async () => {
    const rig = await RedisClusterRig.start({ nodeTimeoutMs: PATIENCE_MS });
    const [first] = rig.addresses as [{ host: string; port: number }];
    return stageOf(rig.nodes, true, () => rig.stop(), {
      options: { nodes: [first] },
      database: `redis-cluster://${first.host}:${first.port}/0`,
    });
  },
};

const SEVERAL_LINKS: Topology = {
  name: 'one server by three connections',
  sharded: false,
  build: () =>
    standalone({}, (server) => {
      const { options, database } = byPort(server);
      return { options: { ...options, dataConnections: 3 }, database };
    }),
};

/** Every way to reach a Redis. */
export const TOPOLOGIES = {
  STANDALONE,
  WITHOUT_HELLO,
  SOCKET,
  TLS,
  LEAST_PRIVILEGE,
  SENTINEL,
  CLUSTER,
  SEVERAL_LINKS,
};

/** Entries of ACL LOG for the user of the stage; resets the log. */
export async function accessLog({ masters, user }: RedisStage): Promise<string[]> {
  if (user === undefined) return [];
  const logs = (await masters.each('ACL', 'LOG')) as unknown[][][];
  await masters.each('ACL', 'LOG', 'RESET');
  const entries = logs.flat().map((words) => words.map(String));
  const field = (words: readonly string[], name: string): string => words[words.indexOf(name) + 1] ?? '';
  return entries
    .filter((words) => field(words, 'username') === user)
    .map((words) => `${field(words, 'reason')} ${field(words, 'object')}`);
}
