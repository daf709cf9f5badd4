import { OperationError } from '../../../../interfaces/errors.js';
import type { RedisReply, RedisWord } from '../../../../interfaces/redis-command.js';
import type { ConnectionStatus } from '../../../../interfaces/redis-health.js';
import { PatientClock } from '../../../foundation/clock/patient-clock.js';
import { bounded } from '../../../foundation/waiting/bounded.js';
import { pause } from '../../../foundation/waiting/pause.js';
import { openTimeout } from '../../driver/connect-error.js';
import { connectionClosed, unreachable } from '../../driver/unreachable.js';
import { slotOf } from '../../keys/slot.js';
import type { UseOptions } from '../../link/exclusive-links.js';
import type { Link } from '../../link/link.js';
import type { SlotWatch } from '../../streams/stream-source.js';
import type { NodeBounds, RedisNode } from '../redis-node.js';
import type { ClusterTarget } from '../target.js';
import type { RouteOptions, Topology } from '../topology.js';
import { ClusterMap } from './cluster-map.js';
import { ClusterNodes } from './cluster-nodes.js';
import { type Redirection, redirectionOf } from './redirection.js';

/** Maximum number of redirections of one command. */
const MAX_REDIRECTIONS = 16;
/** Delay before a command is repeated whose keys are being moved between two nodes. */
const AGAIN_MS = 20;

/** A cluster: every command goes to the node of its slot, and follows the redirections of that node. */
export class ClusterTopology implements Topology {
  readonly sharded = true;
  readonly #target: ClusterTarget;
  readonly #bounds: NodeBounds;
  readonly #nodes: ClusterNodes;
  readonly #map: ClusterMap;
  #closed = false;
  #turn = 0;

  constructor(target: ClusterTarget, bounds: NodeBounds, onChange: () => void) {
    this.#target = target;
    this.#bounds = bounds;
    this.#nodes = new ClusterNodes(target, bounds, (node) => {
      if (!node.passes) this.#map.refreshSoon();
      onChange();
    });
    this.#map = new ClusterMap(target, bounds, this.#nodes, onChange);
  }

  get slots(): SlotWatch {
    return this.#map;
  }

  get masters(): readonly RedisNode[] {
    return this.#map.masters;
  }

  get status(): ConnectionStatus {
    if (this.#closed) return 'closed';
    if (this.#map.isServed) return 'ready';
    if (this.masters.some((node) => node.passes)) return 'degraded';
    const states = this.#nodes.all.map(({ status }) => status);
    if (states.length === 0) return 'idle';
    return states.includes('auth-failed') ? 'auth-failed' : 'connecting';
  }

  get reason(): Error | undefined {
    return this.#map.reason;
  }

  async attempt(timeoutMs: number): Promise<Error | undefined> {
    await bounded(new PatientClock(this.#bounds.clock), timeoutMs, this.#open(timeoutMs));
    return this.status === 'ready' ? undefined : (this.reason ?? openTimeout(timeoutMs));
  }

  /** Opens the nodes that are declared, reads the map from one of them, and opens those that it names. */
  async #open(timeoutMs: number): Promise<void> {
    this.#nodes.ensureDeclared(timeoutMs);
    await this.#nodes.firstOpened();
    if (this.#closed || (await this.#map.refresh()) !== undefined) return;
    await this.#nodes.allOpened();
  }

  keepTrying(): void {
    this.#map.watch();
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
        return await node.run(words, leftMs, asking ? { ...options, asking } : options);
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
        // ASK cannot be followed for a task of several steps: the slot is being moved, and the task is repeated until
        // it is there.
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

  async follow(error: unknown, timeoutMs: number): Promise<boolean> {
    const redirection = redirectionOf(error);
    if (redirection?.kind !== 'moved') {
      this.#map.refreshSoon();
      return false;
    }
    await this.#led(redirection, this.#bounds.clock.now() + timeoutMs);
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#map.close();
    this.#nodes.close();
  }

  #nodeOfSlot(slot: number | undefined, readOnly: boolean): RedisNode {
    if (this.#closed) throw connectionClosed();
    if (slot === undefined) return this.#anyNode();
    const { slots } = this.#map;
    if (readOnly && this.#target.readFrom === 'replica' && slots !== undefined) {
      const replicas = slots.replicasOf(slot).map((name) => this.#nodes.get(name));
      const passing = replicas.filter((node) => node?.passes);
      if (passing.length > 0) return passing[this.#turn++ % passing.length] as RedisNode;
    }
    const node = this.#nodes.get(slots?.masterOf(slot) ?? '');
    if (node === undefined) throw unreachable(this.#bounds.database, this.reason);
    return node;
  }

  #anyNode(): RedisNode {
    const passing = this.masters.filter((node) => node.passes);
    const nodes = passing.length > 0 ? passing : this.masters.filter((node) => node.accepts);
    const node = nodes[this.#turn++ % Math.max(1, nodes.length)];
    if (node !== undefined) return node;
    throw unreachable(this.#bounds.database, this.reason);
  }

  /** Returns the node that a redirection leads to; after a delay when keys are being moved. */
  async #follow(redirection: Redirection, from: RedisNode, giveUpAt: number): Promise<RedisNode> {
    const { clock } = this.#bounds;
    if (redirection.kind === 'again') {
      await pause(clock, AGAIN_MS);
      return from;
    }
    return this.#led(redirection, giveUpAt);
  }

  async #led(
    { kind, slot, address }: Exclude<Redirection, { kind: 'again' }>,
    giveUpAt: number,
  ): Promise<RedisNode> {
    const { clock } = this.#bounds;
    // A redirection without a host means the host of the node that sent it.
    const known = address === undefined ? undefined : this.#target.natMap(address);
    if (known === undefined) {
      await bounded(clock, giveUpAt - clock.now(), this.#map.refresh());
      return this.#nodeOfSlot(slot, false);
    }
    const node = this.#nodes.ensure(known);
    if (kind === 'moved') this.#map.move(slot, known);
    // A node that is being opened is waited for.
    const opening = node.passes ? undefined : this.#nodes.openingOf(node);
    if (opening !== undefined) await bounded(clock, giveUpAt - clock.now(), opening);
    return node;
  }

  /** Requests a new map after an error of a node that is unreachable or cut off from the others. */
  #noticed(error: unknown, node: RedisNode): unknown {
    const isCutOff = OperationError.is(error) && error.reason === 'CLUSTERDOWN';
    if (isCutOff) this.#map.doubt(node);
    if (isCutOff || !node.passes) this.#map.refreshSoon();
    return error;
  }
}
