import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import { ConnectionError, DisposedError, OperationError } from '../../../interfaces/errors.js';
import type { RedisReply, RedisWord } from '../../../interfaces/redis-command.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { lossText } from '../driver/connect-error.js';
import type { Driver, DriverClient, DriverCommandOptions } from '../driver/driver.js';
import { refusalError } from '../driver/refusal.js';
import { DriverTopics, type TopicKind } from '../driver/topics.js';
import type { Endpoint } from '../endpoint.js';
import { Deadlines } from './deadlines.js';
import { PendingCommand } from './pending-command.js';
import { Slices } from './slices.js';
import { withoutStack } from './stackless.js';

/** Time without a reply after which the link is pinged. */
const HEARTBEAT_MS = 1000;
/** Delay of the heartbeat after which this process counts as having been suspended. */
const SUSPENDED_MS = 1000;
/** Bound of the PING of an attempt; the attempt itself ends earlier. */
const ATTEMPT_MS = 2 ** 30;
/** Time after which a link that answers no call in time is given up; longer while a call with a longer timeout waits. */
const SILENCE_MS = 1000;
/** Number of consecutive timeouts that are no longer taken for slow commands. */
const SILENT_CALLS = 5;
const PING: readonly string[] = ['PING'];
const ASKING: readonly string[] = ['ASKING'];

/** Reason why a link ended: the network, or its owner. */
export type LinkEnd = ConnectionError | DisposedError;

export interface LinkOptions {
  readonly endpoint: Endpoint;
  readonly clock: IClock;
  /** Maximum duration of opening: driver, certificates, connecting, authentication and the first PING. */
  readonly connectTimeoutMs: number;
  /** Maximum number of commands that wait for their replies. */
  readonly maxInFlight: number;
  /** Time at which the credentials of the link expire. Default: never. */
  readonly validUntil?: number | undefined;
  /** Called when a link that was full has room again. */
  readonly onRoom?: (() => void) | undefined;
  /** Called before the link counts as open, and may still refuse it. */
  readonly prepare?: ((link: Link) => Promise<void>) | undefined;
  /** Called with each key that the server invalidates on this link, or `null` for all keys. Turns tracking on. */
  readonly onInvalidated?: ((key: Buffer | null) => void) | undefined;
  /** Called once, when an open link has ended. */
  readonly onEnd: (reason: LinkEnd) => void;
  /** Called when so many consecutive calls have timed out that the server counts as silent. */
  readonly onSilence?: (() => void) | undefined;
  /** Called when a call is answered in time after that. */
  readonly onAnswer?: (() => void) | undefined;
  /** Called when the server refuses a command, with the first word of the error reply. */
  readonly onRefusal?: ((reason: string) => void) | undefined;
}

/** Options of one command. */
export interface RunOptions {
  /** Decodes binary strings of the reply as UTF-8; `exact` returns integers as text, too. */
  readonly text?: boolean | 'exact' | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Runs a command on a node to which its slot is still being moved. */
  readonly asking?: boolean | undefined;
}

/**
 * One client of node-redis, from the opening of its socket to its end. It never reconnects, so no command that was
 * given to it can run later on another socket, or as another user.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #driver: Driver;
  readonly #client: DriverClient;
  readonly #topics: DriverTopics;
  readonly #socket: AbortController;
  readonly #deadlines: Deadlines;
  readonly #asText: DriverCommandOptions;
  readonly #asExactText: DriverCommandOptions;
  readonly #broken = new Slices();
  #heartbeat: ScheduledTask | undefined;
  #opened = false;
  #end: LinkEnd | undefined;
  #onFailure: ((error: unknown) => void) | undefined;
  #onDrained: (() => void) | undefined;
  #inFlight = 0;
  /** Number of replies in time: they distinguish slow commands from a dead link. */
  #answers = 0;
  #answersAtExpiry = -1;
  #uselessSince = 0;
  #expiredInARow = 0;
  #isSilent = false;
  #isAsked = false;
  /** Time until which the heartbeat vouches for the link. */
  #freshUntil = 0;

  /** @param socket  Ends the socket while it is still connecting. */
  constructor(driver: Driver, client: DriverClient, socket: AbortController, options: LinkOptions) {
    this.#options = options;
    this.#driver = driver;
    this.#client = client;
    this.#topics = new DriverTopics(client);
    this.#socket = socket;
    this.#deadlines = new Deadlines(options.clock);
    const { MAP, NUMBER } = driver.RESP_TYPES;
    this.#asText = { typeMapping: { [MAP]: Array } };
    this.#asExactText = { typeMapping: { [MAP]: Array, [NUMBER]: String } };
    // Kept for the client's whole life: an error event without a listener ends the process.
    this.#client.on('error', (error) => this.#fail(error));
    if (options.onInvalidated !== undefined) this.#client.on('invalidate', options.onInvalidated);
  }

  /** Client of node-redis itself, for callers that need more than commands. */
  get client(): DriverClient {
    return this.#client;
  }

  /** Number of commands that wait for their replies, including those whose callers have given up. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Longest timeout of the commands in flight. */
  get longestTimeoutMs(): number {
    return this.#deadlines.longestTimeoutMs;
  }

  /** Time at which the credentials of the link expire. */
  get validUntil(): number {
    return this.#options.validUntil ?? Number.POSITIVE_INFINITY;
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** `true` while commands can be sent. */
  get hasRoom(): boolean {
    return this.#inFlight < this.#options.maxInFlight && this.#end === undefined;
  }

  /**
   * `false` while the heartbeat is overdue: this process was suspended, and meanwhile the server may have closed the
   * link. A PING that is answered proves it again.
   */
  isFresh(now: number): boolean {
    return now <= this.#freshUntil;
  }

  /**
   * Runs a command.
   *
   * @param words  As returned by `checkedCommand`.
   * @param calledAt  Time at which the timeout began, if the call has waited since.
   * @throws {ConnectionError} {OperationError} {DisposedError} as `IRedisConnection.execute`.
   */
  run(
    words: readonly RedisWord[],
    timeoutMs: number,
    options?: RunOptions,
    calledAt?: number,
  ): Promise<RedisReply> {
    if (options === undefined)
      return this.#track(timeoutMs, undefined, () => this.#client.sendCommand(words), calledAt);
    const { text, signal, asking } = options;
    const send = (withdrawal?: AbortSignal): Promise<unknown> => {
      const form = text === 'exact' ? this.#asExactText : text && this.#asText;
      const how = withdrawal === undefined ? form || undefined : { ...form, abortSignal: withdrawal };
      // Both are written together and in this order: ASKING lets the next command pass.
      if (asking) this.#client.sendCommand(ASKING).catch(() => undefined);
      return this.#client.sendCommand(words, how);
    };
    return this.#track(timeoutMs, signal, send, calledAt);
  }

  /** @param onMoved  Called when the server has ended the subscription, because the slot of the channel has moved. */
  async subscribe(
    kind: TopicKind,
    name: string,
    timeoutMs: number,
    listener: (payload: Buffer, channel: Buffer) => void,
    onMoved: () => void = () => undefined,
  ): Promise<void> {
    const subscribe = () => this.#topics.subscribe(kind, name, listener, onMoved);
    await this.#track(timeoutMs, undefined, subscribe);
  }

  async unsubscribe(kind: TopicKind, name: string, timeoutMs: number): Promise<void> {
    await this.#track(timeoutMs, undefined, () => this.#topics.unsubscribe(kind, name));
  }

  /** A server that refuses PING by its access rules has answered; one that is LOADING counts as unreachable. */
  async ping(timeoutMs: number): Promise<void> {
    try {
      await this.run(PING, timeoutMs);
    } catch (error) {
      if (!(OperationError.is(error) && error.reason === 'NOPERM')) throw error;
    }
    this.#freshUntil = this.#options.clock.now() + HEARTBEAT_MS + SUSPENDED_MS;
  }

  /** Records that a call was not answered in time. The link is given up when no call has been for a while. */
  expired(sentAt: number): void {
    if (this.#answers !== this.#answersAtExpiry) {
      this.#answersAtExpiry = this.#answers;
      this.#uselessSince = sentAt;
      this.#expiredInARow = 0;
    }
    this.#expiredInARow++;
    const uselessMs = this.#options.clock.now() - this.#uselessSince;
    if (uselessMs >= this.#patienceMs) {
      const text = `Redis has answered no call in time for ${Math.round(uselessMs)} ms`;
      this.end(new ConnectionError('E_CONNECTION_TIMEOUT', text, 'unknown'));
    } else if (this.#expiredInARow === SILENT_CALLS) {
      this.#isSilent = true;
      this.#options.onSilence?.();
    }
  }

  /** Waits until no command is in flight, or the link has ended. */
  drained(): Promise<void> {
    if (this.#inFlight === 0 || this.#end !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const before = this.#onDrained;
      this.#onDrained = () => {
        before?.();
        resolve();
      };
    });
  }

  /** Ends the link; calls in flight reject. Idempotent: the first reason counts. */
  end(reason: LinkEnd): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#heartbeat?.cancel();
    this.#deadlines.close();
    this.#onFailure?.(reason);
    this.#onDrained?.();
    this.#client.destroy();
    // While the socket is still connecting, destroy() does not know it yet.
    this.#socket.abort();
    if (this.#opened) this.#options.onEnd(reason);
  }

  /** Connects, and waits until the server has answered a PING. */
  async open(): Promise<void> {
    const failed = new Promise<never>((_, reject) => {
      this.#onFailure = reject;
    });
    const { prepare } = this.#options;
    try {
      await Promise.race([this.#client.connect(), failed]);
      await Promise.race([this.ping(ATTEMPT_MS), failed]);
      if (prepare !== undefined) await Promise.race([prepare(this), failed]);
    } finally {
      this.#onFailure = undefined;
    }
    if (this.#end !== undefined) throw this.#end;
    this.#opened = true;
    this.#beat(this.#answers);
  }

  /** Pings an idle link; otherwise a frozen server would go unnoticed until the next call. */
  #beat(answersBefore: number): void {
    this.#heartbeat = this.#options.clock.schedule(HEARTBEAT_MS, () => {
      const now = this.#options.clock.now();
      if (this.isFresh(now)) this.#freshUntil = now + HEARTBEAT_MS + SUSPENDED_MS;
      if (this.#answers === answersBefore && !this.#isAsked) void this.#ask();
      this.#beat(this.#answers);
    });
  }

  /** One ping at a time: behind a blocking call they would only pile up. */
  async #ask(): Promise<void> {
    this.#isAsked = true;
    try {
      if (this.#topics.hasSharded) await this.#track(this.#patienceMs, undefined, () => this.#topics.beat());
      else await this.ping(this.#patienceMs);
    } catch {
      // The deadline notices a silent server, and the socket a lost one.
    } finally {
      this.#isAsked = false;
    }
  }

  /** A caller that chose a longer timeout is not cut off because of the others. */
  get #patienceMs(): number {
    return Math.max(SILENCE_MS, this.#deadlines.longestTimeoutMs);
  }

  /** Makes a call, and ends it at its timeout or when its signal aborts, answered or not. */
  #track(
    timeoutMs: number,
    signal: AbortSignal | undefined,
    send: (withdrawal?: AbortSignal) => Promise<unknown>,
    calledAt?: number,
  ): Promise<RedisReply> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) throw abortError(signal, 'not-sent');
      // node-redis never settles a subscription on a client that is gone.
      if (this.#end !== undefined) throw gone();
      const { maxInFlight } = this.#options;
      if (this.#inFlight >= maxInFlight) {
        const text = `${maxInFlight} commands (maxInFlight) are already waiting for Redis`;
        throw new ConnectionError('E_OVERLOADED', text, 'not-sent');
      }
      this.#inFlight++;
      const now = this.#options.clock.now();
      const call = new PendingCommand(this, now, calledAt ?? now, timeoutMs, reject);
      this.#deadlines.add(timeoutMs, call);
      const sent = send(signal && call.withdrawWith(signal));
      sent.then(
        (reply) => {
          this.#answered(call);
          resolve(reply as RedisReply);
        },
        (error: unknown) => {
          // A call that has timed out has its error already.
          const isLate = call.settled;
          const fail = (): void => reject(withoutStack(() => this.#commandError(error, signal)));
          if (error instanceof this.#driver.ErrorReply) {
            this.#answered(call);
            if (!isLate) fail();
          } else {
            this.#forget(call);
            if (!isLate) this.#broken.end(fail);
          }
        },
      );
    });
  }

  #answered(call: PendingCommand): void {
    if (!call.settled) {
      this.#answers++;
      if (this.#isSilent) this.#speaks();
    }
    this.#forget(call);
  }

  #speaks(): void {
    this.#isSilent = false;
    this.#options.onAnswer?.();
  }

  #forget(call: PendingCommand): void {
    call.settle();
    if (this.#inFlight-- === this.#options.maxInFlight) this.#options.onRoom?.();
    if (this.#inFlight === 0) this.#onDrained?.();
  }

  #fail(error: unknown): void {
    if (this.#end !== undefined) return;
    if (this.#opened) this.end(new ConnectionError('E_CONNECTION_LOST', lossText(error), 'unknown'));
    else this.#onFailure?.(error);
  }

  #commandError(
    error: unknown,
    signal: AbortSignal | undefined,
  ): ConnectionError | OperationError | DisposedError {
    if (error instanceof this.#driver.ErrorReply) {
      const refused = refusalError(error.message);
      if (OperationError.is(refused) && refused.reason !== undefined)
        this.#options.onRefusal?.(refused.reason);
      return refused;
    }
    if (signal?.aborted && error instanceof this.#driver.AbortError) return abortError(signal, 'not-sent');
    if (error instanceof this.#driver.ClientClosedError || error instanceof this.#driver.ClientOfflineError) {
      return gone();
    }
    if (DisposedError.is(this.#end)) return new DisposedError(this.#end.message, 'unknown');
    return new ConnectionError(
      'E_CONNECTION_LOST',
      'the connection to Redis broke during the call',
      'unknown',
    );
  }
}

function gone(): ConnectionError {
  return new ConnectionError('E_CONNECTION_LOST', 'the connection to Redis is lost', 'not-sent');
}
