import type {
  ExecuteOptions,
  IRedisConnection,
  RedisCommand,
  RedisReply,
} from '../../../interfaces/redis-connection.js';
import { slotOf } from '../../redis/keys/slot.js';
import { BULK, groupBySlot } from '../../redis/keys/slot-groups.js';

/** Keys that one command may name. */
export type KeyGroup = readonly string[];

/** The commands of one key space: on a cluster they say which keys they name, and are parted by slots. */
export class RedisCommands {
  readonly #connection: IRedisConnection;
  readonly #timeout: number | undefined;
  readonly #options: ExecuteOptions | undefined;

  constructor(connection: IRedisConnection, timeoutMs: number | undefined) {
    this.#connection = connection;
    this.#timeout = timeoutMs;
    this.#options = timeoutMs === undefined ? undefined : { timeout: timeoutMs };
  }

  /** What to pass to calls that name no key. */
  get options(): ExecuteOptions | undefined {
    return this.#options;
  }

  /** Runs a command whose first argument is a key, and whose other keys are in the slot of that. */
  run(command: RedisCommand, readOnly = false, timeoutMs = this.#timeout): Promise<RedisReply> {
    const connection = this.#connection;
    if (!connection.sharded) {
      const options = timeoutMs === this.#timeout ? this.#options : { timeout: timeoutMs };
      return connection.execute(command, options);
    }
    return connection.execute(command, {
      timeout: timeoutMs,
      keys: command.slice(1, 2),
      readOnly,
    });
  }

  /** Keys in groups of one slot (or just one group), none larger than a bulk. */
  groups(keys: Iterable<string>): KeyGroup[] {
    return groupBySlot(keys, this.#connection.sharded ? slotOf : () => 0);
  }

  /** Groups that share a round trip: together no larger than a bulk. */
  *roundTrips(keys: Iterable<string>): Iterable<KeyGroup[]> {
    let trip: KeyGroup[] = [];
    let size = 0;
    for (const group of this.groups(keys)) {
      if (size + group.length > BULK) {
        yield trip;
        trip = [];
        size = 0;
      }
      trip.push(group);
      size += group.length;
    }
    if (trip.length > 0) yield trip;
  }
}

/** A list in parts of a bulk. */
export function* bulks<T>(all: readonly T[]): Iterable<T[]> {
  for (let start = 0; start < all.length; start += BULK) yield all.slice(start, start + BULK);
}
