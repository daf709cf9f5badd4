import type { ExecuteOptions, RedisCommand, RedisReply } from '../../../interfaces/redis-command.js';
import type { IRedisConnection } from '../../../interfaces/redis-connection.js';
import { slotOf } from '../../redis/keys/slot.js';
import { BULK, groupBySlot } from '../../redis/keys/slot-groups.js';

/** Keys of one command. */
export type KeyGroup = readonly string[];

/** Commands of one key space. On a cluster they are routed by their keys and divided by slots. */
export class RedisCommands {
  readonly #connection: IRedisConnection;
  readonly #timeout: number | undefined;
  readonly #options: ExecuteOptions | undefined;

  constructor(connection: IRedisConnection, timeoutMs: number | undefined) {
    this.#connection = connection;
    this.#timeout = timeoutMs;
    this.#options = timeoutMs === undefined ? undefined : { timeout: timeoutMs };
  }

  /** Options for calls without keys. */
  get options(): ExecuteOptions | undefined {
    return this.#options;
  }

  /** Runs a command whose first argument is a key; its other keys are in the same slot. */
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

  /** Runs commands that set one entry each. */
  runSets(commands: readonly RedisCommand[]): Promise<unknown>[] {
    return commands.map((command) => this.run(command));
  }

  /** Divides keys into groups of one slot each, at most a batch in size. */
  groups(keys: Iterable<string>): KeyGroup[] {
    return this.#connection.sharded ? groupBySlot(keys, slotOf) : [...bulks([...keys])];
  }

  /** Collects groups into round trips, at most a batch of keys in each. */
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

/** Divides a list into batches. */
export function* bulks<T>(all: readonly T[]): Iterable<T[]> {
  for (let start = 0; start < all.length; start += BULK) yield all.slice(start, start + BULK);
}
