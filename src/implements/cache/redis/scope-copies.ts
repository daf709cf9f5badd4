import type { IRedisConnection } from '../../../interfaces/redis-connection.js';
import type { KeySpace } from '../../redis/keys/key-space.js';
import { BULK } from '../../redis/keys/slot-groups.js';

/** Failure of a step, in the form of a settled result. */
type Failure = { readonly reason: unknown };

/**
 * Copies of the generations that are read with entries. On a cluster each slot has a copy of its own, so that an entry
 * and the generation that covers it are on one node, wherever slots move; otherwise the generation itself is the copy.
 */
export class ScopeCopies {
  readonly #connection: IRedisConnection;
  readonly #keySpace: KeySpace;

  constructor(connection: IRedisConnection, keySpace: KeySpace) {
    this.#connection = connection;
    this.#keySpace = keySpace;
  }

  /** Key of the copy in the slot of an entry. */
  keyFor(scope: string, entry: string): Buffer {
    return this.#connection.sharded
      ? this.#keySpace.copy(scope, this.#keySpace.slot(entry))
      : this.#keySpace.reserved('generation', scope);
  }

  /**
   * Advances the copies of all slots, whichever exist, in steps of a bulk. Each step spreads over all slots, so that it
   * is the work of all nodes; after a step that reached none, the others are not tried.
   *
   * @returns First failure; `undefined` when all copies have advanced.
   */
  async advance(scope: string, advanceOne: (key: Buffer) => Promise<unknown>): Promise<Failure | undefined> {
    let failure: Failure | undefined;
    const { slots } = this.#keySpace;
    const steps = Math.ceil(slots.length / BULK);
    for (let step = 0; step < steps; step++) {
      const calls: Promise<unknown>[] = [];
      for (let at = step; at < slots.length; at += steps) {
        calls.push(advanceOne(this.#keySpace.copy(scope, slots[at] as number)));
      }
      const results = await Promise.allSettled(calls);
      const failed = results.filter((result) => result.status === 'rejected');
      failure ??= failed[0];
      if (failed.length === results.length) break;
    }
    return failure;
  }
}
