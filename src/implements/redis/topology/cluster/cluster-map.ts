import type { ScheduledTask } from '../../../../interfaces/clock.js';
import { ConnectionError } from '../../../../interfaces/errors.js';
import { because } from '../../driver/unreachable.js';
import { addressText, type HostPort } from '../../endpoint.js';
import type { NodeBounds, RedisNode } from '../redis-node.js';
import type { ClusterTarget } from '../target.js';
import type { ClusterNodes } from './cluster-nodes.js';
import { SlotMap } from './slot-map.js';

/** Interval between two reads of the map: while all slots are served, and while something is missing. */
const CALM_MS = 5000;
const URGENT_MS = 250;
/** Delay of a read after a mismatch; one read covers all mismatches until then. */
const SOON_MS = 50;
const CLUSTER_SLOTS: readonly string[] = ['CLUSTER', 'SLOTS'];

/** Redirection of a slot from the node that no longer serves it. */
interface Move {
  readonly from: string | undefined;
  readonly to: HostPort;
  /** Time from which every map is taken to know of it. */
  readonly knownAt: number;
}

/**
 * Assignment of slots to nodes, kept current: the map is read from any node that answers, soon after a mismatch and at
 * intervals. A node that has not heard of a move yet does not undo what the former owner has said of it: calls would
 * take a detour, and sharded subscriptions lose messages, after each map that such a node sends.
 */
export class ClusterMap {
  readonly #target: ClusterTarget;
  readonly #bounds: NodeBounds;
  readonly #nodes: ClusterNodes;
  readonly #onRead: () => void;
  #slots: SlotMap | undefined;
  #refreshing: Promise<Error | undefined> | undefined;
  /** Reason why the last read failed. */
  #problem: Error | undefined;
  #timer: ScheduledTask | undefined;
  #dueAt = 0;
  /** Nodes that have reported CLUSTERDOWN, and the time until which they are asked last. */
  readonly #doubted = new WeakMap<RedisNode, number>();
  /** Recent redirections, by their slots. */
  readonly #moves = new Map<number, Move>();
  #closed = false;
  #turn = 0;
  #revision = 0;

  /** @param onRead  Called when a map has been read, and its nodes are being opened. */
  constructor(target: ClusterTarget, bounds: NodeBounds, nodes: ClusterNodes, onRead: () => void) {
    this.#target = target;
    this.#bounds = bounds;
    this.#nodes = nodes;
    this.#onRead = onRead;
  }

  /** The last map that was read, updated by redirections; `undefined` before the first read. */
  get slots(): SlotMap | undefined {
    return this.#slots;
  }

  get revision(): number {
    return this.#revision;
  }

  slotsOf(master: string): readonly number[] {
    return this.#slots?.slotsOf(master) ?? [];
  }

  /** Nodes that serve slots. */
  get masters(): readonly RedisNode[] {
    const names = this.#slots?.masters ?? new Set<string>();
    return this.#nodes.all.filter(({ name }) => names.has(name));
  }

  /** `true` when every slot is served by a node that takes calls. */
  get isServed(): boolean {
    const { masters } = this;
    return this.#slots?.complete === true && masters.length > 0 && masters.every(({ passes }) => passes);
  }

  /** Reason why not every slot is served; `undefined` while all are. */
  get reason(): Error | undefined {
    for (const node of this.#slots === undefined ? this.#nodes.all : this.masters) {
      if (!node.passes && node.reason !== undefined) return because(node.name, node.reason);
    }
    if (this.#slots === undefined) return this.#problem;
    return this.#slots.complete ? undefined : uncovered();
  }

  /** Reads the map after a delay, and then at intervals. */
  watch(delayMs = this.isServed ? CALM_MS : URGENT_MS): void {
    if (this.#closed) return;
    const dueAt = this.#bounds.clock.now() + delayMs;
    // The earlier time stays; otherwise a crowd of failing callers would postpone the read for ever.
    if (this.#timer !== undefined && this.#dueAt <= dueAt) return;
    this.#timer?.cancel();
    this.#dueAt = dueAt;
    this.#timer = this.#bounds.clock.schedule(delayMs, () => {
      this.#timer = undefined;
      void this.refresh().then(() => this.watch());
    });
  }

  /** Reads the map soon, after a mismatch. */
  refreshSoon(): void {
    if (this.#slots !== undefined) this.watch(SOON_MS);
  }

  /** Reads the map from a node that answers; returns the reason when none does. */
  refresh(): Promise<Error | undefined> {
    this.#refreshing ??= this.#read().then((problem) => {
      this.#refreshing = undefined;
      this.#problem = problem;
      return problem;
    });
    return this.#refreshing;
  }

  /** Reads the map by a request that is sent after this call. @returns `false` when no node has answered. */
  async confirm(): Promise<boolean> {
    await this.#refreshing;
    return (await this.refresh()) === undefined;
  }

  /** Moves one slot, as the node that no longer serves it has reported. */
  move(slot: number, address: HostPort): void {
    const name = addressText(address);
    const from = this.#slots?.masterOf(slot);
    if (from !== name) {
      this.#revision++;
      this.#moves.set(slot, { from, to: address, knownAt: this.#bounds.clock.now() + CALM_MS });
    }
    this.#slots?.move(slot, name, address);
    this.refreshSoon();
  }

  /** Marks a node that reports CLUSTERDOWN: it may only be cut off from the others. */
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
    // No node answers: perhaps all have new addresses, and a declared one still leads to the cluster.
    this.#nodes.ensureDeclared();
    return failure ?? this.reason ?? uncovered();
  }

  /** Nodes to ask for the map: a different one first each time, and last those that were cut off recently. */
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
    this.#keepMoves(map);
    if (this.#slots === undefined || !map.assignsAs(this.#slots)) this.#revision++;
    this.#slots = map;
    this.#nodes.adopt(map);
    this.#onRead();
  }

  /** Adds to a map the moves that the node which sent it may not have heard of. */
  #keepMoves(map: SlotMap): void {
    const now = this.#bounds.clock.now();
    for (const [slot, { from, to, knownAt }] of this.#moves) {
      const name = addressText(to);
      // A node that is lost cannot say where its slot has gone.
      if (knownAt <= now || !this.#nodes.get(name)?.passes) this.#moves.delete(slot);
      else if (map.masterOf(slot) === from) map.move(slot, name, to);
    }
  }

  #addressOf(name: string): HostPort | undefined {
    const declared = this.#target.nodes.find((address) => addressText(address) === name);
    return this.#slots?.addresses.get(name) ?? declared;
  }
}

function uncovered(): ConnectionError {
  return new ConnectionError('E_CONNECTION_REFUSED', 'no node of the cluster serves the slot', 'not-sent');
}
