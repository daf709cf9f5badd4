import type { IRedisConnection } from '../../../interfaces/redis-connection.js';
import type { KeySpace } from '../../redis/keys/key-space.js';
import { textOfSlot } from '../../redis/keys/slot.js';
import { BULK } from '../../redis/keys/slot-groups.js';

/** Failure of an advance: its first error, and the slots whose copies may be unchanged. */
interface Failure {
  readonly reason: unknown;
  readonly slots: ReadonlySet<number>;
}

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

  /** Slots whose copies a failed advance has left. */
  slotsLeft(leftAt: (key: string) => boolean): readonly number[] {
    const { slots } = this.#keySpace;
    return slots.length === 1 ? slots : slots.filter((slot) => leftAt(`{${textOfSlot(slot)}}`));
  }

  /**
   * Advances the copies of slots, whichever exist, in steps of a bulk. Each step spreads over all slots, so that it is
   * the work of all nodes; after a step that reached none, the others are not tried.
   *
   * @param slots  Default: all.
   * @returns `undefined` when all copies have advanced.
   */
  async advance(
    scope: string,
    advanceOne: (key: Buffer) => Promise<unknown>,
    slots: readonly number[] = this.#keySpace.slots,
  ): Promise<Failure | undefined> {
    const left = new Set(slots);
    let failure: { readonly reason: unknown } | undefined;
    const steps = Math.ceil(slots.length / BULK);
    for (let step = 0; step < steps; step++) {
      const some = slots.filter((_, index) => index % steps === step);
      const results = await Promise.allSettled(
        some.map(async (slot) => {
          await advanceOne(this.#keySpace.copy(scope, slot));
          left.delete(slot);
        }),
      );
      const failed = results.filter((result) => result.status === 'rejected');
      failure ??= failed[0];
      if (failed.length === results.length) break;
    }
    return failure && { reason: failure.reason, slots: left };
  }
}
