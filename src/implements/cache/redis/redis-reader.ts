import type { IClock } from '../../../interfaces/clock.js';
import { OperationError } from '../../../interfaces/errors.js';
import type { RedisReply } from '../../../interfaces/redis-connection.js';
import { ownBytes, replyBytes, replyList } from '../../redis/commands/reply.js';
import type { KeyGroup, RedisCommands } from './redis-commands.js';

/** Number of keys from which one MGET is cheaper than a GET for each. */
const WORTH_A_BULK = 3;

/** Error in place of the reply to a read. */
export class FailedRead {
  constructor(readonly error: unknown) {}
}

/** Reply to a read, or the error in place of one. */
export type ReadResult = RedisReply | FailedRead;

/** Caller that waits for a key. */
interface Reader {
  resolve(value: Uint8Array | null): void;
  reject(error: unknown): void;
  /** Other callers that wait for the same key. */
  others: Reader[] | undefined;
}

/**
 * Reads values with as few commands as possible: reads of one turn of the event loop are batched into one MGET for each
 * slot, with the results and the errors that a GET for each key would have had.
 */
export class RedisReader {
  readonly #commands: RedisCommands;
  readonly #exact: boolean;
  readonly #clock: IClock;
  readonly #timeoutMs: number | undefined;
  #readers = new Map<string, Reader>();

  /**
   * @param exact      Distinguishes an absent key from one of another type, which MGET hides: a key that MGET reports
   *   as absent is then read again.
   * @param timeoutMs  Timeout of a call, if known: a second read has only the time that is left.
   */
  constructor(commands: RedisCommands, exact: boolean, clock: IClock, timeoutMs: number | undefined) {
    this.#commands = commands;
    this.#exact = exact;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Reads one value, together with others of the same turn. */
  one(key: string): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => {
      const reader: Reader = { resolve, reject, others: undefined };
      const first = this.#readers.get(key);
      if (first !== undefined) {
        first.others ??= [];
        first.others.push(reader);
        return;
      }
      // After all microtasks: a caller that has just been answered has asked for its next key by then.
      if (this.#readers.size === 0) process.nextTick(() => this.flush());
      this.#readers.set(key, reader);
    });
  }

  /** Sends the reads that are held back, if a key (or any) is among them: earlier reads must not see a later change. */
  flush(key?: string): void {
    const readers = this.#readers;
    if (readers.size === 0 || (key !== undefined && !readers.has(key))) return;
    this.#readers = new Map();
    const groups = this.#commands.groups(readers.keys());
    for (const group of groups) {
      const waiting = groups.length === 1 ? [...readers.values()] : group.map((name) => readers.get(name));
      if (group.length >= WORTH_A_BULK) void this.#answer(group, waiting as Reader[]);
      else group.forEach((name, index) => void this.#answerOne(name, waiting[index] as Reader));
    }
  }

  /** Reads the values of a group, one result for each key. */
  async many(group: KeyGroup): Promise<readonly ReadResult[]> {
    if (group.length < WORTH_A_BULK) return Promise.all(group.map((key) => this.#get(key)));
    const beganAt = this.#clock.now();
    const again = (key: string) => this.#get(key, beganAt);
    let replies: readonly RedisReply[];
    try {
      replies = replyList(await this.#commands.run(['MGET', ...group], true), group.length);
    } catch (error) {
      // The command is refused as a whole when the access rules forbid one of its keys.
      if (OperationError.is(error) && error.outcome === 'refused') return Promise.all(group.map(again));
      const failed = new FailedRead(error);
      return group.map(() => failed);
    }
    if (!this.#exact || !replies.includes(null)) return replies;
    return Promise.all(
      replies.map(async (reply, index) => {
        if (reply !== null) return reply;
        const second = await again(group[index] as string);
        // Only a refusal counts: a value that was written meanwhile was not present at the time of the read.
        return second instanceof FailedRead ? second : null;
      }),
    );
  }

  async #answer(group: KeyGroup, readers: readonly Reader[]): Promise<void> {
    const results = await this.many(group);
    for (let index = 0; index < readers.length; index++) {
      tell(readers[index] as Reader, results[index] as ReadResult);
    }
  }

  async #answerOne(key: string, readers: Reader): Promise<void> {
    tell(readers, await this.#get(key));
  }

  /** @param beganAt  Start of the call, if this is its second command. */
  async #get(key: string, beganAt?: number): Promise<ReadResult> {
    const boundMs = beganAt === undefined ? undefined : this.#timeoutMs;
    const leftMs = boundMs && Math.max(1, boundMs - (this.#clock.now() - (beganAt ?? 0)));
    try {
      return await this.#commands.run(['GET', key], true, leftMs);
    } catch (error) {
      return new FailedRead(error);
    }
  }
}

/** Gives each caller bytes of its own, or the error. */
function tell(first: Reader, result: ReadResult): void {
  const { others } = first;
  try {
    if (result instanceof FailedRead) throw result.error;
    if (others !== undefined) for (const reader of others) reader.resolve(replyBytes(result));
    first.resolve(ownBytes(result));
  } catch (error) {
    first.reject(error);
    if (others !== undefined) for (const reader of others) reader.reject(error);
  }
}
