import type { ScheduledTask } from '../../../interfaces/clock.js';
import { ConnectionError, DisposedError, OperationError } from '../../../interfaces/errors.js';
import type { ConnectionStatus, RedisReply, RedisWord } from '../../../interfaces/redis-connection.js';
import { bounded } from '../../foundation/waiting/bounded.js';
import { pause } from '../../foundation/waiting/pause.js';
import { openTimeout } from '../driver/connect-error.js';
import { because, unreachable } from '../driver/unreachable.js';
import { addressText, type HostPort } from '../endpoint.js';
import { slotOf } from '../keys/slot.js';
import type { UseOptions } from '../link/exclusive-links.js';
import type { Link } from '../link/link.js';
import { lost } from '../link/supervised-link.js';
import { type Redirection, redirectionOf } from './redirection.js';
import { type NodeBounds, RedisNode } from './redis-node.js';
import { SlotMap } from './slot-map.js';
import type { Target } from './target.js';
import type { RouteOptions, Topology } from './topology.js';

/** How often the map is read again while all is well, and while something is missing. */
const CALM_MS = 5000;
const URGENT_MS = 250;
/** How long after something did not fit: what else happens until then is covered by the same look. */
const SOON_MS = 50;
/** Nodes that a command is sent on to at most. */
const MAX_REDIRECTIONS = 16;
/** How long a command waits whose keys are on their way between two nodes. */
const AGAIN_MS = 20;
const READONLY: readonly string[] = ['READONLY'];
const CLUSTER_SLOTS: readonly string[] = ['CLUSTER', 'SLOTS'];

type ClusterTarget = Extract<Target, { mode: 'cluster' }>;

/**
 * The nodes of a cluster. Each has its own links, which break and heal alone; the map of slots is read from whichever
 * node answers, as soon as anything does not fit, and now and then.
 */
export class ClusterTopology implements Topology {
  readonly sharded = true;
  readonly #target: ClusterTarget;
  readonly #bounds: NodeBounds;
  readonly #onChange: () => void;
  readonly #nodes = new Map<string, RedisNode>();
  /** First attempts of nodes that are being opened. */
  readonly #opening = new Map<RedisNode, Promise<Error | undefined>>();
  #map: SlotMap | undefined;
  #refreshing: Promise<Error | undefined> | undefined;
  /** Why the map could not be read last time. */
  #problem: Error | undefined;
  #timer: ScheduledTask | undefined;
  #dueAt = 0;
  readonly #retired = new Set<RedisNode>();
  /** Nodes that said that their cluster is down, and until when their word counts less. */
  readonly #doubted = new WeakMap<RedisNode, number>();
  #closed = false;
  #turn = 0;

  constructor(target: ClusterTarget, bounds: NodeBounds, onChange: () => void) {
    this.#target = target;
    this.#bounds = bounds;
    this.#onChange = onChange;
  }

  get masters(): readonly RedisNode[] {
    const names = this.#map?.masters ?? new Set<string>();
    return [...this.#nodes.values()].filter(({ name }) => names.has(name));
  }

  get status(): ConnectionStatus {
    if (this.#closed) return 'closed';
    const { masters } = this;
    const passing = masters.filter((node) => node.passes).length;
    if (passing > 0) return passing === masters.length && this.#map?.complete ? 'ready' : 'degraded';
    const states = [...this.#nodes.values()].map(({ status }) => status);
    if (states.length === 0) return 'idle';
    return states.includes('auth-failed') ? 'auth-failed' : 'connecting';
  }

  get reason(): Error | undefined {
    for (const node of this.#map === undefined ? this.#nodes.values() : this.masters) {
      if (!node.passes && node.reason !== undefined) return because(node.name, node.reason);
    }
    if (this.#map === undefined) return this.#problem;
    return this.#map.complete ? undefined : uncovered();
  }

  async attempt(timeoutMs: number): Promise<Error | undefined> {
    await bounded(this.#bounds.clock, timeoutMs, this.#open(timeoutMs));
    return this.status === 'ready' ? undefined : (this.reason ?? openTimeout(timeoutMs));
  }

  /** Opens the nodes that are declared, reads the map from one of them, and opens those that it names. */
  async #open(timeoutMs: number): Promise<void> {
    for (const address of this.#target.nodes) this.#ensure(addressText(address), address, timeoutMs);
    await this.#firstOf([...this.#opening.values()]);
    if (this.#closed || (await this.#refresh()) !== undefined) return;
    await Promise.all([...this.#opening.values()]);
  }

  keepTrying(): void {
    this.#schedule();
  }

  async run(words: readonly RedisWord[], timeoutMs: number, options: RouteOptions = {}): Promise<RedisReply> {
    const { clock } = this.#bounds;
    const giveUpAt = clock.now() + timeoutMs;
    const slot = options.key === undefined ? undefined : slotOf(options.key);
    let node = this.#nodeOfSlot(slot, options.readOnly === true);
    let asking = false;
    for (let redirections = 0; ; redirections++) {
      const leftMs = redirections === 0 ? timeoutMs : Math.max(1, giveUpAt - clock.now());
      try {
        const { carrier } = node;
        if (!carrier.passes) throw carrier.unavailable();
        return await (asking && carrier.link !== undefined
          ? carrier.link.runAsking(words, leftMs, options)
          : carrier.run(words, leftMs, options));
      } catch (error) {
        const redirection = redirectionOf(error);
        if (redirection === undefined) throw this.#noticed(error, node);
        if (redirections === MAX_REDIRECTIONS || clock.now() >= giveUpAt) throw error;
        node = await this.#follow(redirection, node, giveUpAt);
        asking = redirection.kind === 'ask' || (asking && redirection.kind === 'again');
      }
    }
  }

  nodeOf(key: RedisWord | undefined): RedisNode {
    return this.#nodeOfSlot(key === undefined ? undefined : slotOf(key), false);
  }

  async exclusively<T>(
    key: RedisWord | undefined,
    options: UseOptions,
    task: (link: Link) => Promise<T>,
  ): Promise<T> {
    const { clock } = this.#bounds;
    const giveUpAt = clock.now() + options.timeoutMs;
    let node = this.nodeOf(key);
    for (let redirections = 0; ; redirections++) {
      const leftMs = Math.max(1, giveUpAt - clock.now());
      try {
        return await node.exclusively({ ...options, timeoutMs: leftMs }, task);
      } catch (error) {
        const redirection = redirectionOf(error);
        // What is only asked for cannot be done in several steps: the slot is on its way, and soon there.
        if (redirection === undefined) throw this.#noticed(error, node);
        if (redirections === MAX_REDIRECTIONS || clock.now() >= giveUpAt) throw error;
        node = await this.#follow(
          redirection.kind === 'moved' ? redirection : { kind: 'again' },
          node,
          giveUpAt,
        );
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    for (const node of [...this.#nodes.values(), ...this.#retired]) node.close();
  }

  #nodeOfSlot(slot: number | undefined, readOnly: boolean): RedisNode {
    if (this.#closed) throw new DisposedError('the connection was closed');
    if (slot === undefined) return this.#anyNode();
    const map = this.#map;
    if (readOnly && this.#target.readFrom === 'replica' && map !== undefined) {
      const replicas = map.replicasOf(slot).map((name) => this.#nodes.get(name));
      const passing = replicas.filter((node) => node?.passes);
      if (passing.length > 0) return passing[this.#turn++ % passing.length] as RedisNode;
    }
    const node = this.#nodes.get(map?.masterOf(slot) ?? '');
    if (node === undefined) throw this.#unavailable();
    return node;
  }

  #anyNode(): RedisNode {
    const nodes = this.masters.filter((node) => node.passes);
    const node = nodes[this.#turn++ % Math.max(1, nodes.length)];
    if (node !== undefined) return node;
    throw this.#unavailable();
  }

  /** Why there is no node for a call. */
  #unavailable(): ConnectionError {
    return unreachable(this.#bounds.database, this.reason);
  }

  /** The node that a redirection leads to; after a wait where keys are under way. */
  async #follow(redirection: Redirection, from: RedisNode, giveUpAt: number): Promise<RedisNode> {
    const { clock } = this.#bounds;
    if (redirection.kind === 'again') {
      await pause(clock, AGAIN_MS);
      return from;
    }
    const { kind, slot, address } = redirection;
    // Without a host, it is the one of who says so.
    const known = address === undefined ? undefined : this.#target.natMap(address);
    if (known === undefined) {
      await bounded(clock, giveUpAt - clock.now(), this.#refresh());
      return this.#nodeOfSlot(slot, false);
    }
    const name = addressText(known);
    const node = this.#ensure(name, known);
    if (kind === 'moved') {
      this.#map?.move(slot, name, known);
      this.#soon();
    }
    // One that is being opened is waited for, by who was sent there.
    const opening = node.passes ? undefined : this.#opening.get(node);
    if (opening !== undefined) await bounded(clock, giveUpAt - clock.now(), opening);
    return node;
  }

  /** An error of a node that is away, or cut off from the others, makes the map worth another look. */
  #noticed(error: unknown, node: RedisNode): unknown {
    const isCutOff = OperationError.is(error) && error.reason === 'CLUSTERDOWN';
    if (isCutOff) this.#doubted.set(node, this.#bounds.clock.now() + CALM_MS);
    if (isCutOff || !node.passes) this.#soon();
    return error;
  }

  /** Reads the map again after a while, and so on. */
  #schedule(delayMs = this.status === 'ready' ? CALM_MS : URGENT_MS): void {
    if (this.#closed) return;
    const dueAt = this.#bounds.clock.now() + delayMs;
    // What comes sooner stays: or a crowd of callers that fail would put it off for ever.
    if (this.#timer !== undefined && this.#dueAt <= dueAt) return;
    this.#timer?.cancel();
    this.#dueAt = dueAt;
    this.#timer = this.#bounds.clock.schedule(delayMs, () => {
      this.#timer = undefined;
      void this.#refresh().then(() => this.#schedule());
    });
  }

  /** Reads the map soon: something does not fit. */
  #soon(): void {
    if (this.#map !== undefined) this.#schedule(SOON_MS);
  }

  /** Reads the map from a node that answers; says why there is none. */
  #refresh(): Promise<Error | undefined> {
    this.#refreshing ??= this.#read().then((problem) => {
      this.#refreshing = undefined;
      this.#problem = problem;
      return problem;
    });
    return this.#refreshing;
  }

  async #read(): Promise<Error | undefined> {
    let failure: Error | undefined;
    for (const node of this.#witnesses()) {
      try {
        const reply = await node.run(CLUSTER_SLOTS, this.#bounds.commandTimeoutMs, { text: true });
        const { host = '', port = 0 } = this.#addressOf(node.name) ?? {};
        this.#adopt(SlotMap.from(reply, { host, port }, this.#target.natMap));
        return undefined;
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
      }
      if (this.#closed) return failure;
    }
    // Nobody answers: perhaps all have other addresses by now, and one that was declared still leads there.
    for (const address of this.#target.nodes) this.#ensure(addressText(address), address);
    return failure ?? this.reason ?? uncovered();
  }

  /** Nodes to ask for the map: each time another one first, and last those that were cut off just now. */
  #witnesses(): RedisNode[] {
    const passing = [...this.#nodes.values()].filter((node) => node.passes);
    const first = this.#turn++ % Math.max(1, passing.length);
    const now = this.#bounds.clock.now();
    const isDoubted = (node: RedisNode): boolean => (this.#doubted.get(node) ?? 0) > now;
    const inTurn = [...passing.slice(first), ...passing.slice(0, first)];
    return inTurn.toSorted((one, other) => Number(isDoubted(one)) - Number(isDoubted(other)));
  }

  #adopt(map: SlotMap): void {
    if (this.#closed || map.addresses.size === 0) return;
    this.#map = map;
    const replicas = this.#target.readFrom === 'replica';
    const { masters } = map;
    for (const [name, address] of map.addresses) {
      if (replicas || masters.has(name)) this.#ensure(name, address);
    }
    for (const [name, node] of this.#nodes) {
      if (masters.has(name) || (replicas && map.addresses.has(name))) continue;
      // It serves nothing any more; or nothing yet, and then the next redirection opens it again.
      this.#nodes.delete(name);
      this.#opening.delete(node);
      this.#retired.add(node);
      node.retire(lost('the node serves no slot any more'), () => this.#retired.delete(node));
    }
    this.#onChange();
  }

  #addressOf(name: string): HostPort | undefined {
    return (
      this.#map?.addresses.get(name) ?? this.#target.nodes.find((address) => addressText(address) === name)
    );
  }

  /** The node of an address; one that is new is opened, and tried for until it answers. */
  #ensure(name: string, address: HostPort, timeoutMs?: number): RedisNode {
    if (this.#closed) throw new DisposedError('the connection was closed');
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const { access, readFrom } = this.#target;
    const node = new RedisNode({
      ...this.#bounds,
      name,
      database: `${this.#bounds.database} (${name})`,
      locate: () => ({ address, db: 0, access }),
      prepare:
        readFrom === 'replica'
          ? async (link) => void (await link.run(READONLY, this.#bounds.commandTimeoutMs))
          : undefined,
      onChange: () => {
        if (this.#nodes.get(name) !== node) return;
        if (!node.passes) this.#soon();
        this.#onChange();
      },
    });
    this.#nodes.set(name, node);
    const opening = node.attempt(timeoutMs).then((failure) => {
      this.#opening.delete(node);
      if (failure !== undefined) node.keepTrying();
      return failure;
    });
    this.#opening.set(node, opening);
    return node;
  }

  /** Waits for the first attempt that succeeds, or for all to fail. */
  async #firstOf(attempts: readonly Promise<Error | undefined>[]): Promise<void> {
    const successes = attempts.map(async (attempt) => {
      const failure = await attempt;
      if (failure !== undefined) throw failure;
    });
    await Promise.any(successes).catch(() => undefined);
  }
}

function uncovered(): ConnectionError {
  return new ConnectionError('E_CONNECTION_REFUSED', 'no node of the cluster serves the slot', 'not-sent');
}
