import { defineInterface, type InterfaceToken } from './component.js';
import type { Duration } from './duration.js';

/**
 * State of a connection, as it is now.
 *
 * `idle`: not started. `connecting`: no usable link; a new one is being tried for. `ready`: the server answered.
 * `auth-failed`: the server refused the credentials; tried again slowly. `closed`: for good.
 */
export type ConnectionStatus = 'idle' | 'connecting' | 'ready' | 'auth-failed' | 'closed';

/** A command of Redis: its name and arguments, numbers as decimal text. At least the name. */
export type RedisCommand = readonly (string | Buffer)[];

/** What Redis answers: binary strings as `Buffer`, maps as lists of field, value, field, value …; errors reject. */
export type RedisReply = Buffer | string | number | bigint | boolean | null | readonly RedisReply[];

/** Options of one command. */
export interface ExecuteOptions {
  /** Bound on the call. Default: the connection's `commandTimeout`. */
  readonly timeout?: Duration | undefined;
}

/** A script of constant text; what varies goes into keys and arguments. */
export interface RedisScript {
  /** Lua source. */
  readonly source: string;
  /** SHA-1 of the source in hexadecimal, by which the server knows it. */
  readonly digest: string;
}

/**
 * One connection to Redis, shared by every component that names it.
 *
 * No call ever waits for a connection to come back: without one it is refused at once as `not-sent`. Nothing that
 * failed as `not-sent` is executed later, and nothing is ever sent twice.
 */
export interface IRedisConnection {
  readonly status: ConnectionStatus;

  /** Which database this leads to, for people and for telling two apart: address and number, no credentials. */
  readonly database: string;

  /**
   * Whether keys are spread over slots: then a command or script may only name keys of one slot.
   *
   * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
   */
  readonly sharded: boolean;

  /**
   * Opens the connection: tries once, within `connectTimeout`, until the server has answered a PING. When that fails
   * it resolves all the same, and the server is tried for in the background until `close`.
   *
   * @throws {ConnectionError} with `required: true`, when there is no connection after `connectTimeout`, or at once
   *   when the credentials are refused; the connection is then closed.
   * @throws {ResolutionError} `E_PEER_MISSING` with `required: true`, when node-redis is not installed.
   */
  start(): Promise<void>;

  /**
   * Runs one command. At most 10 000 may wait for their replies at once.
   *
   * Commands that would change the connection for everybody who shares it are refused: MULTI, SELECT, SUBSCRIBE, AUTH,
   * MONITOR, CLIENT REPLY and their like.
   *
   * @throws {ArgumentError} for what is no command, or one of those.
   * @throws {ConnectionError} when there is no connection, or it broke; `E_OVERLOADED` when too many wait.
   * @throws {OperationError} `E_OPERATION_TIMEOUT` after the timeout; `E_OPERATION_REFUSED` when the server said no.
   * @throws {DisposedError} after `close`.
   */
  execute(command: RedisCommand, options?: ExecuteOptions): Promise<RedisReply>;

  /**
   * Runs a script as one atomic step, by its digest; its text is sent only where the server does not know it.
   *
   * @throws as `execute`.
   */
  script(
    script: RedisScript,
    keys: readonly (string | Buffer)[],
    args: readonly (string | Buffer)[],
    options?: ExecuteOptions,
  ): Promise<RedisReply>;

  /**
   * The keys of the whole database that match a pattern, a page a round trip, by SCAN: some may come twice.
   *
   * @throws as `execute`.
   */
  scan(pattern: string, options?: ExecuteOptions): AsyncIterable<readonly Buffer[]>;

  /**
   * Asks whether the server answers.
   *
   * @returns Milliseconds that the answer took.
   * @throws as `execute`.
   */
  ping(options?: ExecuteOptions): Promise<number>;

  /** Calls a listener at every change of status; returns what ends that. */
  on(event: 'status', listener: (status: ConnectionStatus) => void): () => void;

  /** Ends the connection for good, within a second. Calls in flight reject with a `DisposedError`. Idempotent. */
  close(): Promise<void>;
}

export const IRedisConnection: InterfaceToken<IRedisConnection> = defineInterface<IRedisConnection>(
  'IRedisConnection',
  ['status', 'database', 'sharded', 'start', 'execute', 'script', 'scan', 'ping', 'on', 'close'],
);
