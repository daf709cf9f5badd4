import type { IClock, ScheduledTask } from '../../interfaces/clock.js';
import { ArgumentError, ConnectionError, DisposedError, OperationError } from '../../interfaces/errors.js';
import type { RedisCommand, RedisReply } from '../../interfaces/redis-connection.js';
import { type Endpoint, socketOptions } from './connection-options.js';
import { type Deadline, Deadlines } from './deadlines.js';
import { type Driver, type DriverClient, loadDriver } from './driver.js';
import { isAuthenticationRefusal, refusal } from './refusal.js';

/** A link that got no reply for this long is asked whether it still lives. */
const HEARTBEAT_MS = 1000;
const PING = ['PING'] as const;

/** What ends a link: the network, or the owner. */
export type LinkEnd = ConnectionError | DisposedError;

export interface LinkOptions {
  readonly endpoint: Endpoint;
  readonly clock: IClock;
  /** Bound on connecting, authenticating and the first PING together. */
  readonly connectTimeoutMs: number;
  /** Silence for this long, while somebody waits for a reply, ends the link. */
  readonly silenceMs: number;
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
  /** Replies so far: what tells a slow command from a server that says nothing at all. */
  #replies = 0;

  /**
   * Opens a link and waits until the server has answered a PING on it.
   *
   * @throws {ConnectionError} when that fails or takes longer than `connectTimeoutMs`.
   * @throws {ResolutionError} `E_PEER_MISSING`
   */
  static async open(options: LinkOptions, signal: AbortSignal): Promise<Link> {
    const driver = await loadDriver();
    const socket = await readSocketOptions(options.endpoint);
    const link = new Link(driver, socket, options);
    const closed = new DisposedError('the connection was closed');
    const stop = () => link.end(closed);
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (signal.aborted) throw closed;
      await link.#open();
      return link;
    } catch (error) {
      const reason = connectError(error, options);
      link.end(reason);
      throw reason;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  private constructor(driver: Driver, socket: Record<string, unknown>, options: LinkOptions) {
    const { endpoint, clock, connectTimeoutMs } = options;
    this.#options = options;
    this.#driver = driver;
    this.#deadlines = new Deadlines(clock);
    this.#client = driver.createClient({
      socket: {
        ...socket,
        connectTimeout: connectTimeoutMs,
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
      commandOptions: { timeout: 0, typeMapping: { [driver.RESP_TYPES.BLOB_STRING]: Buffer } },
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
    checkCommand(command);
    return new Promise((resolve, reject) => {
      const call = new Call(this, this.#options.clock.now(), timeoutMs, this.#replies, reject);
      this.#deadlines.add(timeoutMs, call);
      this.#client.sendCommand(command).then(
        (reply) => {
          this.#replies++;
          call.settled = true;
          resolve(reply as RedisReply);
        },
        (error: unknown) => {
          call.settled = true;
          reject(this.#commandError(error));
        },
      );
    });
  }

  /** A call got no answer in time; when nothing else was answered meanwhile either, the link is given up. */
  expired(sentAt: number, repliesBefore: number): void {
    const silentMs = this.#options.clock.now() - sentAt;
    if (this.#replies !== repliesBefore || silentMs < this.#options.silenceMs) return;
    this.end(
      new ConnectionError(
        'E_CONNECTION_TIMEOUT',
        `Redis said nothing for ${Math.round(silentMs)} ms`,
        'unknown',
      ),
    );
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
    const { clock, connectTimeoutMs } = this.#options;
    const openedBy = clock.now() + connectTimeoutMs;
    let timer: ScheduledTask | undefined;
    const failed = new Promise<never>((_, reject) => {
      this.#onFailure = reject;
      timer = clock.schedule(connectTimeoutMs, () =>
        reject(
          new ConnectionError(
            'E_CONNECTION_TIMEOUT',
            `no connection within ${connectTimeoutMs} ms`,
            'not-sent',
          ),
        ),
      );
    });
    try {
      await Promise.race([this.#client.connect(), failed]);
      await Promise.race([this.#ping(Math.max(1, openedBy - clock.now())), failed]);
    } finally {
      timer?.cancel();
      this.#onFailure = undefined;
      failed.catch(() => undefined);
    }
    if (this.#end !== undefined) throw this.#end;
    this.#opened = true;
    this.#beat(this.#replies);
  }

  /** A server that refuses PING by its access rules has answered; one that is LOADING is as good as away. */
  async #ping(timeoutMs: number): Promise<void> {
    try {
      await this.run(PING, Math.ceil(timeoutMs));
    } catch (error) {
      if (!(OperationError.is(error) && error.reason === 'NOPERM')) throw error;
    }
  }

  /** Asks an idle link whether it still lives, or a frozen server would go unnoticed until the next call. */
  #beat(repliesBefore: number): void {
    this.#heartbeat = this.#options.clock.schedule(HEARTBEAT_MS, () => {
      if (this.#replies === repliesBefore) this.#ping(this.#options.silenceMs).catch(() => undefined);
      this.#beat(this.#replies);
    });
  }

  #fail(error: unknown): void {
    if (this.#end !== undefined) return;
    if (this.#opened) this.end(new ConnectionError('E_CONNECTION_LOST', lossText(error), 'unknown'));
    else this.#onFailure?.(error);
  }

  #commandError(error: unknown): ConnectionError | OperationError | DisposedError {
    if (error instanceof this.#driver.ErrorReply) {
      this.#replies++;
      return refusal(error.message);
    }
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
  readonly #repliesBefore: number;
  readonly #reject: (error: OperationError) => void;

  constructor(
    link: Link,
    now: number,
    timeoutMs: number,
    repliesBefore: number,
    reject: (error: OperationError) => void,
  ) {
    this.dueAt = now + timeoutMs;
    this.#link = link;
    this.#timeoutMs = timeoutMs;
    this.#repliesBefore = repliesBefore;
    this.#reject = reject;
  }

  expire(): void {
    this.settled = true;
    this.#reject(
      new OperationError(
        'E_OPERATION_TIMEOUT',
        `no answer from Redis within ${this.#timeoutMs} ms`,
        'unknown',
      ),
    );
    this.#link.expired(this.dueAt - this.#timeoutMs, this.#repliesBefore);
  }
}

/** node-redis finds a wrong argument only while it writes, when it is too late to blame the caller for it. */
function checkCommand(command: RedisCommand): void {
  for (const argument of command) {
    if (typeof argument !== 'string' && !Buffer.isBuffer(argument)) {
      throw new ArgumentError(
        `expected the arguments of a command as string or Buffer, got a ${typeof argument}`,
      );
    }
  }
}

async function readSocketOptions(endpoint: Endpoint): Promise<Record<string, unknown>> {
  try {
    return await socketOptions(endpoint);
  } catch (error) {
    const { code = 'unknown error', path = 'a file' } = error as { code?: string; path?: string };
    throw new ConnectionError('E_CONNECTION_REFUSED', `cannot read ${path} for TLS: ${code}`, 'not-sent');
  }
}

/** Why a link could not be opened. What node-redis says is not passed on: it may hold what it was given. */
function connectError(error: unknown, { connectTimeoutMs }: LinkOptions): LinkEnd {
  if (ConnectionError.is(error) || DisposedError.is(error)) return error;
  if (OperationError.is(error)) {
    const timedOut = error.code === 'E_OPERATION_TIMEOUT';
    return timedOut
      ? new ConnectionError('E_CONNECTION_TIMEOUT', `no answer within ${connectTimeoutMs} ms`, 'not-sent')
      : new ConnectionError('E_CONNECTION_REFUSED', error.message, 'not-sent');
  }
  const message = error instanceof Error ? error.message : '';
  if (isAuthenticationRefusal(message)) {
    return new ConnectionError('E_CONNECTION_AUTH', `Redis refused the credentials`, 'not-sent');
  }
  if (error instanceof Error && error.constructor.name === 'ConnectionTimeoutError') {
    return new ConnectionError(
      'E_CONNECTION_TIMEOUT',
      `no connection within ${connectTimeoutMs} ms`,
      'not-sent',
    );
  }
  return new ConnectionError('E_CONNECTION_REFUSED', refusalText(error, message), 'not-sent');
}

function refusalText(error: unknown, message: string): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ECONNREFUSED') return 'nobody listens there (ECONNREFUSED)';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `no such host (${code})`;
  if (typeof code === 'string') return code;
  if (/^Unknown RESP type/.test(message)) return 'what answers there is not Redis';
  if (/max number of clients/.test(message)) return 'Redis has reached its maxclients';
  if (/DB index is out of range/.test(message)) return 'Redis has no database of that number';
  return 'the connection broke before Redis answered';
}

function lossText(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string'
    ? `the connection to Redis broke (${code})`
    : 'the connection to Redis broke';
}
