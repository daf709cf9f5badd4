import { loginOf } from '../server/redis-login.js';
import type { RedisServer } from '../server/redis-server.js';

/** Parts of the cluster that a slot move needs. */
export interface SlotMoveContext {
  idOf(server: RedisServer): string;
  /** Masters that live. */
  masters(): Promise<RedisServer[]>;
  /** Waits until all nodes know that a slot has moved. */
  agree(slot: number, to: RedisServer): Promise<void>;
}

/**
 * A slot on its way from one master to another, as far as the test has taken it. During the move the old master answers
 * ASK for a key that it does not hold, the new one MOVED to a client without ASKING, and the old one TRYAGAIN for
 * several keys of which it holds some.
 */
export class SlotMove {
  readonly #context: SlotMoveContext;

  private constructor(
    readonly slot: number,
    readonly from: RedisServer,
    readonly to: RedisServer,
    context: SlotMoveContext,
  ) {
    this.#context = context;
  }

  /** Tells both sides of it; no key has moved yet. */
  static async begin(
    slot: number,
    from: RedisServer,
    to: RedisServer,
    context: SlotMoveContext,
  ): Promise<SlotMove> {
    await to.cli('CLUSTER', 'SETSLOT', slot, 'IMPORTING', context.idOf(from));
    await from.cli('CLUSTER', 'SETSLOT', slot, 'MIGRATING', context.idOf(to));
    return new SlotMove(slot, from, to, context);
  }

  /** Moves the first n keys of the slot, the given ones, or all; returns the number of keys found. */
  async moveKeys(which: number | readonly string[] = Number.MAX_SAFE_INTEGER): Promise<number> {
    if (typeof which !== 'number') {
      await this.#migrate(which);
      return which.length;
    }
    let moved = 0;
    while (moved < which) {
      const count = Math.min(which - moved, 100);
      const keys = (await this.from.cli('CLUSTER', 'GETKEYSINSLOT', this.slot, count)) as Buffer[];
      if (keys.length === 0) break;
      await this.#migrate(keys);
      moved += keys.length;
    }
    return moved;
  }

  /** Moves the remaining keys, and assigns the slot to the new owner, as all nodes know then. */
  async finish(): Promise<void> {
    await this.assign();
    await this.#context.agree(this.slot, this.to);
  }

  /** Does so without waiting until all nodes know: for many slots that move to the same node. */
  async assign(): Promise<void> {
    await this.moveKeys();
    const others = (await this.#context.masters()).filter((each) => each !== this.to && each !== this.from);
    // The new owner first, so that the slot always has an owner.
    for (const server of [this.to, this.from, ...others]) {
      await server.cli('CLUSTER', 'SETSLOT', this.slot, 'NODE', this.#context.idOf(this.to));
    }
  }

  /** Leaves the slot where it was, if no key has moved. */
  async cancel(): Promise<void> {
    for (const server of [this.to, this.from]) await server.cli('CLUSTER', 'SETSLOT', this.slot, 'STABLE');
  }

  async #migrate(keys: readonly (string | Buffer)[]): Promise<void> {
    const { host, port, options } = this.to;
    const login = loginOf(options.password, options.users);
    const auth =
      login === undefined
        ? []
        : login.username === undefined
          ? ['AUTH', login.password]
          : ['AUTH2', login.username, login.password];
    await this.from.cli('MIGRATE', host, port, '', 0, 5000, ...auth, 'KEYS', ...keys);
  }
}
