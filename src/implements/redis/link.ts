import type { IClock, ScheduledTask } from '../../interfaces/clock.js';
import { ConnectionError, DisposedError, OperationError, ResolutionError } from '../../interfaces/errors.js';
import type { RedisCommand, RedisReply } from '../../interfaces/redis-connection.js';
import { checkedCommand } from './command.js';
import { lossText, openError, openTimeout } from './connect-error.js';
import { type Endpoint, socketOptions } from './connection-options.js';
import { type Deadline, Deadlines } from './deadlines.js';
import { type Driver, type DriverClient, loadDriver } from './driver.js';
import { refusal } from './refusal.js';

/** A link that got no reply for this long is asked whether it still lives. */
const HEARTBEAT_MS = 1000;
/** A link on which nothing is answered in time is given up after this, or after the longest wait that goes on. */
const SILENCE_MS = 1000;
/** Commands that may wait for their replies at once. */
const MAX_IN_FLIGHT = 10_000;
const MAX_TIMER_MS = 2 ** 31 - 1;
const PING = ['PING'] as const;

/** What ends a link: the network, or the owner. */
export type LinkEnd = ConnectionError | DisposedError;

export interface LinkOptions {
  readonly endpoint: Endpoint;
  readonly clock: IClock;
  /** Bound on all that opening takes: the driver, certificates, connecting, authenticating and the first PING. */
  readonly connectTimeoutMs: number;
  /** Called once, when an open link has ended. */
  readonly onEnd: (reason: LinkEnd) => void;
}

/**
 * One client of node-redis from its socket's birth to its death: it never reconnects, so nothing that was given to it
 * can run on another socket, or as another user, later.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #driver: Driver;
  readonly #client: DriverClient;
  readonly #socket = new AbortController();
  readonly #deadlines: Deadlines;
  #heartbeat: ScheduledTask | undefined;
  #opened = false;
  #end: LinkEnd | undefined;
  #onFailure: ((error: unknown) => void) | undefined;
  #inFlight = 0;
  /** Answers that came in time: what tells slow commands from a link that is of no use any more. */
  #answers = 0;
  #answersAtExpiry = -1;
  #uselessSince = 0;

  /**
   * Opens a link and waits until the server has answered a PING on it.
   *
   * @throws {ConnectionError} when that fails or takes longer than `connectTimeoutMs`.
   * @throws {DisposedError} when the signal aborts.
   * @throws {ResolutionError} `E_PEER_MISSING`
   */
  static async open(options: LinkOptions, signal: AbortSignal): Promise<Link> {
    const { clock, endpoint, connectTimeoutMs } = options;
    const opening = new Deadlines(clock, { keepAlive: true });
    let link: Link | undefined;
    let driver: Driver | undefined;
    let stop: () => void = () => undefined;
    const interrupted = new Promise<never>((_, reject) => {
      stop = () => reject(new DisposedError('the connection was closed'));
      const expire = () => reject(openTimeout(connectTimeoutMs));
      opening.add(connectTimeoutMs, { dueAt: clock.now() + connectTimeoutMs, settled: false, expire });
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      driver = await Promise.race([loadDriver(), interrupted]);
      const socket = await Promise.race([socketOptions(endpoint), interrupted]);
      link = new Link(driver, socket, options);
      await Promise.race([link.#open(), interrupted]);
      return link;
    } catch (error) {
      const isReply = driver !== undefined && error instanceof driver.ErrorReply;
      const reason = openError(error, isReply, connectTimeoutMs);
      if (!ResolutionError.is(reason)) link?.end(reason);
      throw reason;
    } finally {
      opening.close();
      signal.removeEventListener('abort', stop);
    }
  }

  private constructor(driver: Driver, socket: Record<string, unknown>, options: LinkOptions) {
    const { endpoint, clock, connectTimeoutMs } = options;
    this.#options = options;
    this.#driver = driver;
    this.#deadlines = new Deadlines(clock);
    const { BLOB_STRING, MAP } = driver.RESP_TYPES;
    this.#client = driver.createClient({
      socket: {
        ...socket,
        // Ours comes first: it bounds more than this, and waits for a loop that is blocked.
        connectTimeout: Math.min(connectTimeoutMs + 1000, MAX_TIMER_MS),
        reconnectStrategy: false,
        signal: this.#socket.signal,
      },
      ...(endpoint.username !== undefined && { username: endpoint.username }),
      ...(endpoint.password !== undefined && { password: endpoint.password }),
      database: endpoint.db,
      RESP: 3,
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      // Its own timeout arms an AbortSignal for every command and ends when the command is written.
      commandOptions: { timeout: 0, typeMapping: { [BLOB_STRING]: Buffer, [MAP]: Array } },
    });
    // For the client's whole life: an error event without a listener ends the process.
    this.#client.on('error', (error) => this.#fail(error));
  }

  /**
   * Runs a command.
   *
   * @throws {ConnectionError} {OperationError} {DisposedError} as `IRedisConnection.execute`.
   */
  run(command: RedisCommand, timeoutMs: number): Promise<RedisReply> {
    return new Promise((resolve, reject) => {
      const words = checkedCommand(command);
      if (this.#inFlight >= MAX_IN_FLIGHT) {
        const text = `${MAX_IN_FLIGHT} commands wait for Redis already`;
        throw new ConnectionError('E_OVERLOADED', text, 'not-sent');
      }
      this.#inFlight++;
      const call = new Call(this, this.#options.clock.now(), timeoutMs, reject);
      this.#deadlines.add(timeoutMs, call);
      this.#client.sendCommand(words).then(
        (reply) => {
          this.#answered(call);
          resolve(reply as RedisReply);
        },
        (error: unknown) => {
          if (error instanceof this.#driver.ErrorReply) this.#answered(call);
          else this.#forget(call);
          reject(this.#commandError(error));
        },
      );
    });
  }

  /** A call got no answer in time. When none has had one for a while, the link is given up. */
  expired(sentAt: number): void {
    if (this.#answers !== this.#answersAtExpiry) {
      this.#answersAtExpiry = this.#answers;
      this.#uselessSince = sentAt;
    }
    const uselessMs = this.#options.clock.now() - this.#uselessSince;
    if (uselessMs < this.#patienceMs) return;
    const text = `Redis answered nothing in time for ${Math.round(uselessMs)} ms`;
    this.end(new ConnectionError('E_CONNECTION_TIMEOUT', text, 'unknown'));
  }

  /** Ends the link; calls in flight reject. Idempotent: the first reason stays. */
  end(reason: LinkEnd): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#heartbeat?.cancel();
    this.#deadlines.close();
    this.#onFailure?.(reason);
    this.#client.destroy();
    // While the socket is still connecting, destroy() does not know it yet.
    this.#socket.abort();
    if (this.#opened) this.#options.onEnd(reason);
  }

  async #open(): Promise<void> {
    const failed = new Promise<never>((_, reject) => {
      this.#onFailure = reject;
    });
    try {
      await Promise.race([this.#client.connect(), failed]);
      await Promise.race([this.#ping(this.#options.connectTimeoutMs), failed]);
    } finally {
      this.#onFailure = undefined;
    }
    if (this.#end !== undefined) throw this.#end;
    this.#opened = true;
    this.#beat(this.#answers);
  }

  /** A server that refuses PING by its access rules has answered; one that is LOADING is as good as away. */
  async #ping(timeoutMs: number): Promise<void> {
    try {
      await this.run(PING, timeoutMs);
    } catch (error) {
      if (!(OperationError.is(error) && error.reason === 'NOPERM')) throw error;
    }
  }

  /** Asks an idle link whether it still lives, or a frozen server would go unnoticed until the next call. */
  #beat(answersBefore: number): void {
    this.#heartbeat = this.#options.clock.schedule(HEARTBEAT_MS, () => {
      if (this.#answers === answersBefore) this.#ping(this.#patienceMs).catch(() => undefined);
      this.#beat(this.#answers);
    });
  }

  /** Whoever waits longer than others, by choice, is not cut off for their sake. */
  get #patienceMs(): number {
    return Math.max(SILENCE_MS, this.#deadlines.longestTimeoutMs);
  }

  #answered(call: Call): void {
    if (!call.settled) this.#answers++;
    this.#forget(call);
  }

  #forget(call: Call): void {
    call.settled = true;
    this.#inFlight--;
  }

  #fail(error: unknown): void {
    if (this.#end !== undefined) return;
    if (this.#opened) this.end(new ConnectionError('E_CONNECTION_LOST', lossText(error), 'unknown'));
    else this.#onFailure?.(error);
  }

  #commandError(error: unknown): ConnectionError | OperationError | DisposedError {
    if (error instanceof this.#driver.ErrorReply) return refusal(error.message);
    if (error instanceof this.#driver.ClientClosedError || error instanceof this.#driver.ClientOfflineError) {
      return new ConnectionError('E_CONNECTION_LOST', 'the connection to Redis is gone', 'not-sent');
    }
    if (DisposedError.is(this.#end)) return new DisposedError(this.#end.message, 'unknown');
    return new ConnectionError(
      'E_CONNECTION_LOST',
      'the connection to Redis broke during the call',
      'unknown',
    );
  }
}

/** A command that waits for its reply. */
class Call implements Deadline {
  settled = false;
  readonly dueAt: number;
  readonly #link: Link;
  readonly #timeoutMs: number;
  readonly #reject: (error: OperationError) => void;

  constructor(link: Link, now: number, timeoutMs: number, reject: (error: OperationError) => void) {
    this.dueAt = now + timeoutMs;
    this.#link = link;
    this.#timeoutMs = timeoutMs;
    this.#reject = reject;
  }

  expire(): void {
    this.settled = true;
    const text = `no answer from Redis within ${this.#timeoutMs} ms`;
    this.#reject(new OperationError('E_OPERATION_TIMEOUT', text, 'unknown'));
    this.#link.expired(this.dueAt - this.#timeoutMs);
  }
}
