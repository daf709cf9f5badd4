import type { Duration } from './duration.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/** Options of `produce`. */
export interface ProduceOptions {
  /**
   * Identity of the message, 1 byte to 1 KiB as UTF-8: within the `dedupeWindow` of the component, a message with the same
   * id is a `duplicate`, and not stored. Default: a random one, which is no duplicate of any other.
   */
  readonly id?: string | undefined;
  /** Time before which the message is not delivered, by the clock of the store. Default: none. */
  readonly delay?: Duration | undefined;
  /** Aborts the call: `E_ABORTED`; the message may have been stored unless the outcome is `not-sent`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `produceMany`. */
export interface ProduceManyOptions {
  /** Aborts the call, as that of `produce`; messages before it may have been stored. */
  readonly signal?: AbortSignal | undefined;
}

/** A message of `produceMany` with options of its own. */
export interface MessageToProduce<T> extends Pick<ProduceOptions, 'id' | 'delay'> {
  readonly message: T;
}

/** Result of producing one message. */
export interface Produced {
  /** Identity of the message. */
  readonly id: string;
  /**
   * `queued`: it can be delivered now. `delayed`: it can be delivered after its delay. `duplicate`: a message with this id
   * was stored before, within the `dedupeWindow`. `full`: the queue holds `maxLength` messages, and nothing was stored.
   */
  readonly outcome: 'queued' | 'delayed' | 'duplicate' | 'full';
}

/** Stores messages in one queue. */
export interface IQueueProducer<T = Uint8Array> {
  /** Name of the queue. */
  readonly queue: string;
  /**
   * Stores a message. Once it has resolved with `queued` or `delayed`, the message is delivered until a consumer has
   * acknowledged it, or it becomes a dead letter.
   *
   * @throws {ConnectionError} {OperationError} when the store did not confirm in time. A call with an `id` may then be
   *   repeated: if the message was stored, the repetition is a `duplicate`.
   */
  produce(message: T, options?: ProduceOptions): Promise<Produced>;
  /**
   * Stores messages in their order, many in one round trip. An object that has a `message`, and besides it an `id` and a
   * `delay` at most, is taken for one with options; wrap messages of your own that look like that.
   *
   * @returns One result per message, in order.
   * @throws as `produce` does, after the first part that failed; messages before it are stored.
   */
  produceMany(messages: Iterable<T | MessageToProduce<T>>, options?: ProduceManyOptions): Promise<Produced[]>;
}

/** Options of `nack`. */
export interface NackOptions {
  /** Time until the next delivery; `0` for none. Default: the `backoff` of the component, twice as long each time. */
  readonly delay?: Duration | 0 | undefined;
  /** Reason that a dead letter shows; at most 1 KiB of it is kept. */
  readonly reason?: string | undefined;
}

/**
 * A message that was handed to a consumer, and is invisible to all others for the `visibility`. It is a receipt: once the
 * message was handed to another consumer, it is stale, and changes nothing any more.
 */
export interface Delivery<T = Uint8Array> {
  /** Identity of the message. */
  readonly id: string;
  /** The message, decoded; yours to change. */
  readonly message: T;
  /** Number of deliveries of this message, this one included: 1 for the first. */
  readonly attempt: number;
  /** Time at which the message was produced, in Unix milliseconds by the clock of the store. */
  readonly producedAt: number;
  /**
   * Aborts, with the reason `E_LOCK_LOST`, when the visibility has run out or another consumer has the message, and with
   * `E_ABORTED` when the `grace` of a stop has. Right in the first line after a pause of the process.
   */
  readonly signal: AbortSignal;
  /** Ends the message: it was handled. Repeated calls have one answer. @returns `false` when the receipt is stale. */
  ack(): Promise<boolean>;
  /**
   * Gives the message back after a failure: it is delivered again after the delay, or becomes a dead letter when this was
   * the last of `maxAttempts`.
   *
   * @returns `false` when the receipt is stale.
   */
  nack(options?: NackOptions): Promise<boolean>;
  /**
   * Keeps the message invisible for at least this long from now.
   *
   * @param visibility  Default: that of the consumer.
   * @returns `false` when the receipt is stale.
   */
  extend(visibility?: Duration): Promise<boolean>;
}

/** Options of `consume`. */
export interface ConsumeQueueOptions {
  /** Ends the iteration when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Maximum number of deliveries that are not settled; the next one waits. Default: as many as are asked for. */
  readonly concurrency?: number | undefined;
  /**
   * Maximum number of messages that are fetched before they are asked for. A process that dies has cost each of them an
   * attempt. Default: 0.
   */
  readonly prefetch?: number | undefined;
  /** Time for which a delivery is invisible to others. Default: that of the component. */
  readonly visibility?: Duration | undefined;
}

/** Options of `run`. */
export interface RunQueueOptions {
  /** Ends the run when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Maximum number of handlers that run at a time. Default: 1. */
  readonly concurrency?: number | undefined;
  /**
   * Maximum time that running handlers have after the run was ended; then the signals of their deliveries abort, and their
   * messages are given back. Default: 5 s; half a second when the site is closed.
   */
  readonly grace?: Duration | undefined;
}

/**
 * Takes messages from one queue, in the order in which they were produced unless one is delivered again. Several consumers
 * of a queue compete for its messages.
 *
 * A consumer never ends by itself: whatever happens to the store, it tries again, logs that once a minute, and goes on
 * within two seconds of its return.
 */
export interface IQueueConsumer<T = Uint8Array> {
  /** Name of the queue. */
  readonly queue: string;
  /**
   * Iterates over deliveries until the signal aborts, the loop is left, or the site is closed. The caller settles each by
   * `ack` or `nack`, or prolongs it by `extend`; one that is not settled is delivered again when its visibility runs out.
   * Messages that were fetched and not handed out are given back at once, without the attempt.
   */
  consume(options?: ConsumeQueueOptions): AsyncIterableIterator<Delivery<T>>;
  /**
   * Calls a handler with each delivery until the signal aborts or the site is closed. It acknowledges when the handler
   * returns, gives the message back when it throws or rejects, and extends the visibility while it runs, at most for
   * `maxProcessing`.
   *
   * @returns Settles when no handler runs any more, or `grace` is over; never rejects but for its arguments.
   */
  run(handler: (delivery: Delivery<T>) => unknown, options?: RunQueueOptions): Promise<void>;
}

/** Numbers of a queue at one moment. */
export interface QueueStats {
  /** Messages that can be delivered now. */
  readonly ready: number;
  /** Messages whose delay, or the pause before whose next attempt, is not over. */
  readonly delayed: number;
  /** Messages that consumers have. */
  readonly inFlight: number;
  /** Dead letters. */
  readonly dead: number;
  /** Milliseconds since the oldest message that is ready or in flight was produced; `null` when there is none. */
  readonly oldestMs: number | null;
  /** Deliveries beyond the first of a message, since the queue exists. */
  readonly redelivered: number;
  /** Calls of `ack` and `nack` with a stale receipt, since the queue exists. */
  readonly staleAcks: number;
}

/** A message that is not delivered any more. */
export interface DeadLetter {
  /** Identity of the message. */
  readonly id: string;
  /** The message, decoded; `undefined` when the codec refuses it. */
  readonly message: unknown;
  /** Bytes of the message. */
  readonly payload: Uint8Array;
  /** Number of its deliveries. */
  readonly attempts: number;
  /** Reason of the last failure. */
  readonly reason: string;
  /** Time at which it was produced, in Unix milliseconds by the clock of the store. */
  readonly producedAt: number;
  /** Time at which it became a dead letter, likewise. */
  readonly deadAt: number;
}

/** Options of `deadLetters`. */
export interface DeadLettersOptions {
  /** Maximum number of letters. Default: all. */
  readonly limit?: number | undefined;
  /** Ends the iteration when it aborts: `E_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/** Numbers and dead letters of one queue. */
export interface IQueueAdmin {
  /** Name of the queue. */
  readonly queue: string;
  /** Reads the numbers of the queue, in one step. */
  stats(): Promise<QueueStats>;
  /** Iterates over the dead letters, the oldest first, a page a round trip. */
  deadLetters(options?: DeadLettersOptions): AsyncIterable<DeadLetter>;
  /**
   * Puts dead letters back into the queue, with no attempts counted.
   *
   * @param ids  Identities of messages. Default: all.
   * @returns Number of letters that were put back.
   */
  redrive(ids?: readonly string[]): Promise<number>;
  /** Deletes dead letters; arguments and result as in `redrive`. */
  forget(ids?: readonly string[]): Promise<number>;
  /**
   * Deletes all messages that are ready, delayed or in flight, whose receipts become stale. Dead letters stay.
   *
   * @returns Number of messages that were deleted.
   */
  purge(): Promise<number>;
}

/**
 * Queues by name: each message is handled by one of the consumers, **at least once**. A message that was stored is
 * delivered until it was acknowledged; after `maxAttempts` deliveries it becomes a dead letter. Handlers must be able to see
 * a message twice: when the visibility runs out, an acknowledgement is lost, or a failover loses one.
 *
 * Invalid arguments are `ArgumentError`s before anything is sent, and a message that the codec refuses is a `CodecError`. In
 * an outage calls reject with a `ConnectionError` or an `OperationError` within `commandTimeout` + 50 ms; consumers wait for
 * its end. Calls after `close` reject with a `DisposedError`.
 *
 * @example
 * ```ts
 * const queues = site.getComponent(IQueueSite, 'jobs');
 * await queues.getProducer<Mail>('mails').produce({ to: 'ada@example.org' }, { id: 'welcome:ada' });
 * const running = queues
 *   .getConsumer<Mail>('mails')
 *   .run(async ({ message, signal }) => send(message, signal), { signal: stop.signal, concurrency: 4 });
 * ```
 */
export interface IQueueSite {
  /** Returns a producer of a queue, without asking anybody. @param queue  Name, 1 byte to 1 KiB as UTF-8. */
  getProducer<T = Uint8Array>(queue: string): IQueueProducer<T>;
  /** Returns a consumer of a queue, likewise. */
  getConsumer<T = Uint8Array>(queue: string): IQueueConsumer<T>;
  /** Returns the numbers and dead letters of a queue, likewise. */
  getAdmin(queue: string): IQueueAdmin;
}

export const IQueueSite: InterfaceToken<IQueueSite> = defineInterface<IQueueSite>('IQueueSite', [
  'getProducer',
  'getConsumer',
  'getAdmin',
]);
