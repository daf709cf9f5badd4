import type {
  CallOptions,
  RedisReply,
  RedisScript,
  RedisWord,
} from '../../../../interfaces/redis-command.js';
import type { IRedisConnection } from '../../../../interfaces/redis-connection.js';

/**
 * Scripts that keep their place among the calls of this process: until a server has run one, its text is sent, because
 * a digest that the server does not know would be answered, and the text would be sent behind later calls.
 */
export class OrderedScripts {
  readonly #connection: IRedisConnection;
  /** Digests of scripts that have been run. */
  readonly #known = new Set<string>();

  constructor(connection: IRedisConnection) {
    this.#connection = connection;
  }

  async run(
    script: RedisScript,
    keys: readonly RedisWord[],
    args: readonly RedisWord[],
    options: CallOptions | undefined,
  ): Promise<RedisReply> {
    if (this.#known.has(script.digest)) return this.#connection.script(script, keys, args, options);
    const reply = await this.#connection.script(script, keys, args, { ...options, inOrder: true });
    this.#known.add(script.digest);
    return reply;
  }
}
