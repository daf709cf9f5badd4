import type { Progress } from '../../cache-store.js';
import type { Announcer } from '../announcing/announcer.js';
import { RedisStore, type RedisStoreOptions } from '../redis-store.js';
import { AnnouncingCommands } from './announcing-commands.js';

/** Store of a Redis cache whose changes are announced in the same step. */
export class AnnouncingRedisStore extends RedisStore {
  readonly #announcer: Announcer;
  readonly #callOptions: RedisStoreOptions['commands']['options'];

  constructor(options: RedisStoreOptions, announcer: Announcer) {
    const { connection, keySpace } = options;
    const { options: callOptions } = options.commands;
    const commands = new AnnouncingCommands(connection, callOptions, announcer, keySpace);
    super({ ...options, commands, announcer });
    this.#announcer = announcer;
    this.#callOptions = callOptions;
  }

  /** A clear ends with one message for what copies may still hold of entries that are long gone. */
  override async clear(pattern?: string, progress?: Progress<number>): Promise<number> {
    const deleted = await super.clear(pattern, progress);
    await this.#announcer.everything(this.#callOptions);
    return deleted;
  }
}
