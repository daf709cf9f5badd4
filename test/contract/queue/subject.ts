import assert from 'node:assert/strict';
import type { ICodec } from '../../../src/interfaces/codec.js';
import type { Duration } from '../../../src/interfaces/duration.js';
import type {
  ConsumeQueueOptions,
  Delivery,
  IQueueConsumer,
  IQueueSite,
} from '../../../src/interfaces/queue.js';
import type { LogRecord } from '../../support/logs/recording-logger.js';
import type { RespReply } from '../../support/redis/server/resp-client.js';
import { settlesWithin } from '../../support/time/eventually.js';
import type { Law, Opened, Subject } from '../law.js';

/** `remote`: the messages are on servers, which a law may freeze. */
export type QueueCapability = 'remote';

export interface QueueSubjectOptions {
  /** Default: 5 s, for most laws are about answers, and a machine may be slow for a moment. */
  readonly commandTimeout?: Duration;
  readonly codec?: 'bytes' | 'text' | 'json' | ICodec;
  readonly visibility?: Duration;
  readonly maxProcessing?: Duration;
  readonly maxAttempts?: number;
  readonly backoff?: Duration;
  readonly dedupeWindow?: Duration;
  readonly maxLength?: number;
  readonly maxMessageBytes?: number;
}

/** Servers with the queues of a law. */
export interface QueueServers {
  freeze(): void;
  thaw(): void;
  /** Runs a command on each. */
  each(...words: readonly string[]): Promise<RespReply[]>;
  /** Keys of this law. */
  keys(): Promise<string[]>;
  /** Runs a command with a key on the server of that key. */
  at(key: string, ...words: readonly string[]): Promise<RespReply>;
  /** Commands received since the last call that name a key of this law; the first call starts the monitor. */
  received(): Promise<readonly (readonly string[])[]>;
}

export type ClosableQueueSite = IQueueSite & { close(): Promise<void> };

/** Two sites with the same queues. */
export interface OpenQueues extends Opened {
  readonly site: ClosableQueueSite;
  /** Another process, where there are several; else the same site. */
  readonly other: ClosableQueueSite;
  readonly log: readonly LogRecord[];
  /** Ends the connection of the other site, as if its process had died. */
  killOther(): Promise<void>;
  /** Fails for a subject without servers. */
  readonly servers: QueueServers;
}

export type QueueLaw = Law<QueueCapability, OpenQueues, QueueSubjectOptions>;
export type QueueSubject = Subject<QueueCapability, OpenQueues, QueueSubjectOptions>;

/** A law of all queues. */
export function law(title: string, prove: QueueLaw['prove']): QueueLaw {
  return { title, needs: [], prove };
}

/** A law of queues on servers. */
export function remoteLaw(title: string, prove: QueueLaw['prove']): QueueLaw {
  return { title, needs: ['remote'], prove };
}

const PATIENCE_MS = 6000;

/** Deliveries of one consumer, for as long as a law asks for them. */
export class Hand<T> {
  readonly #deliveries: AsyncIterableIterator<Delivery<T>>;

  constructor(consumer: IQueueConsumer<T>, options?: ConsumeQueueOptions) {
    this.#deliveries = consumer.consume(options);
  }

  /** The next delivery, which must come in time. */
  async take(withinMs = PATIENCE_MS): Promise<Delivery<T>> {
    const { value, done } = await settlesWithin(withinMs, 'the next delivery', this.#deliveries.next());
    assert.ok(done !== true, 'the iteration ended');
    return value as Delivery<T>;
  }

  async takeMany(count: number): Promise<Delivery<T>[]> {
    const taken: Delivery<T>[] = [];
    while (taken.length < count) taken.push(await this.take());
    return taken;
  }

  /** Ends the iteration. */
  async end(): Promise<void> {
    await this.#deliveries.return?.();
  }
}

/** Fails unless a call rejects with one of these codes. */
export async function rejects(call: Promise<unknown>, ...codes: readonly string[]): Promise<Error> {
  const error = await call.then(
    (answer) => assert.fail(`it answered ${JSON.stringify(answer)}`),
    (reason: unknown) => reason as Error & { code?: string },
  );
  assert.ok(codes.includes(String(error.code)), String(error.stack));
  return error;
}

/** Stands for what a law does while time passes. */
export function blockLoop(ms: number): void {
  const since = performance.now();
  while (performance.now() - since < ms);
}
