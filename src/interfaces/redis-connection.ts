import type { HealthQuery } from './health.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';
import type {
  BlockingOptions,
  CallOptions,
  ExecuteOptions,
  PipelineCommand,
  RedisCommand,
  RedisReply,
  RedisResult,
  RedisScript,
  RedisWord,
  ScriptOptions,
  TransactionOptions,
  TransactionRead,
} from './redis-command.js';
import type { CircuitState, ConnectionStatus, RedisHealth, RedisInfo } from './redis-health.js';
import type {
  ISubscription,
  RedisMessage,
  SubscribeOptions,
  SubscriptionTarget,
} from './redis-subscription.js';

/** Events of a connection, and the state that a listener receives. */
export interface RedisConnectionEvents {
  readonly status: ConnectionStatus;
  readonly circuit: CircuitState;
}

/**
 * A Redis connection (to one server, to the current master according to the Sentinels, or to a cluster), shared by all
 * components that name it.
 *
 * A call that finds its connection just lost waits, within its timeout, for the first attempt to replace it; otherwise no
 * call waits for a reconnect: without a connection it fails at once as `not-sent`. A call that failed as `not-sent` is
 * never executed later. No command is sent twice, except one that a cluster node answered with a redirection and
 * therefore did not execute.
 *
 * Calls beyond the number that may be in flight wait for room, within their timeout; none overtakes an earlier one.
 *
 * Each call ends within its timeout + 50 ms, whatever the server does. Every rejection is one of these:
 *
 * @throws {ArgumentError} for an invalid command, or one that would change the connection for all who share it.
 * @throws {ConnectionError} when there is no connection, or it broke; `E_CIRCUIT_OPEN` while the server does not
 *   answer; `E_OVERLOADED` when a call found no room in flight within its timeout, or too many are waiting for it.
 * @throws {OperationError} `E_OPERATION_TIMEOUT`; `E_OPERATION_REFUSED` when the server replied with an error;
 *   `E_ABORTED`.
 * @throws {DisposedError} after `close`.
 *
 * @example
 * ```ts
 * await redis.execute(['SET', key, 'v', 'EX', '60'], { keys: [key] });
 * const text = await redis.execute(['GET', key], { keys: [key], reply: 'text' }); // 'v'; bytes unless asked for text
 * ```
 */
export interface IRedisConnection {
  readonly status: ConnectionStatus;

  /** State of the circuit breaker; on a cluster, that of the node in the worst state. */
  readonly circuit: CircuitState;

  /** Address and number of the database, without credentials: for people, and to tell databases apart. */
  readonly database: string;

  /** Timeout of a call that sets none, in milliseconds. Default of a component on this connection: one second. */
  readonly commandTimeoutMs?: number | undefined;

  /**
   * `true` when keys are spread over slots: the keys of one command, script or transaction must then share a slot.
   *
   * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
   */
  readonly sharded: boolean;

  /**
   * The current node-redis client of the connection, for features that this port does not offer; `undefined` while
   * there is none. Read this property for each use, because every reconnect replaces the client. Changes to it affect
   * all who share the connection, and calls on it have no deadline. On a cluster: the client of one master.
   */
  readonly client: unknown;

  /**
   * Opens the connection: makes one attempt, within `connectTimeout`, which succeeds when the server answers a PING.
   * If it fails, `start` still resolves, and connecting is retried in the background until `close`.
   *
   * @throws {ConnectionError} with `required: true`, when there is no connection after `connectTimeout`, or at once
   *   when the credentials are refused; the connection is then closed.
   * @throws {ResolutionError} `E_PEER_MISSING` with `required: true`, when node-redis is not installed, or in another
   *   major version.
   */
  start(): Promise<void>;

  /**
   * Runs one command.
   *
   * Refuses commands that would change the connection for all who share it (MULTI, SELECT, SUBSCRIBE, AUTH, MONITOR,
   * CLIENT REPLY and the like), commands that block it until something happens (BLPOP …), and WAIT, which concerns only
   * the connection that it is sent on.
   */
  execute(command: RedisCommand, options?: ExecuteOptions): Promise<RedisReply>;

  /**
   * Runs a batch of commands in one round trip (on a cluster: one per node). The batch is not atomic.
   *
   * @returns One result per command, in order; a command that failed is an error in its place, even when there is no
   *   connection or the call was aborted.
   */
  pipeline(commands: readonly PipelineCommand[], options?: CallOptions): Promise<readonly RedisResult[]>;

  /**
   * Runs commands as one atomic step (MULTI, EXEC), on a dedicated connection.
   *
   * @param commands  The commands, or a function that reads first and then returns them.
   * @returns One result per command, in order; a command that failed is an error in its place, and the others were
   *   still executed (Redis does not roll back). `null` when a watched key was changed meanwhile: nothing was executed.
   * @throws {OperationError} `E_OPERATION_REFUSED` with the reason `EXECABORT` when the server rejects a command as
   *   invalid: nothing was executed. An error thrown by the function is passed on as it is: nothing was executed then
   *   either.
   * @see https://redis.io/docs/latest/develop/using-commands/transactions/
   */
  transaction(
    commands: readonly RedisCommand[] | ((read: TransactionRead) => Promise<readonly RedisCommand[]>),
    options?: TransactionOptions,
  ): Promise<readonly RedisResult[] | null>;

  /**
   * Runs a script as one atomic step, by its digest; the source is sent only when the server does not know it.
   *
   * @param keys  Keys that the script uses, declared to the server; on a cluster they select the node.
   * @throws {OperationError} `E_REPLICATION` when fewer than `minReplicas` have confirmed in time. The script has run,
   *   nothing is rolled back, and a failover may lose what it wrote: the outcome is `unknown`.
   * @see https://redis.io/docs/latest/commands/evalsha/
   */
  script(
    script: RedisScript,
    keys: readonly RedisWord[],
    args: readonly RedisWord[],
    options?: ScriptOptions,
  ): Promise<RedisReply>;

  /**
   * Runs a command that blocks on the server (BLPOP, XREAD BLOCK …), on a dedicated connection: at most
   * `maxConnections` per server at a time; a call that finds none free waits for one, within its deadline.
   *
   * A call that is aborted or times out closes its connection, so that it consumes nothing afterwards; an element that
   * it had already consumed is lost (`unknown`).
   */
  blocking(command: RedisCommand, options: BlockingOptions): Promise<RedisReply>;

  /**
   * Subscribes to channels, or to the channels that match a pattern: calls a handler with every message until the
   * subscription ends. The handler is not awaited; when it throws or rejects, the error is logged, and other handlers
   * still get the message.
   *
   * Delivery is at most once: messages published while there is no connection are lost, which `onGap` reports. Sharded
   * channels are subscribed to at the master of their slot, and follow it to another server.
   *
   * @returns The subscription, once the server has confirmed it.
   * @see https://redis.io/docs/latest/commands/subscribe/
   */
  subscribe(
    target: SubscriptionTarget,
    handler: (message: RedisMessage) => unknown,
    options?: SubscribeOptions,
  ): Promise<ISubscription>;

  /**
   * Iterates over the keys of the whole database (on a cluster: of every master) that match a pattern, by SCAN, one
   * page per round trip; a key may be reported more than once. A master that fails costs its own keys: the iteration
   * goes on with the others, and then throws.
   *
   * @see https://redis.io/docs/latest/commands/scan/
   */
  scan(pattern: string, options?: CallOptions): AsyncIterable<readonly Buffer[]>;

  /**
   * Checks that the server answers (on a cluster: every master).
   *
   * @returns Duration in milliseconds.
   */
  ping(options?: CallOptions): Promise<number>;

  /**
   * Returns the INFO of the server; on a cluster, one result per master.
   *
   * @param section  Section, such as `memory`. Default: the server's default sections.
   * @see https://redis.io/docs/latest/commands/info/
   */
  info(section?: string, options?: CallOptions): Promise<readonly RedisInfo[]>;

  /** Reports the state of the connection, within 100 ms even when the server is frozen. Never rejects. */
  health(query?: HealthQuery): Promise<RedisHealth>;

  /**
   * Calls a listener at every change of the status or of the circuit.
   *
   * @returns A function that removes the listener.
   */
  on<Event extends keyof RedisConnectionEvents>(
    event: Event,
    listener: (state: RedisConnectionEvents[Event]) => void,
  ): () => void;

  /** Closes the connection permanently, within a second. Calls in flight reject with a `DisposedError`. Idempotent. */
  close(): Promise<void>;
}

export const IRedisConnection: InterfaceToken<IRedisConnection> = defineInterface<IRedisConnection>(
  'IRedisConnection',
  [
    ...(['status', 'circuit', 'database', 'sharded', 'client', 'start', 'execute', 'pipeline'] as const),
    ...(['transaction', 'script', 'blocking', 'subscribe', 'scan', 'ping', 'info', 'health'] as const),
    ...(['on', 'close'] as const),
  ],
);
