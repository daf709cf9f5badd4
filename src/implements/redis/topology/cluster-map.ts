import type { ScheduledTask } from '../../../interfaces/clock.js';
import { ConnectionError } from '../../../interfaces/errors.js';
import { because } from '../driver/unreachable.js';
import { addressText, type HostPort } from '../endpoint.js';
import type { ClusterNodes } from './cluster-nodes.js';
import type { NodeBounds, RedisNode } from './redis-node.js';
import { SlotMap } from './slot-map.js';
import type { ClusterTarget } from './target.js';

/** How often the map is read again while all is well, and while something is missing. */
const CALM_MS = 5000;
const URGENT_MS = 250;
/** How long after something did not fit: what else happens until then is covered by the same look. */
const SOON_MS = 50;
const CLUSTER_SLOTS: readonly string[] = ['CLUSTER', 'SLOTS'];

/**
 * Which node of a cluster serves which slot, and how that is kept current: the map is read from any node that answers,
 * as soon as anything does not fit, and now and then.
 */
export class ClusterMap {
  readonly #target: ClusterTarget;
  readonly #bounds: NodeBounds;
  readonly #nodes: ClusterNodes;
  readonly #onRead: () => void;
  #slots: SlotMap | undefined;
  #refreshing: Promise<Error | undefined> | undefined;
  /** Why the map could not be read last time. */
  #problem: Error | undefined;
  #timer: ScheduledTask | undefined;
  #dueAt = 0;
  /** Nodes that said that their cluster is down, and until when their word counts less. */
  readonly #doubted = new WeakMap<RedisNode, number>();
  #closed = false;
  #turn = 0;

  /** @param onRead  Called when a map has been read, and its nodes are being opened. */
  constructor(target: ClusterTarget, bounds: NodeBounds, nodes: ClusterNodes, onRead: () => void) {
    this.#target = target;
    this.#bounds = bounds;
    this.#nodes = nodes;
    this.#onRead = onRead;
  }

  /** The map as it was read last, with what redirections have said since; `undefined` until the first one. */
  get slots(): SlotMap | undefined {
    return this.#slots;
  }

  /** The nodes that serve slots. */
  get masters(): readonly RedisNode[] {
    const names = this.#slots?.masters ?? new Set<string>();
    return this.#nodes.all.filter(({ name }) => names.has(name));
  }

  /** Whether every slot is served, by a node that calls may go to. */
  get isServed(): boolean {
    const { masters } = this;
    return this.#slots?.complete === true && masters.length > 0 && masters.every(({ passes }) => passes);
  }

  /** Why not every slot is served; `undefined` while each is. */
  get reason(): Error | undefined {
    for (const node of this.#slots === undefined ? this.#nodes.all : this.masters) {
      if (!node.passes && node.reason !== undefined) return because(node.name, node.reason);
    }
    if (this.#slots === undefined) return this.#problem;
    return this.#slots.complete ? undefined : uncovered();
  }

  /** Reads the map again after a while, and so on. */
  watch(delayMs = this.isServed ? CALM_MS : URGENT_MS): void {
    if (this.#closed) return;
    const dueAt = this.#bounds.clock.now() + delayMs;
    // What comes sooner stays: or a crowd of callers that fail would put it off for ever.
    if (this.#timer !== undefined && this.#dueAt <= dueAt) return;
    this.#timer?.cancel();
    this.#dueAt = dueAt;
    this.#timer = this.#bounds.clock.schedule(delayMs, () => {
      this.#timer = undefined;
      void this.refresh().then(() => this.watch());
    });
  }

  /** Reads the map soon: something does not fit. */
  refreshSoon(): void {
    if (this.#slots !== undefined) this.watch(SOON_MS);
  }

  /** Reads the map from a node that answers; says why there is none. */
  refresh(): Promise<Error | undefined> {
    this.#refreshing ??= this.#read().then((problem) => {
      this.#refreshing = undefined;
      this.#problem = problem;
      return problem;
    });
    return this.#refreshing;
  }

  /** One slot has moved, as a node said that no longer serves it. */
  move(slot: number, address: HostPort): void {
    this.#slots?.move(slot, addressText(address), address);
    this.refreshSoon();
  }

  /** A node said that its cluster is down: perhaps it is only cut off from the others. */
  doubt(node: RedisNode): void {
    this.#doubted.set(node, this.#bounds.clock.now() + CALM_MS);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
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
    this.#nodes.ensureDeclared();
    return failure ?? this.reason ?? uncovered();
  }

  /** Nodes to ask for the map: each time another one first, and last those that were cut off just now. */
  #witnesses(): RedisNode[] {
    const passing = this.#nodes.all.filter((node) => node.passes);
    const first = this.#turn++ % Math.max(1, passing.length);
    const now = this.#bounds.clock.now();
    const isDoubted = (node: RedisNode): boolean => (this.#doubted.get(node) ?? 0) > now;
    const inTurn = [...passing.slice(first), ...passing.slice(0, first)];
    return inTurn.toSorted((one, other) => Number(isDoubted(one)) - Number(isDoubted(other)));
  }

  #adopt(map: SlotMap): void {
    if (this.#closed || map.addresses.size === 0) return;
    this.#slots = map;
    this.#nodes.adopt(map);
    this.#onRead();
  }

  #addressOf(name: string): HostPort | undefined {
    const declared = this.#target.nodes.find((address) => addressText(address) === name);
    return this.#slots?.addresses.get(name) ?? declared;
  }
}

function uncovered(): ConnectionError {
  return new ConnectionError('E_CONNECTION_REFUSED', 'no node of the cluster serves the slot', 'not-sent');
}
