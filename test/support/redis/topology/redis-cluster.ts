import { TcpProxy } from '../../network/tcp-proxy.js';
import { eventually } from '../../time/eventually.js';
import { asLogin, loginOf } from '../server/redis-login.js';
import { RedisServer, type RedisServerOptions } from '../server/redis-server.js';
import { busPort } from '../server/redis-server-options.js';
import { redisMajor } from '../server/redis-version.js';
import { type ClusterEntry, essenceOf, has, viewOf } from './cluster-view.js';
import { isFollowed, PROMPT_REPLICATION } from './redis-replication.js';
import { agreeOnSlots } from './slot-assignment.js';
import { SlotMove, type SlotMoveContext } from './slot-move.js';

/** Options of a cluster; all are optional. */
export interface RedisClusterOptions {
  /** Of each master. Default: 0. */
  readonly replicas?: 0 | 1;
  /** Milliseconds of silence after which a node is taken for down. Default: 1500. */
  readonly nodeTimeoutMs?: number;
  /** Password of the default user; conflicts with `users`. */
  readonly password?: string;
  /** Lines of an ACL file; the rig adds its own user, with which it and the nodes log in. */
  readonly users?: readonly string[];
  /** For `IP:127.0.0.1`. */
  readonly tls?: NonNullable<RedisServerOptions['tls']>;
  /**
   * Addresses that nodes announce to clients. `proxies`: a `TcpProxy` in front of each, so that a client that follows
   * the cluster passes through them; `hidden`: names that do not resolve, so that a client needs `natMap`; `unknown`:
   * none, which means the host that the client has connected to. Default: their own addresses.
   */
  readonly announce?: 'proxies' | 'hidden' | 'unknown';
  /** Further arguments, such as `['--cluster-require-full-coverage', 'no']`. */
  readonly args?: readonly string[];
}

/** Ways to announce addresses that the server knows: before Redis 7.0, a node had no names. */
export function announcements(): readonly ('proxies' | 'hidden' | 'unknown')[] {
  return redisMajor() < 7 ? ['proxies'] : ['proxies', 'hidden', 'unknown'];
}

const MASTERS = 3;
const SLOTS = 16_384;

/** Three masters, each with a third of the slots, and perhaps a replica of each, on the loopback. */
export class RedisClusterRig implements AsyncDisposable {
  readonly #ids = new Map<RedisServer, string>();
  /** Owners of the slots that have moved since the last change of masters. */
  readonly #moved = new Map<number, string>();

  private constructor(
    /** First those that began as masters, in the order of their slots; then the replica of each, in that order. */
    readonly nodes: readonly RedisServer[],
    /** One before each node, in their order, unless `announce` is not `proxies`; the replication passes them too. */
    readonly proxies: readonly TcpProxy[],
  ) {}

  /** Starts the cluster, and waits until every node knows all others and accepts commands. */
  static async start(options: RedisClusterOptions = {}): Promise<RedisClusterRig> {
    const count = MASTERS * (1 + (options.replicas ?? 0));
    const starting = Array.from({ length: count }, (_, index) =>
      RedisServer.start(nodeOptions(index, options)),
    );
    const results = await Promise.allSettled(starting);
    const nodes = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const proxies =
      options.announce === 'proxies' ? await Promise.all(nodes.map((node) => TcpProxy.start(node))) : [];
    const rig = new RedisClusterRig(nodes, proxies);
    try {
      await Promise.all(starting);
      await rig.#build();
      await rig.settled();
      return rig;
    } catch (error) {
      await rig.stop();
      throw error;
    }
  }

  /** Seed addresses of clients: those of the proxies, if there are any. */
  get addresses(): { host: string; port: number }[] {
    const doors = this.proxies.length > 0 ? this.proxies : this.nodes;
    return doors.map(({ host, port }) => ({ host, port }));
  }

  /** Real addresses of nodes that announce unreachable ones: `{ 'node-0.hidden.test:7000': { host, port } }`. */
  get natMap(): Record<string, { host: string; port: number }> {
    return Object.fromEntries(
      this.nodes.map(({ host, port }, index) => [`${hiddenName(index)}:${port}`, { host, port }]),
    );
  }

  async slotOf(key: string): Promise<number> {
    return Number(await this.#living()[0]?.cli('CLUSTER', 'KEYSLOT', key));
  }

  /** Master of a slot or key, running or not; if two nodes claim it, the one that will keep it. */
  async masterOf(which: number | string): Promise<RedisServer> {
    const slot = typeof which === 'number' ? which : await this.slotOf(which);
    const owners = (await this.#views()).flat().filter((each) => has(each, slot));
    owners.sort((one, other) => other.epoch - one.epoch);
    return this.#serverOf(owners[0]?.id) ?? fail(`no node owns slot ${slot}`);
  }

  /** The replica of a master, or of that of a slot or key. */
  async replicaOf(which: number | string | RedisServer): Promise<RedisServer> {
    const id = this.#idOf(which instanceof RedisServer ? which : await this.masterOf(which));
    const replica = (await this.#views()).flat().find(({ masterId }) => masterId === id);
    return this.#serverOf(replica?.id) ?? fail('that master has no replica');
  }

  /** Masters that live, and have slots. */
  async masters(): Promise<RedisServer[]> {
    const own = await Promise.all(this.#living().map(async (node) => [node, await this.#own(node)] as const));
    return own.filter(([, { ranges }]) => ranges.length > 0).map(([node]) => node);
  }

  /** A key that a node has. */
  async keyAt(node: RedisServer, prefix = 'key'): Promise<string> {
    const { ranges } = await this.#own(node);
    for (let index = 0; ranges.length > 0; index += 1) {
      const key = `${prefix}${index}`;
      const slot = await this.slotOf(key);
      if (ranges.some(([first, last]) => first <= slot && slot <= last)) return key;
    }
    return fail('that node has no slots');
  }

  /** Makes a replica the master: politely, or by force, as when its master does not answer. */
  async failover(replica: RedisServer, how?: 'FORCE' | 'TAKEOVER'): Promise<void> {
    this.#moved.clear();
    await replica.cli('CLUSTER', 'FAILOVER', ...(how === undefined ? [] : [how]));
    await eventually('the replica is the master', async () => (await this.#own(replica)).ranges.length > 0, {
      withinMs: 10_000,
    });
    await this.settled();
  }

  /** Waits until a new node owns a slot or key, and all running nodes know it; returns the new node. */
  async masterAfter(former: RedisServer, which: number | string): Promise<RedisServer> {
    this.#moved.clear();
    const isReplaced = async (): Promise<boolean> => (await this.masterOf(which)) !== former;
    await eventually('another node has the slot', isReplaced, { withinMs: 20_000, everyMs: 20 });
    await this.settled();
    return this.masterOf(which);
  }

  /** Begins to move a slot, for as long as the test likes. */
  async beginMove(slot: number, to: RedisServer): Promise<SlotMove> {
    return SlotMove.begin(
      slot,
      await this.masterOf(slot),
      to,
      this.#moveContext(() => this.masters()),
    );
  }

  /** Moves slots, one after the other: the given ones, or the first n; returns them when all nodes know. */
  async moveSlots(from: RedisServer, to: RedisServer, which: number | readonly number[]): Promise<number[]> {
    const all = (await this.#own(from)).ranges.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index),
    );
    const slots = typeof which === 'number' ? all.slice(0, which) : [...which];
    const masters = await this.masters();
    const context = this.#moveContext(async () => masters);
    for (const slot of slots) await (await SlotMove.begin(slot, from, to, context)).assign();
    await this.#agree(slots, to);
    return slots;
  }

  /** Waits until all that live agree on who has what, have all slots, and replicas have all that their masters have. */
  async settled(): Promise<void> {
    await eventually('the nodes agree', () => this.#isSettled(), { withinMs: 20_000, everyMs: 20 });
  }

  async stop(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #build(): Promise<void> {
    const { nodes, proxies } = this;
    for (const [index, node] of nodes.entries()) {
      this.#ids.set(node, await node.text('CLUSTER', 'MYID'));
      await node.cli('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      const proxy = proxies[index];
      if (proxy !== undefined) await announce(node, proxy.port);
      if (index < MASTERS) {
        const [first, last] = [index, index + 1].map((part) => Math.ceil((part * SLOTS) / MASTERS)) as [
          number,
          number,
        ];
        await node.cli(
          'CLUSTER',
          'ADDSLOTS',
          ...Array.from({ length: last - first }, (_, slot) => first + slot),
        );
      }
    }
    // Each node meets each other node: by gossip alone it would take seconds.
    const pairs = nodes.flatMap((one, index) => nodes.slice(index + 1).map((other) => [one, other] as const));
    for (const [one, { host, port }] of pairs) await one.cli('CLUSTER', 'MEET', host, port, busPort(port));
    const isMet = (view: readonly ClusterEntry[]): boolean =>
      view.length === nodes.length && view.every(({ id }) => this.#serverOf(id) !== undefined);
    await eventually('all nodes have met', async () => (await this.#views()).every(isMet), {
      withinMs: 10_000,
    });
    for (const [index, replica] of nodes.slice(MASTERS).entries()) {
      await replica.cli('CLUSTER', 'REPLICATE', this.#idOf(nodes[index] as RedisServer));
    }
  }

  async #isSettled(): Promise<boolean> {
    const living = this.#living();
    const views = await this.#views();
    if (new Set(views.map(essenceOf)).size !== 1) return false;
    for (const entry of views.flat()) {
      const server = this.#serverOf(entry.id);
      if (server?.isAlive && entry.flags.some((flag) => /fail|handshake|noaddr/.test(flag))) return false;
    }
    const states = await Promise.all(living.map((node) => node.text('CLUSTER', 'INFO')));
    if (!states.every((state) => state.includes('cluster_state:ok'))) return false;
    const own = await Promise.all(living.map(async (node) => [node, await this.#own(node)] as const));
    const followersOf = (id: string): RedisServer[] =>
      own.filter(([, { masterId }]) => masterId === id).map(([node]) => node);
    const followed = own
      .filter(([, { masterId }]) => masterId === undefined)
      .map(([node, { id }]) => isFollowed(node, followersOf(id)));
    return (await Promise.all(followed)).every((each) => each);
  }

  #moveContext(masters: () => Promise<RedisServer[]>): SlotMoveContext {
    return {
      idOf: (server) => this.#idOf(server),
      masters,
      agree: (slot, to) => this.#agree([slot], to),
    };
  }

  async #agree(slots: readonly number[], owner: RedisServer): Promise<void> {
    for (const slot of slots) this.#moved.set(slot, this.#idOf(owner));
    await agreeOnSlots(this.#moved, this.#living());
  }

  #living(): RedisServer[] {
    return this.nodes.filter((node) => node.isAlive);
  }

  #views(): Promise<ClusterEntry[][]> {
    return Promise.all(this.#living().map(viewOf));
  }

  async #own(node: RedisServer): Promise<ClusterEntry> {
    return (await viewOf(node)).find(({ flags }) => flags.includes('myself')) ?? fail('a node has no entry');
  }

  #idOf(server: RedisServer): string {
    return this.#ids.get(server) ?? fail('that server is not of this cluster');
  }

  #serverOf(id: string | undefined): RedisServer | undefined {
    return this.nodes.find((node) => this.#ids.get(node) === id);
  }
}

function nodeOptions(index: number, options: RedisClusterOptions): RedisServerOptions {
  const { nodeTimeoutMs = 1500, password, users, tls, announce, args = [] } = options;
  const words = ['--cluster-node-timeout', String(nodeTimeoutMs), '--cluster-allow-replica-migration', 'no'];
  words.push(...PROMPT_REPLICATION);
  const login = loginOf(password, users);
  if (login?.username !== undefined) words.push('--masteruser', login.username);
  if (login !== undefined) words.push('--masterauth', login.password);
  if (tls) words.push('--tls-cluster', 'yes', '--tls-replication', 'yes');
  if (announce === 'hidden') words.push('--cluster-announce-hostname', hiddenName(index));
  if (announce === 'hidden') words.push('--cluster-preferred-endpoint-type', 'hostname');
  if (announce === 'unknown') words.push('--cluster-preferred-endpoint-type', 'unknown-endpoint');
  return {
    ...asLogin(password, users),
    ...(tls && { tls }),
    cluster: { slots: false },
    keepsConfig: true,
    args: [...words, ...args],
  };
}

function hiddenName(index: number): string {
  return `node-${index}.hidden.test`;
}

async function announce(node: RedisServer, port: number): Promise<void> {
  await node.configure(`cluster-announce-${node.options.tls ? 'tls-' : ''}port`, port);
  await node.cli('CONFIG', 'REWRITE');
  // Redis 6.2 reads it at its start only.
  if (redisMajor() < 7) await node.restart();
}

function fail(what: string): never {
  throw new Error(what);
}
