import { ArgumentError, OperationError } from '../../../../interfaces/errors.js';
import type {
  CallOptions,
  ExecuteOptions,
  RedisCommand,
  RedisReply,
  RedisScript,
  RedisWord,
} from '../../../../interfaces/redis-command.js';
import type { IRedisConnection } from '../../../../interfaces/redis-connection.js';
import { globMatcher } from '../../../foundation/arguments/glob.js';
import { partialFailure } from '../../../foundation/partial-failure.js';
import { notAnAnswer, remainingMs, replyList } from '../../../redis/commands/reply.js';
import type { KeySpace } from '../../../redis/keys/key-space.js';
import { slotOf } from '../../../redis/keys/slot.js';
import type { ValueStore, ValueWrite, WriteCondition } from '../value-store.js';
import { RunningDeletions } from './running-deletions.js';
import { INCREMENT, READ_VALUE, READ_VALUES, WRITE_VALUES } from './scripts.js';
import { bytesOf, isLong, wordOf, writeWords } from './value-parts.js';

/** Collaborators of values in Redis. */
export interface RedisValueStoreOptions {
  readonly connection: IRedisConnection;
  readonly keySpace: KeySpace;
  /** Timeout of each call. Default: that of the connection. */
  readonly timeoutMs: number | undefined;
  /** Size above which a value is stored in parts; `Infinity` for never. */
  readonly chunkBytes: number;
}

/** Values in Redis, under their keys. Reads ask the master, so that they see what was written before. */
export class RedisValueStore implements ValueStore {
  readonly #connection: IRedisConnection;
  readonly #keys: KeySpace;
  readonly #timeoutMs: number | undefined;
  readonly #chunkBytes: number;
  /** Options of a call with nothing special, on one server. */
  readonly #plain: ExecuteOptions | undefined;
  /** The same, for a reply that is an integer of 64 bits. */
  readonly #exact: ExecuteOptions;
  readonly #deletions = new RunningDeletions();

  constructor({ connection, keySpace, timeoutMs, chunkBytes }: RedisValueStoreOptions) {
    this.#connection = connection;
    this.#keys = keySpace;
    this.#timeoutMs = timeoutMs;
    this.#chunkBytes = chunkBytes;
    this.#plain = timeoutMs === undefined ? undefined : { timeout: timeoutMs };
    this.#exact = { timeout: timeoutMs, reply: 'exact' };
  }

  get(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    if (this.#deletions.any) this.#settle([key]);
    return this.#read(['GET', this.#keys.entry(key)], '', signal);
  }

  async getMany(keys: readonly string[], signal?: AbortSignal): Promise<(Uint8Array | undefined)[]> {
    if (this.#deletions.any) this.#settle(keys);
    if (!this.#connection.sharded) {
      // A key that is named twice has two replies, so that no two callers get the same bytes.
      const names = keys.map((key) => this.#keys.entry(key));
      return (await this.#readAll(names, signal)).map(bytesOf);
    }
    const values = new Map<string, Uint8Array | undefined>();
    await this.#inSlots([...new Set(keys)], async (group) => {
      const names = group.map((key) => this.#keys.entry(key));
      const replies = await this.#readAll(names, signal);
      replies.forEach((each, index) => {
        values.set(group[index] as string, bytesOf(each));
      });
    });
    const given = new Set<Uint8Array>();
    return keys.map((key) => {
      const value = values.get(key);
      if (value === undefined || !given.has(value)) return value && given.add(value) && value;
      return Buffer.from(value); // A key that is named twice.
    });
  }

  set(write: ValueWrite, when: WriteCondition, signal?: AbortSignal): Promise<boolean> {
    const { key, value, life } = write;
    if (this.#deletions.any) this.#settle([key]);
    const name = this.#keys.entry(key);
    if (isLong(value, this.#chunkBytes)) {
      const words = writeWords([write], when, this.#chunkBytes);
      return this.#script(WRITE_VALUES, [name], words, signal).then(isOne);
    }
    const command: RedisWord[] = ['SET', name, wordOf(value)];
    if (life === 'keep') command.push('KEEPTTL');
    else if (life !== 'endless') command.push('PX', String(life));
    if (when !== undefined) command.push(when === 'absent' ? 'NX' : 'XX');
    return this.#run(command, signal).then(isSet);
  }

  setMany(writes: readonly ValueWrite[], signal?: AbortSignal): Promise<void> {
    const byKey = new Map(writes.map((write) => [write.key, write]));
    const keys = [...byKey.keys()];
    if (this.#deletions.any) this.#settle(keys);
    return this.#inSlots(keys, async (group) => {
      const names = group.map((key) => this.#keys.entry(key));
      const some = group.map((key) => byKey.get(key) as ValueWrite);
      const words = writeWords(some, undefined, this.#chunkBytes);
      await this.#script(WRITE_VALUES, names, words, signal);
    });
  }

  delete(keys: readonly string[]): Promise<number> {
    if (this.#deletions.any) this.#settle(keys);
    return this.#sum('UNLINK', keys, undefined);
  }

  countExisting(keys: readonly string[], signal?: AbortSignal): Promise<number> {
    if (this.#deletions.any) this.#settle(keys);
    return this.#sum('EXISTS', keys, signal);
  }

  increment(key: string, by: bigint, lifeMs: number | undefined, signal?: AbortSignal): Promise<bigint> {
    if (this.#deletions.any) this.#settle([key]);
    const name = this.#keys.entry(key);
    const reply =
      lifeMs === undefined
        ? this.#run(['INCRBY', name, String(by)], signal, 'exact')
        : this.#script(INCREMENT, [name], [String(by), String(lifeMs)], signal, 'text');
    return reply.then(integerOf);
  }

  async expire(key: string, ms: number, signal?: AbortSignal): Promise<boolean> {
    if (this.#deletions.any) this.#settle([key]);
    return (await this.#run(['PEXPIRE', this.#keys.entry(key), String(ms)], signal)) === 1;
  }

  async persist(key: string, signal?: AbortSignal): Promise<boolean> {
    if (this.#deletions.any) this.#settle([key]);
    return (await this.#run(['PERSIST', this.#keys.entry(key)], signal)) === 1;
  }

  async getAndExpire(key: string, ms: number, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    if (this.#deletions.any) this.#settle([key]);
    return this.#read(['GETEX', this.#keys.entry(key), 'PX', String(ms)], String(ms), signal);
  }

  async remainingMs(key: string, signal?: AbortSignal): Promise<number | undefined> {
    if (this.#deletions.any) this.#settle([key]);
    const life = Number(await this.#run(['PTTL', this.#keys.entry(key)], signal));
    return life === -2 ? undefined : remainingMs(life);
  }

  async *pages(pattern: string | undefined, signal?: AbortSignal): AsyncIterable<readonly string[]> {
    this.#refuseWhole(pattern);
    if (this.#deletions.any) await this.#deletions.ended();
    yield* this.#scan(pattern ?? '*', signal);
  }

  async count(signal?: AbortSignal): Promise<number> {
    if (this.#deletions.any) await this.#deletions.ended();
    const names = new Set<string>();
    for await (const page of this.#scan('*', signal)) for (const name of page) names.add(name);
    return names.size;
  }

  async deleteMatching(pattern: string | undefined, signal?: AbortSignal): Promise<number> {
    this.#refuseWhole(pattern);
    return this.#deletions.run(globMatcher(pattern ?? '*'), async (leftOf) => {
      let deleted = 0;
      for await (const page of this.#scan(pattern ?? '*', signal)) {
        const left = leftOf(page);
        if (left.length > 0) deleted += await this.#sum('UNLINK', left, signal);
      }
      return deleted;
    });
  }

  async *#scan(pattern: string, signal: AbortSignal | undefined): AsyncIterable<readonly string[]> {
    for await (const page of this.#connection.scan(this.#keys.pattern(pattern), this.#options(signal))) {
      yield page.map((key) => this.#keys.name(key)).filter((name) => name !== undefined);
    }
  }

  /** Reads a key whose value may be in parts: the command reports them as a value of another type. */
  #read(
    command: RedisCommand,
    expireMs: string,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array | undefined> {
    const byScript = () => this.#script(READ_VALUE, [command[1] as string], [expireMs], signal).then(bytesOf);
    // A second step would be overtaken by later calls.
    if (this.#dividesValues) return byScript();
    return this.#run(command, signal).then(bytesOf, (error: unknown) => {
      if (OperationError.is(error) && error.reason === 'WRONGTYPE') return byScript();
      throw error;
    });
  }

  /** Reads keys of one slot. MGET reports a key of another type as absent: those that it lacks are looked at again. */
  async #readAll(names: readonly string[], signal: AbortSignal | undefined): Promise<readonly RedisReply[]> {
    const again = async (some: readonly string[]): Promise<readonly RedisReply[]> =>
      replyList(await this.#script(READ_VALUES, some, [], signal), some.length);
    if (this.#dividesValues) return again(names);
    const replies = replyList(await this.#run(['MGET', ...names], signal), names.length);
    if (!replies.includes(null)) return replies;
    const absent = names.filter((_, index) => replies[index] === null);
    const second = await again(absent);
    // A text was written meanwhile, and absent at the time of the call.
    const parts = new Map(absent.map((name, index) => [name, second[index] as RedisReply]));
    return replies.map((reply, index) => {
      const found = parts.get(names[index] as string);
      return reply ?? (Array.isArray(found) ? found : null);
    });
  }

  get #dividesValues(): boolean {
    return this.#chunkBytes !== Number.POSITIVE_INFINITY;
  }

  /** Deletes keys that a `clear` before this call has not reached yet. */
  #settle(keys: readonly string[]): void {
    this.#deletions.settle(keys, (due) => this.#sum('UNLINK', due, undefined));
  }

  #refuseWhole(pattern: string | undefined): void {
    if (pattern === undefined && this.#keys.isWhole) {
      throw new ArgumentError(
        'this RedisKeyValue has no prefix and would use the whole database: declare a prefix, or pass a pattern',
      );
    }
  }

  /** Runs a command on keys that counts them. */
  async #sum(command: string, keys: readonly string[], signal: AbortSignal | undefined): Promise<number> {
    let sum = 0;
    await this.#inSlots(keys, async (group) => {
      const count = await this.#run([command, ...group.map((key) => this.#keys.entry(key))], signal);
      sum += Number(count);
    });
    return sum;
  }

  /** Runs a step for the keys of each slot; those that fail do not keep the others back. */
  async #inSlots(keys: readonly string[], step: (group: readonly string[]) => Promise<void>): Promise<void> {
    if (!this.#connection.sharded) return step(keys);
    const slots = this.#slotsOf(keys);
    const results = await Promise.allSettled(slots.map(step));
    const failed = results.flatMap((result, index) =>
      result.status === 'rejected' ? [{ reason: result.reason as unknown, keys: slots[index] ?? [] }] : [],
    );
    const [first] = failed;
    if (first === undefined) return;
    if (failed.length === slots.length) throw first.reason;
    throw partialFailure(
      first.reason,
      failed.flatMap((each) => each.keys),
    );
  }

  #slotsOf(keys: readonly string[]): string[][] {
    const slots = new Map<number, string[]>();
    for (const key of keys) {
      const slot = slotOf(this.#keys.entry(key));
      const group = slots.get(slot);
      if (group === undefined) slots.set(slot, [key]);
      else group.push(key);
    }
    return [...slots.values()];
  }

  /** Runs a command whose first argument is a key; its other keys are in the same slot. */
  #run(command: RedisCommand, signal: AbortSignal | undefined, reply?: 'exact'): Promise<RedisReply> {
    const connection = this.#connection;
    if (!connection.sharded && signal === undefined) {
      return connection.execute(command, reply === 'exact' ? this.#exact : this.#plain);
    }
    return connection.execute(command, {
      timeout: this.#timeoutMs,
      signal,
      reply,
      keys: command.slice(1, 2),
    });
  }

  /** Runs a script in the order of the calls. */
  #script(
    script: RedisScript,
    names: readonly string[],
    words: readonly RedisWord[],
    signal: AbortSignal | undefined,
    reply?: CallOptions['reply'],
  ): Promise<RedisReply> {
    const options = { timeout: this.#timeoutMs, signal, reply, inOrder: true };
    return this.#connection.script(script, names, words, options);
  }

  #options(signal: AbortSignal | undefined): CallOptions | undefined {
    return signal === undefined ? this.#plain : { timeout: this.#timeoutMs, signal };
  }
}

function isSet(reply: RedisReply): boolean {
  return reply !== null;
}

function isOne(reply: RedisReply): boolean {
  return reply === 1;
}

function integerOf(reply: RedisReply): bigint {
  if (typeof reply !== 'string') throw notAnAnswer();
  return BigInt(reply);
}
