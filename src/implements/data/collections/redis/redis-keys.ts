import type { CollectionLife } from '../../../../interfaces/collection.js';
import type { RedisReply, RedisScript, RedisWord } from '../../../../interfaces/redis-command.js';
import type { IRedisConnection } from '../../../../interfaces/redis-connection.js';
import type { KeyStore, StoreCall, StoreWrite } from '../store/collection-store.js';
import { ADD_NUMBER, WRITE_ITEMS } from './scripts.js';

/** Form of a reply: bytes, or text with every digit of its integers. */
type Form = 'bytes' | 'exact';

/** Connection and key space of collections in Redis. */
export interface RedisKeysOptions {
  readonly connection: IRedisConnection;
  readonly prefix: string;
  /** Timeout of every call. Default: that of the connection. */
  readonly timeoutMs: number | undefined;
}

/** Collections in Redis by name, each in one key: the prefix and the name, as they are. */
export class RedisKeys implements KeyStore {
  readonly connection: IRedisConnection;
  readonly #prefix: string;
  readonly #timeoutMs: number | undefined;
  /** Scripts that the server has run. */
  readonly #known = new Set<RedisScript>();

  constructor({ connection, prefix, timeoutMs }: RedisKeysOptions) {
    this.connection = connection;
    this.#prefix = prefix;
    this.#timeoutMs = timeoutMs;
  }

  key(name: string): string {
    return this.#prefix + name;
  }

  /** Runs a command on the key of a name. */
  run(
    command: string,
    name: string,
    words: readonly RedisWord[],
    { signal }: StoreCall,
    reply: Form = 'bytes',
  ): Promise<RedisReply> {
    const key = this.key(name);
    const options = { keys: [key], timeout: this.#timeoutMs, signal, reply };
    return this.connection.execute([command, key, ...words], options);
  }

  /** Runs a script on the keys of names, in the order of the calls also on a server that does not know it yet. */
  async script(
    script: RedisScript,
    names: readonly string[],
    words: readonly RedisWord[],
    { signal }: StoreCall,
    reply: Form = 'bytes',
  ): Promise<RedisReply> {
    const keys = names.map((name) => this.key(name));
    // Another node of a cluster may not know what one has run.
    const inOrder = this.connection.sharded || !this.#known.has(script);
    const options = { timeout: this.#timeoutMs, signal, reply, inOrder };
    const answer = await this.connection.script(script, keys, words, options);
    this.#known.add(script);
    return answer;
  }

  /** Runs the script that wakes a pop, on the key of that pop. */
  async wake(script: RedisScript, key: Buffer, lifeMs: number): Promise<void> {
    await this.connection.script(script, [key], [String(lifeMs)], { timeout: this.#timeoutMs });
  }

  /**
   * Runs a command that may create its collection: in a script where it gets a life in the same step.
   *
   * @param words  Those before the items.
   * @param result  Result of several slices of items: the sum of the replies, or the last one.
   */
  async write(
    command: string,
    name: string,
    words: readonly string[],
    items: readonly RedisWord[],
    call: StoreWrite,
    result: 'sum' | 'last' = 'sum',
  ): Promise<number> {
    const { lifeMs } = call;
    if (lifeMs === undefined) return Number(await this.run(command, name, [...words, ...items], call));
    const head = [String(lifeMs), command, result, String(words.length)];
    return Number(await this.script(WRITE_ITEMS, [name], [...head, ...words, ...items], call));
  }

  /** Adds to a number; returns the sum as text. */
  async add(command: string, name: string, words: readonly RedisWord[], call: StoreWrite): Promise<string> {
    const { lifeMs } = call;
    if (lifeMs === undefined) return String(await this.run(command, name, words, call, 'exact'));
    return String(await this.script(ADD_NUMBER, [name], [String(lifeMs), command, ...words], call));
  }

  async expire(name: string, ms: number, call: StoreCall): Promise<boolean> {
    return (await this.run('PEXPIRE', name, [String(ms)], call)) === 1;
  }

  async lifeOf(name: string, call: StoreCall): Promise<CollectionLife> {
    const ms = Number(await this.run('PTTL', name, [], call));
    if (ms === -2) return { state: 'absent' };
    return ms === -1 ? { state: 'persistent' } : { state: 'expiring', remainingMs: Math.max(1, ms) };
  }

  async delete(name: string, call: StoreCall): Promise<boolean> {
    return (await this.run('UNLINK', name, [], call)) === 1;
  }

  /** Iterates over a collection by its command of the SCAN family, page by page. */
  async *scan(command: string, name: string, call: StoreCall): AsyncIterable<Buffer[]> {
    let cursor = '0';
    do {
      const reply = await this.run(command, name, [cursor, 'COUNT', '512'], call);
      const [next, page] = reply as readonly [Buffer, Buffer[]];
      cursor = String(next);
      yield page;
    } while (cursor !== '0');
  }
}

/** Bytes of a reply; `undefined` for none. */
export function bufferIn(reply: RedisReply | undefined): Buffer | undefined {
  return reply === null ? undefined : (reply as Buffer | undefined);
}
