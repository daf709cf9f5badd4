import type { Duration } from './duration.js';
import type { ConnectionError, OperationError } from './errors.js';
import type { HealthQuery } from './health.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * Current state of a connection.
 *
 * `idle`: not started, or disabled by the environment. `connecting`: no usable link; reconnecting in the background.
 * `ready`: the server answers (on a cluster: the master of every slot). `degraded`: there is a link, but nothing on it
 * was answered in time, or part of the cluster is unreachable. `auth-failed`: the server refused the credentials;
 * retried at a slow rate. `closed`: permanently.
 */
export type ConnectionStatus = 'idle' | 'connecting' | 'ready' | 'degraded' | 'auth-failed' | 'closed';

/**
 * State of a circuit breaker. `closed`: calls pass. `open`: calls fail at once, as `not-sent`, unless their
 * link has just been lost and the first attempt to replace it is on its way. `half-open`: the same, while one probe or
 * attempt checks whether the server answers again.
 */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** One word of a command: its name, a key or another argument. */
export type RedisWord = string | Buffer;

/** A Redis command: its name, then its arguments; numbers are written as decimal text. */
export type RedisCommand = readonly RedisWord[];

/**
 * A reply from Redis: binary strings are a `Buffer` (with `reply: 'text'`, a string), maps are flat lists of field,
 * value, field, value …; errors reject.
 */
export type RedisReply = Buffer | string | number | bigint | boolean | null | readonly RedisReply[];

/** One result of a batch: the server's reply, or the error of that one command. */
export type RedisResult = RedisReply | ConnectionError | OperationError;

/** Deadline, cancellation and reply format of a call. */
export interface CallOptions {
  /** Maximum duration of the call. Default: the connection's `commandTimeout`. */
  readonly timeout?: Duration | undefined;
  /** Aborts the call: `E_ABORTED`, with the outcome `not-sent` if nothing had been written yet, else `unknown`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Form of the reply. `bytes` (default): binary strings as `Buffer`. `text`: decoded as UTF-8. `exact`: the same, and
   * integers as decimal text, because a number is exact to 53 bits only, and those of Redis have 64.
   */
  readonly reply?: 'bytes' | 'text' | 'exact' | undefined;
}

/** Options of one command. */
export interface ExecuteOptions extends CallOptions {
  /**
   * Keys that the command names, all in one slot, by which a cluster call finds its node. Default: none, and any node
   * serves. Ignored without a cluster.
   */
  readonly keys?: readonly RedisWord[] | undefined;
  /** Marks a command that changes nothing, so that a replica may answer it where `readFrom: replica` is declared. */
  readonly readOnly?: boolean | undefined;
}

/** One command of a pipeline. */
export interface PipelineCommand {
  readonly command: RedisCommand;
  /** As in {@link ExecuteOptions}. */
  readonly keys?: readonly RedisWord[] | undefined;
}

/** A Lua script with a constant source; everything variable is passed as keys and arguments. */
export interface RedisScript {
  /** Lua source. */
  readonly source: string;
  /** SHA-1 of the source in hexadecimal, which identifies the script to the server. */
  readonly digest: string;
}

/** Options of a script. */
export interface ScriptOptions extends CallOptions {
  /**
   * Number of replicas that must have received what the script wrote, before the call is answered. Default: none. The
   * script then runs on a dedicated connection, which is the one that WAIT asks about.
   *
   * @see https://redis.io/docs/latest/commands/wait/
   */
  readonly minReplicas?: number | undefined;
  /**
   * Sends the source instead of the digest, so that the call keeps its place among other calls of the same turn, also on
   * a server that does not know the script. Default: `false`. Conflicts with `minReplicas`.
   */
  readonly inOrder?: boolean | undefined;
}

/** Options of a transaction. */
export interface TransactionOptions extends CallOptions {
  /** Keys that the commands name; on a cluster, all in one slot. */
  readonly keys?: readonly RedisWord[] | undefined;
  /** Keys to watch: if another client changes one before the transaction executes, nothing is executed. */
  readonly watch?: readonly RedisWord[] | undefined;
  /**
   * Maximum number of repetitions, at most 100, after another client has changed a watched key: the function reads and
   * decides anew. All of them together end within the timeout; when the last one met a change too, the answer is `null`.
   * Requires `watch` and a function. Default: 0.
   */
  readonly retry?: number | undefined;
}

/** Runs a command before the transaction begins, on the same connection; its reply may decide what to execute. */
export type TransactionRead = (
  command: RedisCommand,
  options?: Pick<CallOptions, 'reply'>,
) => Promise<RedisReply>;

/** Options of a call that blocks on the server. */
export interface BlockingOptions extends Omit<CallOptions, 'timeout'> {
  /** Time that the command itself tells the server to block; the call ends within this + `commandTimeout`. */
  readonly block: Duration;
  /** As in {@link ExecuteOptions}. */
  readonly keys?: readonly RedisWord[] | undefined;
}

/** Target of a subscription: one or several channels, or all channels that match a pattern (a Redis glob). */
export type SubscriptionTarget =
  | {
      readonly channel: string;
      /**
       * Subscribes to what is published by SPUBLISH, which a cluster keeps within the master of the channel's slot and
       * its replicas. Default: false. Requires Redis 7.0 or later; works on one server, too.
       *
       * @see https://redis.io/docs/latest/develop/pubsub/#sharded-pubsub
       */
      readonly sharded?: boolean | undefined;
    }
  | { readonly channels: readonly string[]; readonly sharded?: boolean | undefined }
  | { readonly pattern: string };

/** A published message. */
export interface RedisMessage {
  /** Channel that it was published on. */
  readonly channel: Buffer;
  /** Bytes of the message, which the handler may change. */
  readonly payload: Buffer;
}

/** An interruption during which messages may have been lost. */
export interface SubscriptionGap {
  /** Duration of the interruption in milliseconds; messages published during it are lost. */
  readonly lostMs: number;
}

/** Options of a subscription. */
export interface SubscribeOptions {
  /** Maximum wait for the server's confirmation. Default: `commandTimeout`. */
  readonly timeout?: Duration | undefined;
  /** Ends the subscription when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called when the subscription is restored after a loss, once for all channels that were lost together, before any
   * message that was published on them afterwards: Redis keeps no messages for absent subscribers. A sharded channel is
   * lost for a moment when its slot moves to another server.
   */
  readonly onGap?: ((gap: SubscriptionGap) => void) | undefined;
}

/** A subscription. It lasts until it is ended, and is restored automatically after a loss of connection. */
export interface ISubscription extends AsyncDisposable {
  /** `true` while the server delivers its messages, on all its channels. */
  readonly active: boolean;
  /** Ends the subscription: the handler is not called again after this. Idempotent; never rejects. */
  unsubscribe(): Promise<void>;
}

/** One section of INFO: values by field name, numeric values as numbers. */
export type RedisInfoSection = Readonly<Record<string, string | number>>;

/** INFO of one server. */
export interface RedisInfo {
  /** Address of the server, such as `127.0.0.1:6379`. */
  readonly node: string;
  /** Sections by lower-case name, such as `memory`. */
  readonly sections: Readonly<Record<string, RedisInfoSection>>;
}

/** State of the link to one server. */
export interface RedisNodeHealth {
  readonly node: string;
  readonly status: ConnectionStatus;
  readonly circuit: CircuitState;
  /** Number of commands that are waiting for a reply. */
  readonly inFlight: number;
}

/** State of a connection; contains no secret. */
export interface RedisHealth {
  readonly status: ConnectionStatus;
  readonly circuit: CircuitState;
  /** Duration of a PING in milliseconds; `null` when none was answered within 100 ms, or none was asked for. */
  readonly pingMs: number | null;
  /** Reason why the server is unreachable; `null` while it is reachable. */
  readonly reason: string | null;
  /** `true` when the connection is declared as `required`. */
  readonly required: boolean;
  /** Problems with the server's configuration, checked once after the connection was first established. */
  readonly advice: readonly string[];
  /** Servers that commands are sent to: one, or the masters of a cluster. */
  readonly nodes: readonly RedisNodeHealth[];
}

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
