import { eventually, settlesWithin } from '../../time/eventually.js';
import { asLogin, loginOf } from '../server/redis-login.js';
import { RedisServer, type RedisServerOptions } from '../server/redis-server.js';
import type { RespReply } from '../server/resp-client.js';
import { isFollowed, PROMPT_REPLICATION } from './redis-replication.js';

/** Options of Sentinels and of the nodes that they watch; all are optional. */
export interface RedisSentinelOptions {
  /** Password of the default user of the nodes; conflicts with `users`. */
  readonly password?: string;
  /** Lines of an ACL file of the nodes; the rig adds its own user, with which it, nodes and Sentinels log in. */
  readonly users?: readonly string[];
  /** Password of the default user of the Sentinels; conflicts with `sentinelUsers`. */
  readonly sentinelPassword?: string;
  /** Users of the Sentinels, as `users`. */
  readonly sentinelUsers?: readonly string[];
  /** Milliseconds of silence after which the first Sentinel considers a node down. Default: 800. */
  readonly downAfterMs?: number;
  /** A failover that fails is tried again after twice that. Default: 1500. */
  readonly failoverTimeoutMs?: number;
  /** Default: 2. */
  readonly replicas?: number;
  /** Of nodes and Sentinels, for `IP:127.0.0.1`. */
  readonly tls?: NonNullable<RedisServerOptions['tls']>;
  /** Further arguments of the nodes. */
  readonly args?: readonly string[];
}

const NAME = 'main';

const APART_MS = 300;
/**
 * Makes Sentinels poll, gossip and vote more often than by default, so that tests need not wait for them. A replica
 * that has not reported for five pings cannot be promoted, and while the master is down, replicas report every second.
 */
const PERIODS_MS = {
  'info-period': 200,
  'publish-period': 200,
  'ping-period': 400,
  'ask-period': 100,
  'election-timeout': 1000,
  'min-link-reconnect-period': 300,
};

/** One master, two replicas, and three Sentinels that watch them, on the loopback. */
export class RedisSentinelRig implements AsyncDisposable {
  /** By which the Sentinels know the master. */
  readonly name = NAME;

  private constructor(
    /** Master and replicas, in the order of their start, whichever is the master now. */
    readonly nodes: readonly RedisServer[],
    readonly sentinels: readonly RedisServer[],
  ) {}

  /** Starts all servers, and waits until all of them know each other. */
  static async start(options: RedisSentinelOptions = {}): Promise<RedisSentinelRig> {
    const servers: RedisServer[] = [];
    const start = async (
      count: number,
      of: (index: number) => RedisServerOptions,
    ): Promise<RedisServer[]> => {
      const starting = Array.from({ length: count }, (_, index) => RedisServer.start(of(index)));
      for (const { status, value } of (await Promise.allSettled(
        starting,
      )) as PromiseFulfilledResult<RedisServer>[])
        if (status === 'fulfilled') servers.push(value);
      return Promise.all(starting);
    };
    try {
      const nodes = await start(1 + (options.replicas ?? 2), () => nodeOptions(options));
      const [master, ...replicas] = nodes as [RedisServer, ...RedisServer[]];
      await Promise.all(replicas.map((each) => each.cli('REPLICAOF', master.host, master.port)));
      const sentinels = await start(3, (index) => sentinelOptions(master, index, options));
      await Promise.all(sentinels.map(hurry));
      const rig = new RedisSentinelRig(nodes, sentinels);
      await rig.settled();
      return rig;
    } catch (error) {
      await Promise.all(servers.map((server) => server.stop()));
      throw error;
    }
  }

  /** Addresses of the Sentinels, as options of clients. */
  get addresses(): { host: string; port: number }[] {
    return this.sentinels.map(({ host, port }) => ({ host, port }));
  }

  /** Node that most Sentinels consider the master, running or not. */
  async master(): Promise<RedisServer> {
    const named = await Promise.all(this.#watching().map((sentinel) => this.#namedBy(sentinel)));
    const votes = (node: RedisServer): number => named.filter((each) => each === node).length;
    return [...this.nodes].sort((one, other) => votes(other) - votes(one))[0] as RedisServer;
  }

  /** Number of the newest configuration: every failover, whoever began it, makes a newer one. */
  async epoch(): Promise<number> {
    const replies = await Promise.all(
      this.#watching().map((sentinel) => sentinel.cli('SENTINEL', 'MASTER', NAME)),
    );
    return Math.max(...replies.map((reply) => Number(record(reply as RespReply[])['config-epoch'])));
  }

  /** All nodes except the master. */
  async replicas(): Promise<RedisServer[]> {
    const master = await this.master();
    return this.nodes.filter((node) => node !== master);
  }

  /** Makes the Sentinels replace a healthy master; returns the new one once all of them know it. */
  async failover(): Promise<RedisServer> {
    const former = await this.master();
    await eventually('a Sentinel begins the failover', async () => {
      await this.#watching()[0]?.cli('SENTINEL', 'FAILOVER', NAME);
      return true;
    });
    const master = await this.masterAfter(former);
    await this.settled();
    return master;
  }

  /** Waits until all Sentinels report a new master, and it accepts writes. */
  async masterAfter(former: RedisServer): Promise<RedisServer> {
    let master = former;
    const isReplaced = async (): Promise<boolean> => {
      const named = await Promise.all(this.#watching().map((sentinel) => this.#namedBy(sentinel)));
      master = named[0] ?? former;
      return master !== former && named.every((each) => each === master) && (await isMaster(master));
    };
    await eventually('another node is the master', isReplaced, { withinMs: 20_000, everyMs: 20 });
    return master;
  }

  /**
   * Restarts a node or a Sentinel, empty. A node follows the current master immediately: a former master would
   * otherwise accept writes until the Sentinels reconfigure it. (`server.restart()` does not prevent that.)
   */
  async restart(server: RedisServer): Promise<void> {
    if (this.sentinels.includes(server)) {
      await server.restart();
      await hurry(server);
      return;
    }
    const master = await this.master();
    const args = master === server ? [] : ['--replicaof', master.host, String(master.port)];
    await server.restart({ args });
  }

  /** Waits until all running servers agree on a master, and its replicas have all its data. */
  async settled(): Promise<void> {
    const isSettled = async (): Promise<boolean> => {
      const master = await this.master();
      const replicas = this.nodes.filter((node) => node.isAlive && node !== master);
      if (!(await isMaster(master)) || !(await isFollowed(master, replicas))) return false;
      const views = await Promise.all(this.#watching().map((sentinel) => this.#isContent(sentinel, master)));
      return views.every((isContent) => isContent);
    };
    await eventually('nodes and Sentinels agree', isSettled, { withinMs: 20_000, everyMs: 20 });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.sentinels, ...this.nodes].map((server) => server.stop()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #watching(): RedisServer[] {
    const alive = this.sentinels.filter((sentinel) => sentinel.isAlive);
    if (alive.length === 0) throw new Error('there is no Sentinel that could tell');
    return alive;
  }

  async #namedBy(sentinel: RedisServer): Promise<RedisServer | undefined> {
    const asked = sentinel.cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME);
    const address = (await settlesWithin(1000, 'a Sentinel', asked)) as RespReply[] | null;
    return this.nodes.find(({ port }) => port === Number(address?.[1]));
  }

  /** True if a Sentinel sees the master, every other live node as its replica, and the other Sentinels. */
  async #isContent(sentinel: RedisServer, master: RedisServer): Promise<boolean> {
    const seen = record((await sentinel.cli('SENTINEL', 'MASTER', NAME)) as RespReply[]);
    if (Number(seen.port) !== master.port || seen.flags !== 'master') return false;
    if (Number(seen['num-other-sentinels']) !== this.sentinels.length - 1) return false;
    const replicas = (await sentinel.cli('SENTINEL', 'REPLICAS', NAME)) as RespReply[][];
    const isSeen = (node: RedisServer): boolean =>
      replicas.map(record).some(({ port, flags }) => Number(port) === node.port && flags === 'slave');
    return this.nodes.every((node) => node === master || !node.isAlive || isSeen(node));
  }
}

function nodeOptions({ password, users, tls, args = [] }: RedisSentinelOptions): RedisServerOptions {
  const login = loginOf(password, users);
  const words = [...PROMPT_REPLICATION];
  if (login?.username !== undefined) words.push('--masteruser', login.username);
  if (login !== undefined) words.push('--masterauth', login.password);
  if (tls) words.push('--tls-replication', 'yes');
  return { ...asLogin(password, users), ...(tls && { tls }), keepsConfig: true, args: [...words, ...args] };
}

/**
 * Staggered timeouts: one Sentinel after the other considers a silent node down, and starts the failover alone.
 * Sentinels that start at the same time would all vote for themselves, and retry seconds later.
 */
function sentinelOptions(
  master: RedisServer,
  index: number,
  options: RedisSentinelOptions,
): RedisServerOptions {
  const { sentinelPassword, sentinelUsers, tls, downAfterMs = 800, failoverTimeoutMs = 1500 } = options;
  const lines = [
    `sentinel monitor ${NAME} ${master.host} ${master.port} 1`,
    `sentinel down-after-milliseconds ${NAME} ${downAfterMs + index * APART_MS}`,
    `sentinel failover-timeout ${NAME} ${failoverTimeoutMs}`,
    `sentinel parallel-syncs ${NAME} 2`,
  ];
  const ofNodes = loginOf(options.password, options.users);
  if (ofNodes?.username !== undefined) lines.push(`sentinel auth-user ${NAME} ${ofNodes.username}`);
  if (ofNodes !== undefined) lines.push(`sentinel auth-pass ${NAME} ${JSON.stringify(ofNodes.password)}`);
  const own = loginOf(sentinelPassword, sentinelUsers);
  if (own?.username !== undefined) lines.push(`sentinel sentinel-user ${own.username}`);
  if (own !== undefined) lines.push(`sentinel sentinel-pass ${JSON.stringify(own.password)}`);
  const { users = [], ...login } = asLogin(sentinelPassword, sentinelUsers);
  return {
    ...login,
    sentinel: [...users, ...lines],
    ...(tls && { tls, args: ['--tls-replication', 'yes'] }),
  };
}

async function hurry(sentinel: RedisServer): Promise<void> {
  const words = Object.entries(PERIODS_MS).flat();
  // Redis before 7.0 refuses this command, and keeps its longer periods.
  await sentinel.cli('SENTINEL', 'DEBUG', ...words).catch(() => undefined);
}

async function isMaster(node: RedisServer): Promise<boolean> {
  if (!node.isAlive) return false;
  const role = (await settlesWithin(1000, 'a node', node.cli('ROLE'))) as RespReply[];
  return String(role[0]) === 'master';
}

/** A flat list of names and values. */
function record(list: readonly RespReply[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (let at = 0; at < list.length; at += 2) found[String(list[at])] = String(list[at + 1]);
  return found;
}
