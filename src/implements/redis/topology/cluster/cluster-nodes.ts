import { connectionClosed } from '../../driver/unreachable.js';
import { addressText, type HostPort } from '../../endpoint.js';
import { lost } from '../../link/supervised-link.js';
import { type NodeBounds, RedisNode } from '../redis-node.js';
import type { ClusterTarget } from '../target.js';
import type { SlotMap } from './slot-map.js';

const READONLY: readonly string[] = ['READONLY'];

/**
 * Nodes of a cluster that are open or being opened, by name. Each has its own links, which break and recover
 * independently.
 */
export class ClusterNodes {
  readonly #target: ClusterTarget;
  readonly #bounds: NodeBounds;
  readonly #onChange: (node: RedisNode) => void;
  readonly #nodes = new Map<string, RedisNode>();
  /** First attempts of nodes that are being opened. */
  readonly #opening = new Map<RedisNode, Promise<Error | undefined>>();
  readonly #retired = new Set<RedisNode>();
  #closed = false;

  /** @param onChange  Called when the status or circuit of a node has changed. */
  constructor(target: ClusterTarget, bounds: NodeBounds, onChange: (node: RedisNode) => void) {
    this.#target = target;
    this.#bounds = bounds;
    this.#onChange = onChange;
  }

  get all(): readonly RedisNode[] {
    return [...this.#nodes.values()];
  }

  get(name: string): RedisNode | undefined {
    return this.#nodes.get(name);
  }

  /** Returns the node of an address; a new one is opened, and attempted until it answers. @throws {DisposedError} */
  ensure(address: HostPort, timeoutMs?: number): RedisNode {
    if (this.#closed) throw connectionClosed();
    const name = addressText(address);
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const node = this.#newNode(name, address);
    this.#nodes.set(name, node);
    const opening = node.attempt(timeoutMs).then((failure) => {
      this.#opening.delete(node);
      if (failure !== undefined) node.keepTrying();
      return failure;
    });
    this.#opening.set(node, opening);
    return node;
  }

  /** Opens the nodes that are declared. */
  ensureDeclared(timeoutMs?: number): void {
    for (const address of this.#target.nodes) this.ensure(address, timeoutMs);
  }

  /** First attempt of a node that is being opened. */
  openingOf(node: RedisNode): Promise<Error | undefined> | undefined {
    return this.#opening.get(node);
  }

  /** Waits until the first attempts of all nodes have ended. */
  async allOpened(): Promise<void> {
    await Promise.all([...this.#opening.values()]);
  }

  /** Waits for the first attempt that succeeds, or for all to fail. */
  async firstOpened(): Promise<void> {
    const successes = [...this.#opening.values()].map(async (attempt) => {
      const failure = await attempt;
      if (failure !== undefined) throw failure;
    });
    await Promise.any(successes).catch(() => undefined);
  }

  /** Opens the nodes of a map that are needed, and retires all others. */
  adopt({ masters, addresses }: SlotMap): void {
    const replicas = this.#target.readFrom === 'replica';
    for (const [name, address] of addresses) if (replicas || masters.has(name)) this.ensure(address);
    for (const [name, node] of this.#nodes) {
      if (masters.has(name) || (replicas && addresses.has(name))) continue;
      // It no longer serves a slot; or none yet, and then the next redirection opens it again.
      this.#nodes.delete(name);
      this.#opening.delete(node);
      this.#retired.add(node);
      node.retire(lost('the node no longer serves a slot'), () => this.#retired.delete(node));
    }
  }

  close(): void {
    this.#closed = true;
    for (const node of [...this.#nodes.values(), ...this.#retired]) node.close();
  }

  #newNode(name: string, address: HostPort): RedisNode {
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
        if (this.#nodes.get(name) === node) this.#onChange(node);
      },
    });
    return node;
  }
}
