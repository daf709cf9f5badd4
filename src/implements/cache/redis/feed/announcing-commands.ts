import type {
  ExecuteOptions,
  IRedisConnection,
  RedisCommand,
  RedisReply,
} from '../../../../interfaces/redis-connection.js';
import type { KeySpace } from '../../../redis/keys/key-space.js';
import type { Announcer } from '../announcing/announcer.js';
import { RedisCommands } from '../redis-commands.js';

/** Commands of one key space that announce which entries they change. */
export class AnnouncingCommands extends RedisCommands {
  readonly #announcer: Announcer;
  readonly #keySpace: KeySpace;

  constructor(
    connection: IRedisConnection,
    options: ExecuteOptions | undefined,
    announcer: Announcer,
    keySpace: KeySpace,
  ) {
    super(connection, options?.timeout === undefined ? undefined : Number(options.timeout));
    this.#announcer = announcer;
    this.#keySpace = keySpace;
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
