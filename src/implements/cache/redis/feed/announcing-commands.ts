import { OperationError } from '../../../../interfaces/errors.js';
import type {
  ExecuteOptions,
  RedisCommand,
  RedisReply,
  RedisWord,
} from '../../../../interfaces/redis-command.js';
import type { IRedisConnection } from '../../../../interfaces/redis-connection.js';
import type { KeySpace } from '../../../redis/keys/key-space.js';
import { slotOf } from '../../../redis/keys/slot.js';
import { groupBySlot } from '../../../redis/keys/slot-groups.js';
import type { Announcer } from '../announcing/announcer.js';
import { SET_ALL } from '../announcing/announcing-scripts.js';
import { RedisCommands } from '../redis-commands.js';

/** Bounds of one script that sets entries, so that it does not block the server for long. */
const ENTRIES_A_SCRIPT = 128;
const BYTES_A_SCRIPT = 256 * 1024;

/** Commands of one key space that announce which entries they change. */
export class AnnouncingCommands extends RedisCommands {
  readonly #announcer: Announcer;
  readonly #isSharded: boolean;
  readonly #keySpace: KeySpace;

  constructor(
    connection: IRedisConnection,
    options: ExecuteOptions | undefined,
    announcer: Announcer,
    keySpace: KeySpace,
  ) {
    super(connection, options?.timeout === undefined ? undefined : Number(options.timeout));
    this.#announcer = announcer;
    this.#isSharded = connection.sharded;
    this.#keySpace = keySpace;
  }

  /** Sets the entries of a slot by scripts that announce all of them with one message. */
  override runSets(commands: readonly RedisCommand[]): Promise<unknown>[] {
    const slotAt = ([, key]: RedisCommand): number => (this.#isSharded ? slotOf(String(key)) : 0);
    const groups = groupBySlot(commands, slotAt).flatMap((group) => [...stepsOf(group)]);
    return groups.map((group) =>
      group.length === 1 ? this.run(group[0] as RedisCommand) : this.#setAll(group),
    );
  }

  async #setAll(commands: readonly RedisCommand[]): Promise<unknown> {
    const [[name, , life] = []] = commands;
    const keys = commands.map(([, key]) => String(key));
    const args = [
      name as RedisWord,
      life as RedisWord,
      ...commands.map(([, , , bytes]) => bytes as RedisWord),
    ];
    const names = keys.map((key) => this.#keySpace.entryName(key));
    try {
      return await this.#announcer.run(
        SET_ALL,
        keys,
        args,
        { kind: 'keys', names, when: 'always' },
        this.options,
      );
    } catch (error) {
      // A script is refused as a whole when the access rules forbid one of its keys.
      if (!(OperationError.is(error) && error.reason === 'NOPERM' && error.outcome === 'refused'))
        throw error;
      const results = await Promise.allSettled(commands.map((command) => this.run(command)));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      return undefined;
    }
  }

  override run(command: RedisCommand, readOnly = false, timeoutMs?: number): Promise<RedisReply> {
    if (readOnly) return super.run(command, readOnly, timeoutMs);
    const isRemoval = command[0] === 'UNLINK';
    const keys = isRemoval ? command.slice(1) : command.slice(1, 2);
    const names = keys.map((key) => this.#keySpace.entryName(String(key)));
    const when = isRemoval ? 'always' : 'changed';
    return this.#announcer.command(command, keys.length, { kind: 'keys', names, when }, this.options);
  }
}

/** Divides commands that set entries into scripts of a bounded size, in each of which all entries have one life. */
function* stepsOf(commands: readonly RedisCommand[]): Iterable<readonly RedisCommand[]> {
  let step: RedisCommand[] = [];
  let size = 0;
  for (const command of commands) {
    const bytes = Buffer.byteLength(command[3] as Buffer);
    const [first] = step;
    const isFull = step.length === ENTRIES_A_SCRIPT || size + bytes > BYTES_A_SCRIPT;
    if (first !== undefined && (isFull || first[0] !== command[0] || first[2] !== command[2])) {
      yield step;
      step = [];
      size = 0;
    }
    step.push(command);
    size += bytes;
  }
  if (step.length > 0) yield step;
}
