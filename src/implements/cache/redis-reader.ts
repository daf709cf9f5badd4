import type { IClock } from '../../interfaces/clock.js';
import { OperationError } from '../../interfaces/errors.js';
import type { RedisReply } from '../../interfaces/redis-connection.js';
import type { KeyGroup, RedisCommands } from './redis-commands.js';
import { replyList } from './redis-reply.js';

/** From so many keys on, one MGET is cheaper than a GET each. */
const WORTH_A_BULK = 3;

/** What was read: a reply, or why there is none. */
export type ReadResult = { readonly reply: RedisReply } | { readonly error: unknown };

/** Somebody who waits for a key. */
interface Reader {
  resolve(reply: RedisReply): void;
  reject(error: unknown): void;
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
  #readers = new Map<string, Reader[]>();

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
  one(key: string): Promise<RedisReply> {
    return new Promise((resolve, reject) => {
      const reader = { resolve, reject };
      const readers = this.#readers.get(key);
      if (readers !== undefined) readers.push(reader);
      else {
        // After all microtasks: who was given an answer just now has asked for the next by then.
        if (this.#readers.size === 0) process.nextTick(() => this.flush());
        this.#readers.set(key, [reader]);
      }
    });
  }

  /** Sends what is still held back, where a key (or any) is among it: what is changed next must not be seen by what was asked before. */
  flush(key?: string): void {
    const readers = this.#readers;
    if (readers.size === 0 || (key !== undefined && !readers.has(key))) return;
    this.#readers = new Map();
    for (const group of this.#commands.groups(readers.keys())) void this.#answer(group, readers);
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
    return Promise.all(
      replies.map(async (reply, index) => {
        if (reply !== null || !this.#exact) return { reply };
        const result = await again(group[index] as string);
        // Only for its refusal: a value that was written meanwhile is not what was there when it was asked for.
        return 'error' in result ? result : { reply };
      }),
    );
  }

  async #answer(group: KeyGroup, readers: ReadonlyMap<string, readonly Reader[]>): Promise<void> {
    const results = await this.many(group);
    results.forEach((result, index) => {
      for (const reader of readers.get(group[index] as string) ?? []) {
        if ('error' in result) reader.reject(result.error);
        else reader.resolve(result.reply);
      }
    });
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
