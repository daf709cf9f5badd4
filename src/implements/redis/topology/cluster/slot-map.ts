import type { RedisReply } from '../../../../interfaces/redis-command.js';
import { addressText, type HostPort } from '../../endpoint.js';
import { SLOTS } from '../../keys/slot.js';
import type { NatMap } from '../target.js';

/** Assignment of slots to nodes, as one node reported it. */
export class SlotMap {
  readonly #masters: (string | undefined)[] = new Array(SLOTS).fill(undefined);
  readonly #replicas = new Map<string, readonly string[]>();
  readonly #addresses = new Map<string, HostPort>();

  /**
   * @param reply  Reply of CLUSTER SLOTS.
   * @param asked  Address of the node that sent it: a node may leave out its own host.
   * @see https://redis.io/docs/latest/commands/cluster-slots/
   */
  static from(reply: RedisReply, asked: HostPort, natMap: NatMap): SlotMap {
    const map = new SlotMap();
    for (const range of Array.isArray(reply) ? (reply as readonly RedisReply[]) : []) {
      if (!Array.isArray(range)) continue;
      const [start, end, master, ...replicas] = range as [RedisReply, RedisReply, ...RedisReply[]];
      const [name, ...others] = [master, ...replicas].map((node) => map.#add(node, asked, natMap));
      if (name === undefined) continue;
      for (let slot = Number(start); slot <= Number(end) && slot < SLOTS; slot++) map.#masters[slot] = name;
      map.#replicas.set(
        name,
        others.filter((other) => other !== undefined),
      );
    }
    return map;
  }

  /** Addresses by the names of their nodes. */
  get addresses(): ReadonlyMap<string, HostPort> {
    return this.#addresses;
  }

  /** Names of the nodes that serve slots. */
  get masters(): ReadonlySet<string> {
    return new Set(this.#masters.filter((name) => name !== undefined));
  }

  /** `true` when every slot is served. */
  get complete(): boolean {
    return !this.#masters.includes(undefined);
  }

  /** `true` when the same nodes serve the same slots. */
  assignsAs(other: SlotMap): boolean {
    return this.#masters.every((name, slot) => name === other.#masters[slot]);
  }

  slotsOf(master: string): readonly number[] {
    return this.#masters.flatMap((name, slot) => (name === master ? [slot] : []));
  }

  masterOf(slot: number): string | undefined {
    return this.#masters[slot];
  }

  replicasOf(slot: number): readonly string[] {
    return this.#replicas.get(this.#masters[slot] ?? '') ?? [];
  }

  /** Moves one slot, as the node that no longer serves it has reported. */
  move(slot: number, name: string, address: HostPort): void {
    this.#masters[slot] = name;
    this.#addresses.set(name, address);
  }

  #add(node: RedisReply | undefined, asked: HostPort, natMap: NatMap): string | undefined {
    if (!Array.isArray(node)) return undefined;
    const [host, port] = node as [RedisReply, RedisReply];
    const text = host === null ? '' : String(host);
    // A node that does not know its own host leaves it out; one that is unreachable has a question mark.
    if (text === '?' || !Number(port)) return undefined;
    const address = natMap({ host: text === '' ? asked.host : text, port: Number(port) });
    const name = addressText(address);
    this.#addresses.set(name, address);
    return name;
  }
}
