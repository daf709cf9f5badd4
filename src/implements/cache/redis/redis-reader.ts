import type { IClock } from '../../../interfaces/clock.js';
import { OperationError } from '../../../interfaces/errors.js';
import type { RedisReply } from '../../../interfaces/redis-connection.js';
import type { KeyGroup, RedisCommands } from './redis-commands.js';
import { ownBytes, replyBytes, replyList } from './redis-reply.js';

/** From so many keys on, one MGET is cheaper than a GET each. */
const WORTH_A_BULK = 3;

/** What was read: a reply, or why there is none. */
export type ReadResult = { readonly reply: RedisReply } | { readonly error: unknown };

/** Somebody who waits for a key. */
interface Reader {
  resolve(value: Uint8Array | null): void;
  reject(error: unknown): void;
  /** Those who wait for the same key with the first. */
  others: Reader[] | undefined;
}

/**
 * Reads values with as few commands as will do: what is asked for within one turn of the event loop goes out as one MGET
 * a slot, with the answers and the errors that a GET for each key would have had.
 */
export class RedisReader {
  readonly #commands: RedisCommands;
  readonly #exact: boolean;
  readonly #clock: IClock;
  readonly #timeoutMs: number | undefined;
  #readers = new Map<string, Reader>();

  /**
   * @param exact      Whether somebody sees the difference between an absent key and one of another type, which MGET
   *   hides: a key that it says is absent is then asked for again.
   * @param timeoutMs  Bound on a call, where it is known: what is asked again has only what is left of it.
   */
  constructor(commands: RedisCommands, exact: boolean, clock: IClock, timeoutMs: number | undefined) {
    this.#commands = commands;
    this.#exact = exact;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Reads one value, together with others that are asked for in the same turn. */
  one(key: string): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => {
      const reader: Reader = { resolve, reject, others: undefined };
      const first = this.#readers.get(key);
      if (first !== undefined) {
        first.others ??= [];
        first.others.push(reader);
        return;
      }
      // After all microtasks: who was given an answer just now has asked for the next by then.
      if (this.#readers.size === 0) process.nextTick(() => this.flush());
      this.#readers.set(key, reader);
    });
  }

  /** Sends what is still held back, where a key (or any) is among it: what is changed next must not be seen by what was asked before. */
  flush(key?: string): void {
    const readers = this.#readers;
    if (readers.size === 0 || (key !== undefined && !readers.has(key))) return;
    this.#readers = new Map();
    for (const group of this.#commands.groups(readers.keys())) {
      if (group.length >= WORTH_A_BULK) void this.#answer(group, readers);
      else for (const name of group) void this.#answerOne(name, readers.get(name) as Reader);
    }
  }

  /** Reads the values of a group; one result a key. */
  async many(group: KeyGroup): Promise<ReadResult[]> {
    if (group.length < WORTH_A_BULK) return Promise.all(group.map((key) => this.#get(key)));
    const beganAt = this.#clock.now();
    const again = (key: string) => this.#get(key, beganAt);
    let replies: readonly RedisReply[];
    try {
      replies = replyList(await this.#commands.run(['MGET', ...group], true), group.length);
    } catch (error) {
      // Refused as a whole: the access rules forbid one of the keys, and not the others.
      if (OperationError.is(error) && error.outcome === 'refused') return Promise.all(group.map(again));
      return group.map(() => ({ error }));
    }
    const results = replies.map((reply): ReadResult => ({ reply }));
    if (!this.#exact || !replies.includes(null)) return results;
    return Promise.all(
      results.map(async (result, index) => {
        if (replies[index] !== null) return result;
        const second = await again(group[index] as string);
        // Only for its refusal: a value that was written meanwhile is not what was there when it was asked for.
        return 'error' in second ? second : result;
      }),
    );
  }

  async #answer(group: KeyGroup, readers: ReadonlyMap<string, Reader>): Promise<void> {
    const results = await this.many(group);
    results.forEach((result, index) => {
      tell(readers.get(group[index] as string) as Reader, result);
    });
  }

  async #answerOne(key: string, readers: Reader): Promise<void> {
    tell(readers, await this.#get(key));
  }

  /** @param beganAt  When the call began, of which this is the second command. */
  async #get(key: string, beganAt?: number): Promise<ReadResult> {
    const boundMs = beganAt === undefined ? undefined : this.#timeoutMs;
    const leftMs = boundMs && Math.max(1, boundMs - (this.#clock.now() - (beganAt ?? 0)));
    try {
      return { reply: await this.#commands.run(['GET', key], true, leftMs) };
    } catch (error) {
      return { error };
    }
  }
}

/** Gives each his own bytes, or the error. */
function tell(first: Reader, result: ReadResult): void {
  const { others = [] } = first;
  try {
    if ('error' in result) throw result.error;
    for (const reader of others) reader.resolve(replyBytes(result.reply));
    first.resolve(ownBytes(result.reply));
  } catch (error) {
    for (const reader of [first, ...others]) reader.reject(error);
  }
}
