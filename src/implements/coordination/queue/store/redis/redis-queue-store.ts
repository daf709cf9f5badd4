import { randomBytes } from 'node:crypto';
import type { IClock } from '../../../../../interfaces/clock.js';
import type { OperationError } from '../../../../../interfaces/errors.js';
import type { ILogger } from '../../../../../interfaces/logger.js';
import type { Produced, QueueStats } from '../../../../../interfaces/queue.js';
import type {
  IRedisConnection,
  RedisReply,
  RedisScript,
  RedisWord,
  ScriptOptions,
} from '../../../../../interfaces/redis-connection.js';
import { pause } from '../../../../foundation/waiting/pause.js';
import { unlessAborted } from '../../../../foundation/waiting/within.js';
import { isWorthAnother } from '../../../worth-another.js';
import type {
  LetterPage,
  MessageToStore,
  QueueCall,
  QueueStore,
  Receipt,
  ReturnRequest,
  Settlement,
  StoreRules,
  TakeAnswer,
  TakenMessage,
  TakeRequest,
} from '../queue-store.js';
import { Batches } from './batches.js';
import { QueueKeys } from './queue-keys.js';
import { END, GIVE_BACK, LETTERS, PRODUCE, PROLONG, PURGE, SETTLE, STATS, TAKE } from './scripts.js';
import { storedLetter, storedMessage } from './stored-message.js';
import { WakeChannel } from './wake-channel.js';

const PROCESS_BYTES = 8;
/** Requests of a process to one queue whose answers are remembered. */
const SLOTS = 256;
/** Longer than a server may be frozen before it executes what was sent earlier. */
const ANSWER_LIFE_MS = 60_000;
/** Time for which a consumer that found nothing counts as waiting; it looks once a second. */
const WAIT_LIFE = '1500';
/** Pause before a request is repeated whose answer was lost. */
const AGAIN_MS = 20;
const PAGE = 50;
/** Messages that are on their way at a time, so that each has the whole time of a call. */
const WINDOW = 1000;
const MESSAGES = { maxItems: 100, maxBytes: 1024 ** 2 };
const SETTLEMENTS = { maxItems: 100, maxBytes: 1024 ** 2 };

const OUTCOMES: Readonly<Record<string, Produced['outcome']>> = {
  q: 'queued',
  d: 'delayed',
  u: 'duplicate',
  f: 'full',
};

export interface RedisQueueStoreOptions {
  readonly connection: IRedisConnection;
  readonly prefix: string;
  readonly clock: IClock;
  readonly logger: ILogger;
  readonly rules: StoreRules & { readonly minReplicas: number };
  /** Timeout of every call. Default: that of the connection. */
  readonly timeoutMs: number | undefined;
  readonly patienceMs: number;
}

/** Requests to one queue. */
interface Line {
  readonly produced: Batches<MessageToStore, Produced['outcome']>;
  readonly settled: Batches<Settlement, boolean>;
  /** Number of the last request. */
  number: number;
}

/** Queues in Redis. All keys of a queue share a slot, and each process that consumes has one channel. */
export class RedisQueueStore implements QueueStore {
  readonly process = randomBytes(PROCESS_BYTES).toString('hex');
  readonly #options: RedisQueueStoreOptions;
  readonly #keys: QueueKeys;
  readonly #channel: string;
  readonly #wakes: WakeChannel;
  readonly #lines = new Map<string, Line>();

  constructor(options: RedisQueueStoreOptions) {
    const { connection, prefix, logger, timeoutMs } = options;
    this.#options = options;
    this.#keys = new QueueKeys(prefix);
    this.#channel = `${prefix}wake:`;
    this.#wakes = new WakeChannel(connection, this.#channel + this.process, logger, timeoutMs);
  }

  async produce(
    queue: string,
    messages: readonly MessageToStore[],
    { signal }: QueueCall,
  ): Promise<readonly Produced['outcome'][]> {
    const { produced } = this.#line(queue);
    const outcomes: Produced['outcome'][] = [];
    for (let from = 0; from < messages.length; from += WINDOW) {
      const window = messages.slice(from, from + WINDOW);
      const calls = window.map((message) => produced.add(message, message.payload.byteLength));
      outcomes.push(...(await unlessAborted(Promise.all(calls), signal)));
    }
    return outcomes;
  }

  async take({ queue, consumer, number, count, visibilityMs }: TakeRequest): Promise<TakeAnswer> {
    this.#wakes.attend();
    const token = `${consumer}.${number}`;
    const args = [
      ...[String(number), String(visibilityMs + ANSWER_LIFE_MS), token, String(count)],
      ...[String(visibilityMs), String(this.#options.rules.maxAttempts), this.#channel, consumer, WAIT_LIFE],
    ];
    const reply = await this.#run(TAKE, queue, [this.#keys.request(queue, consumer)], args);
    const [visible, next, ...rest] = reply as readonly Buffer[];
    const messages: TakenMessage[] = [];
    for (let at = 0; at < rest.length; at += 3) {
      const handle = String(rest[at]);
      const receipt = { handle, attempt: Number(rest[at + 1]), token };
      messages.push({ receipt, ...storedMessage(rest[at + 2] as Buffer, handle) });
    }
    const nextMs = Number(next);
    return { messages, visibleMs: Number(visible), nextMs: nextMs < 0 ? undefined : nextMs };
  }

  settle(queue: string, settlement: Settlement): Promise<boolean> {
    return this.#line(queue).settled.add(settlement, 0);
  }

  async extend(
    queue: string,
    receipt: Receipt,
    visibilityMs: number,
    { timeoutMs }: QueueCall,
  ): Promise<boolean> {
    const args = [receipt.handle, markOf(receipt), String(visibilityMs)];
    const send = (bound: ScriptOptions): Promise<RedisReply> => this.#run(PROLONG, queue, [], args, bound);
    return (await this.#repeatedly(send, timeoutMs)) === 1;
  }

  async giveBack({ queue, consumer, number, receipts }: ReturnRequest): Promise<void> {
    const args = [
      ...[String(number), String(ANSWER_LIFE_MS), `${consumer}.${number}`, this.#channel, consumer],
      ...receipts.flatMap((receipt) => [receipt.handle, markOf(receipt)]),
    ];
    const keys = [this.#keys.request(queue, consumer)];
    await this.#repeatedly((bound) => this.#run(GIVE_BACK, queue, keys, args, bound));
  }

  async stats(queue: string): Promise<QueueStats> {
    const reply = (await this.#run(STATS, queue, [], [])) as readonly Buffer[];
    const [ready = 0, delayed = 0, inFlight = 0, dead = 0, oldest = -1, redelivered = 0, staleAcks = 0] =
      reply.map(Number);
    const oldestMs = oldest < 0 ? null : oldest;
    return { ready, delayed, inFlight, dead, oldestMs, redelivered, staleAcks };
  }

  async letters(
    queue: string,
    after: string | undefined,
    count: number,
    { signal }: QueueCall,
  ): Promise<LetterPage> {
    const args = [after ?? '0', String(count)];
    const reply = (await this.#run(LETTERS, queue, [], args, { signal })) as readonly Buffer[];
    const letters = [];
    for (let at = 0; at < reply.length; at += 3)
      letters.push(storedLetter(Buffer.from(reply[at + 2] as Buffer), String(reply[at + 1])));
    return { letters, next: letters.length === 0 ? undefined : String(reply.at(-3)) };
  }

  async end(verb: 'redrive' | 'forget', queue: string, ids: readonly string[] | undefined): Promise<number> {
    let count = 0;
    let place = '0';
    let last = '';
    do {
      const args = [verb, place, last, String(PAGE), this.#channel, ...(ids ?? [])];
      const [ended, to, next] = (await this.#run(END, queue, [], args)) as readonly Buffer[];
      count += Number(ended);
      last = String(to);
      place = String(next);
    } while (place !== '');
    return count;
  }

  async purge(queue: string): Promise<number> {
    return Number(await this.#run(PURGE, queue, [], []));
  }

  listen(consumer: string, wake: () => void): () => void {
    return this.#wakes.listen(consumer, wake);
  }

  close(): void {
    this.#wakes.close();
  }

  #line(queue: string): Line {
    const known = this.#lines.get(queue);
    if (known !== undefined) return known;
    const line: Line = {
      produced: new Batches(MESSAGES, (messages) => this.#produce(queue, line, messages)),
      settled: new Batches(SETTLEMENTS, (settlements) => this.#settle(queue, line, settlements)),
      number: 0,
    };
    this.#lines.set(queue, line);
    return line;
  }

  async #produce(
    queue: string,
    line: Line,
    messages: readonly MessageToStore[],
  ): Promise<readonly Produced['outcome'][]> {
    const { maxLength, dedupeWindow, minReplicas } = this.#options.rules;
    const { number, key } = this.#request(queue, line);
    const ids = messages.filter(({ isUnique }) => isUnique).map(({ id }) => this.#keys.id(queue, id));
    const keys = [key, ...ids];
    const args: RedisWord[] = [
      ...[number, String(ANSWER_LIFE_MS), String(maxLength), String(dedupeWindow), this.#channel],
    ];
    // Before the keys of the ids are nine of the queue, and that of the request.
    let place = 10;
    for (const { id, payload, delayMs, isUnique } of messages) {
      if (isUnique) place++;
      const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
      args.push(isUnique ? String(place) : '0', id, bytes, String(delayMs));
    }
    const replicas = minReplicas > 0 ? { minReplicas } : {};
    const reply = await this.#repeatedly((bound) =>
      this.#run(PRODUCE, queue, keys, args, { ...bound, ...replicas }),
    );
    return Array.from(String(reply), (letter) => OUTCOMES[letter] as Produced['outcome']);
  }

  async #settle(queue: string, line: Line, settlements: readonly Settlement[]): Promise<readonly boolean[]> {
    const { number, key } = this.#request(queue, line);
    const args = [number, String(ANSWER_LIFE_MS), String(this.#options.rules.maxAttempts), this.#channel];
    for (const settlement of settlements) {
      const { verb, receipt } = settlement;
      const rest = verb === 'ack' ? ['0', ''] : [String(settlement.delayMs), settlement.reason];
      args.push(verb, receipt.handle, markOf(receipt), ...rest);
    }
    const reply = await this.#repeatedly((bound) => this.#run(SETTLE, queue, [key], args, bound));
    return Array.from(String(reply), (letter) => letter === '1');
  }

  #request(queue: string, line: Line): { readonly number: string; readonly key: string } {
    const number = ++line.number;
    return {
      number: String(number),
      key: this.#keys.request(queue, `${this.process}.${number % SLOTS}`),
    };
  }

  #run(
    script: RedisScript,
    queue: string,
    keys: readonly string[],
    args: readonly RedisWord[],
    options: ScriptOptions = {},
  ): Promise<RedisReply> {
    const { connection, timeoutMs } = this.#options;
    const all = [...this.#keys.all(queue), ...keys];
    return connection.script(script, all, args, { timeout: timeoutMs, ...options });
  }

  /**
   * Repeats a request whose answer was lost, until the server counts as unreachable: it has a number, so that it is
   * executed once.
   */
  async #repeatedly(
    send: (bound: ScriptOptions) => Promise<RedisReply>,
    patienceMs = this.#options.patienceMs,
  ): Promise<RedisReply> {
    const { clock } = this.#options;
    const giveUpAt = clock.now() + patienceMs;
    let unanswered: unknown;
    for (;;) {
      try {
        return await send({ timeout: Math.max(1, Math.ceil(giveUpAt - clock.now())) });
      } catch (error) {
        // One that was sent before may have been executed, whatever became of this one.
        if (unanswered === undefined && outcomeOf(error) === 'unknown') unanswered = error;
        if (!isWorthAnother(error) || clock.now() + AGAIN_MS >= giveUpAt) throw unanswered ?? error;
        await pause(clock, AGAIN_MS);
      }
    }
  }
}

function markOf({ attempt, token }: Receipt): string {
  return `${attempt} ${token}`;
}

function outcomeOf(error: unknown): unknown {
  return (error as Partial<OperationError>).outcome;
}
